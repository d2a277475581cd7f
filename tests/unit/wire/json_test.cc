// Messages for people.
#include "wire/json.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "unit/wire/hex.h"
#include "unit/wire/messages.h"
#include "wire/messages/api_versions.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/metadata.h"

namespace leat::wire {
namespace {

using namespace testing;

TEST(Json, ShowsTheFieldsOfTheVersion) {
  const HeartbeatRequest request{"g", 7, "m", std::nullopt};
  EXPECT_EQ(to_json(request, 2), R"({"GroupId":"g","GenerationId":7,"MemberId":"m"})");
  EXPECT_EQ(to_json(request, 3),
            R"({"GroupId":"g","GenerationId":7,"MemberId":"m","GroupInstanceId":null})");
}

TEST(Json, ShowsNestedMessagesAndUuids) {
  const MetadataRequest request{.topics = {{{.name = "a"}, {.name = std::nullopt}}}};
  EXPECT_EQ(to_json(request, 12),
            R"({"Topics":[{"TopicId":"AAAAAAAAAAAAAAAAAAAAAA","Name":"a"},)"
            R"({"TopicId":"AAAAAAAAAAAAAAAAAAAAAA","Name":null}],)"
            R"("AllowAutoTopicCreation":true,"IncludeTopicAuthorizedOperations":false})");
}

TEST(Json, ShowsATaggedFieldOnlyWhereItIsSet) {
  OffsetCommitValue value{.metadata = "m"};
  EXPECT_EQ(to_json(value, 4),
            R"({"offset":0,"leaderEpoch":-1,"metadata":"m","commitTimestamp":0})");
  value.topic_id = Uuid{{std::byte{0xff}}};
  EXPECT_EQ(to_json(value, 4), R"({"offset":0,"leaderEpoch":-1,"metadata":"m","commitTimestamp":0,)"
                               R"("topicId":"_wAAAAAAAAAAAAAAAAAAAA"})");
}

TEST(Json, ShowsEveryType) {
  Everything e;
  e.float64 = 0.5;
  e.colour = Colour::kBlue;
  e.offset = Offset{42};
  e.bytes = hex("00ff");
  e.records = {e.bytes};
  e.null_bytes_view = nullptr;
  EXPECT_EQ(to_json(e, 1),
            R"({"Flag":false,"Int8":0,"Int16":0,"Int32":0,"Int64":0,"Uint16":0,"Uint32":0,)"
            R"("Float64":0.5,"Colour":2,"Offset":42,"Id":"AAAAAAAAAAAAAAAAAAAAAA","String":"",)"
            R"("View":"","Bytes":"00ff","BytesView":"","Records":2,"Numbers":[],"Strings":[],)"
            R"("Structs":[],"Inner":{"Number":7,"Text":"","Numbers":[]},"NullString":"",)"
            R"("NullView":"","NullBytes":"","NullBytesView":null,"NullRecords":0,)"
            R"("NullStructs":[],"NullInner":{"Number":7,"Text":"","Numbers":[]}})");
}

TEST(Json, EscapesTextAndReplacesWhatIsNoUtf8) {
  const ApiVersionsRequest request{"a\"\n", "\xff\xc3\xbc"};
  EXPECT_EQ(
      to_json(request, 3),
      "{\"ClientSoftwareName\":\"a\\\"\\n\",\"ClientSoftwareVersion\":\"\xef\xbf\xbd\xc3\xbc\"}");
}

TEST(Json, HasNullForWhatIsNoNumber) {
  JsonWriter json;
  json.number(std::numeric_limits<double>::infinity());
  EXPECT_EQ(std::move(json).take(), "null");
}

}  // namespace
}  // namespace leat::wire

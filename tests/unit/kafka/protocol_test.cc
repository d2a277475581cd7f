// lib/kafka/PROTOCOL.md is what the table of APIs prints.
#include "kafka/protocol.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "kafka/api_table.h"

namespace leat::kafka {
namespace {

TEST(ProtocolDocument, IsWhatTheTablePrints) {
  if (std::getenv("LEAT_UPDATE_DOCUMENTS") != nullptr) {
    std::ofstream(LEAT_PROTOCOL_MD) << protocol_document();
  }
  std::ostringstream committed;
  committed << std::ifstream(LEAT_PROTOCOL_MD).rdbuf();
  EXPECT_EQ(committed.str(), protocol_document())
      << "after a change of the table: LEAT_UPDATE_DOCUMENTS=1 kafka_unit_test "
         "--gtest_filter='ProtocolDocument.*'";
}

TEST(ApiTable, IsSortedAndServesNoMoreThanItAdvertises) {  // K11
  EXPECT_TRUE(std::ranges::is_sorted(api_table(), {}, &ApiEntry::key));
  for (const ApiEntry& api : api_table()) {
    EXPECT_EQ(find_api(api.key), &api);
    EXPECT_TRUE(api.advertised.contains(api.served)) << api.name;
  }
  EXPECT_EQ(find_api(4), nullptr);  // LeaderAndIsr went with Kafka 4.0
}

}  // namespace
}  // namespace leat::kafka

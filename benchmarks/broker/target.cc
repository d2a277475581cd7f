#include "broker/target.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <fmt/core.h>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/kafka_server.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "net/address.h"
#include "net/client.h"
#include "record/batch_builder.h"
#include "wire/codec.h"
#include "wire/messages/create_topics.h"
#include "wire/messages/delete_topics.h"
#include "wire/messages/fetch.h"
#include "wire/messages/headers.h"
#include "wire/messages/produce.h"
#include "wire/reader.h"

namespace leat::broker {
namespace {

// The last versions that name topics, which every broker of today serves.
constexpr wire::ApiVersion kProduceVersion = 11;
constexpr wire::ApiVersion kFetchVersion = 12;
constexpr wire::ApiVersion kCreateVersion = 6;
constexpr wire::ApiVersion kDeleteVersion = 5;
constexpr std::string_view kClientId = "broker_bench";

wire::ProduceRequest produce_request(std::string_view topic, std::span<const std::byte> batch,
                                     std::int16_t acks) {
  wire::ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = 10'000;
  request.topic_data.push_back(
      {.name = topic, .partition_data = {{PartitionId{0}, {BytesView(batch)}}}});
  return request;
}

Result<void> create(net::Client& client, const std::string& name, bool syncs) {
  wire::CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = name;
  topic.num_partitions = 1;
  topic.replication_factor = 1;
  if (syncs) topic.configs.push_back({.name = "flush.messages", .value = "1"});
  LEAT_TRY(const auto answer, client.call<wire::CreateTopicsResponse>(request, kCreateVersion));
  const ErrorCode code = answer->topics.at(0).error_code;
  if (code == ErrorCode::kNone) return {};
  return Error(code, "CreateTopics of " + name);
}

/// Until somebody leads it: one batch goes in.
Result<void> await_leader(net::Client& client, const std::string& name) {
  LEAT_TRY(const Batch batch, make_batch(100, 0));
  constexpr int kTries = 500;
  for (int i = 0;; ++i) {
    LEAT_TRY(const auto answer, client.call<wire::ProduceResponse>(
                                    produce_request(name, batch.bytes, 1), kProduceVersion));
    const ErrorCode code = answer->responses.at(0).partition_responses.at(0).error_code;
    if (code == ErrorCode::kNone) return {};
    if (i == kTries) return Error(code, "Produce to " + name);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

Result<double> processor_seconds(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) {
    return Error(ErrorCode::kIo, fmt::format("there is no process {}", pid));
  }
  // The state is field 3, utime and stime are 14 and 15.
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  double ticks = 0;
  for (int i = 3; i <= 15 && fields >> field; ++i) {
    if (i >= 14) ticks += std::stod(field);
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

ServerProcess::ServerProcess(Broker broker, Descriptor stdin_of_child)
    : broker_(std::move(broker)), stdin_(std::move(stdin_of_child)) {}

ServerProcess::~ServerProcess() {
  stdin_ = Descriptor();  // the swapped one is closed at the end of this statement
  while (::waitpid(broker_.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<std::unique_ptr<ServerProcess>> ServerProcess::start(const std::string& directory,
                                                            Waiting waiting) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) {
    return Error(ErrorCode::kIo, "pipe2 failed");
  }
  Descriptor child_in(in[0]);
  Descriptor to_child(in[1]);
  Descriptor from_child(out[0]);
  Descriptor child_out(out[1]);
  const char* const how = waiting == Waiting::kSpinning ? "--serve-spinning" : "--serve";
  const pid_t pid = ::fork();
  if (pid < 0) return Error(ErrorCode::kIo, "fork failed");
  if (pid == 0) {
    (void)::dup2(child_in.get(), STDIN_FILENO);
    (void)::dup2(child_out.get(), STDOUT_FILENO);
    ::execl("/proc/self/exe", "broker_bench", how, directory.c_str(), nullptr);
    ::_exit(127);
  }
  child_out = Descriptor();
  std::string line;
  for (char c = 0; ::read(from_child.get(), &c, 1) == 1 && c != '\n';) line.push_back(c);
  LEAT_TRY(net::HostPort address, net::parse_host_port(line));
  return std::unique_ptr<ServerProcess>(
      new ServerProcess({"Leat", std::move(address), pid}, std::move(to_child)));
}

int serve_until_stdin_ends(const std::string& directory, Waiting waiting) {
  auto engine = directory.empty() ? Engine::memory() : Engine::open({.directory = directory});
  if (!engine) {
    std::fputs(engine.error().to_string().c_str(), stderr);
    return 1;
  }
  // Spinning with one thread: the other core is the client's.
  const bool spins = waiting == Waiting::kSpinning;
  KafkaServerOptions options{.listen = "127.0.0.1:0",
                             .threads = spins ? 1 : 0,
                             .spin = std::chrono::seconds(spins ? 1 : 0)};
  const auto server = KafkaServer::serve(*engine, options);
  if (!server) {
    std::fputs(server.error().to_string().c_str(), stderr);
    return 1;
  }
  std::puts(server->bootstrap().c_str());
  (void)std::fflush(stdout);
  for (char c = 0; ::read(STDIN_FILENO, &c, 1) > 0;) {
  }
  return 0;
}

MeasuredTopic::MeasuredTopic(net::HostPort address, std::string name)
    : address_(std::move(address)), name_(std::make_unique<const std::string>(std::move(name))) {}

Result<MeasuredTopic> MeasuredTopic::make(const Broker& broker, bool syncs) {
  static std::atomic<int> count = 0;
  MeasuredTopic topic(broker.address, fmt::format("measured-{}-{}", ::getpid(), ++count));
  LEAT_TRY(net::Client client, net::Client::connect(broker.address));
  LEAT_TRY_VOID(create(client, *topic.name_, syncs));
  LEAT_TRY_VOID(await_leader(client, *topic.name_));
  return topic;
}

MeasuredTopic::~MeasuredTopic() {
  if (name_ == nullptr) return;
  auto client = net::Client::connect(address_);
  if (!client) return;
  wire::DeleteTopicsRequest request;
  request.topic_names = {*name_};
  request.timeout_ms = 10'000;
  (void)client->call<wire::DeleteTopicsResponse>(request, kDeleteVersion);
}

Result<std::vector<std::byte>> MeasuredTopic::produce(std::span<const std::byte> batch,
                                                      std::int16_t acks) const {
  return net::encode_request(produce_request(*name_, batch, acks), kProduceVersion, 1, kClientId);
}

Result<std::vector<std::byte>> MeasuredTopic::fetch(std::int64_t offset, std::int32_t max_wait_ms,
                                                    std::int32_t bytes_max) const {
  wire::FetchRequest request;
  request.max_wait_ms = max_wait_ms;
  request.min_bytes = 1;
  request.max_bytes = bytes_max;
  request.topics.push_back({.topic = *name_});
  request.topics.back().partitions.push_back({.partition = PartitionId{0},
                                              .fetch_offset = Offset{offset},
                                              .partition_max_bytes = bytes_max});
  return net::encode_request(request, kFetchVersion, 1, kClientId);
}

Result<std::size_t> fetched_bytes(std::span<const std::byte> frame) {
  wire::Reader reader(frame);
  LEAT_TRY_VOID(wire::decode_from<wire::ResponseHeader>(
      reader, wire::response_header_version<wire::FetchResponse>(kFetchVersion)));
  LEAT_TRY(const auto response, wire::decode_exactly<wire::FetchResponse>(reader, kFetchVersion));
  if (response.error_code != ErrorCode::kNone) return Error(response.error_code, "Fetch");
  if (response.responses.empty() || response.responses[0].partitions.empty()) return std::size_t{0};
  const auto& partition = response.responses[0].partitions[0];
  if (partition.error_code != ErrorCode::kNone) return Error(partition.error_code, "Fetch");
  return partition.records.bytes.bytes().size();
}

Result<Batch> make_batch(std::size_t record_bytes, std::size_t batch_bytes) {
  const std::string value(record_bytes, 'v');
  record::BatchBuilder builder({.size_max = batch_bytes});
  const auto time =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  while (builder.append(Record{.value = value}, Timestamp(time.time_since_epoch()))) {
    if (batch_bytes == 0) break;
  }
  Batch batch{.bytes = {}, .records = builder.record_count()};
  LEAT_TRY(const auto bytes, builder.finish());
  batch.bytes.assign(bytes.begin(), bytes.end());
  return batch;
}

}  // namespace leat::broker

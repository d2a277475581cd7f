#pragma once

/// \file
/// A broker to be measured: ours in a process of its own, or one that runs already.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "leat/result.h"

#include "broker/connection.h"
#include "net/address.h"

namespace leat::broker {

struct Broker {
  std::string name;
  net::HostPort address;
  pid_t pid = 0;  ///< 0: not known, then nothing is told of its processor time
};

/// Seconds of processor time that the process has had, user and system. Errors: kIo.
Result<double> processor_seconds(pid_t pid);

/// Our server in a child process, which ends with this.
class ServerProcess {
 public:
  /// `directory` empty: in memory.
  static Result<std::unique_ptr<ServerProcess>> start(const std::string& directory,
                                                      Waiting waiting);
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ServerProcess(ServerProcess&&) = delete;
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess();
  [[nodiscard]] const Broker& broker() const { return broker_; }

 private:
  ServerProcess(Broker broker, Descriptor stdin_of_child);
  Broker broker_;
  Descriptor stdin_;
};

/// What the child does: serves until stdin ends. The exit code.
int serve_until_stdin_ends(const std::string& directory, Waiting waiting);

/// A topic of one partition for a sample, deleted with it.
class MeasuredTopic {
 public:
  /// `syncs`: every batch is to be on disk before it is acknowledged.
  static Result<MeasuredTopic> make(const Broker& broker, bool syncs = false);
  MeasuredTopic(MeasuredTopic&&) noexcept = default;
  MeasuredTopic& operator=(MeasuredTopic&&) = delete;
  MeasuredTopic(const MeasuredTopic&) = delete;
  MeasuredTopic& operator=(const MeasuredTopic&) = delete;
  ~MeasuredTopic();

  /// A Produce of this batch, as it goes over the wire.
  [[nodiscard]] Result<std::vector<std::byte>> produce(std::span<const std::byte> batch,
                                                       std::int16_t acks) const;
  /// A Fetch from `offset`.
  [[nodiscard]] Result<std::vector<std::byte>> fetch(std::int64_t offset, std::int32_t max_wait_ms,
                                                     std::int32_t bytes_max) const;

 private:
  MeasuredTopic(net::HostPort address, std::string name);
  net::HostPort address_;
  std::unique_ptr<const std::string> name_;  // null once it was moved from
};

/// What a Fetch brought. Errors: the partition's, kCorruptMessage.
Result<std::size_t> fetched_bytes(std::span<const std::byte> frame);

/// A batch of records of `record_bytes`, as many as go into `batch_bytes`, at least one.
struct Batch {
  std::vector<std::byte> bytes;
  std::int32_t records = 0;
};
Result<Batch> make_batch(std::size_t record_bytes, std::size_t batch_bytes);

}  // namespace leat::broker

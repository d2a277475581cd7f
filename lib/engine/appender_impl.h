#pragma once

/// \file
/// The fast lane's state: the partition that it owns (S4), and the claim that is open in it, if
/// any. Threads and lifetime as Appender's.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "log/segment_writer.h"
#include "partition/append.h"
#include "partition/partition.h"

namespace leat::inline v0 {

/// Invariant: while `claim_` is there the partition is held: by `hold_` if that is there, else by
/// the bias.
class Appender::Impl {
 public:
  /// Errors: kBusy (another Appender has the partition), as Engine::appender.
  static Result<std::unique_ptr<Impl>> open(std::shared_ptr<Engine::Impl> engine,
                                            const TopicPartition& name);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;

  /// The fast lane: the offset, or -1, nothing done, where `append` must see to it.
  std::int64_t try_append(const Record& record) noexcept {
    return has_claim_ ? -1 : partition::try_append_owned(*partition_, record);
  }
  Result<Offset> append(const Record& record);
  Result<Offset> append(std::span<const Record> records);
  Result<std::span<std::byte>> claim(std::size_t size, BytesView key);
  Result<Offset> commit();
  void abandon() noexcept;
  Result<void> flush();

 private:
  Impl(std::shared_ptr<Engine::Impl> engine, std::shared_ptr<partition::Partition> partition);
  /// S10: an append to a `sync` topic is answered when it is durable.
  Result<Offset> durable(Result<Offset> first, std::size_t count);
  [[nodiscard]] Error claim_is_open() const;
  Result<std::span<std::byte>> claim_copy(std::size_t size, BytesView key);
  Result<Offset> commit_copy();
  Result<void> enter();
  void leave() noexcept;

  std::shared_ptr<Engine::Impl> engine_;
  std::shared_ptr<partition::Partition> partition_;
  /// A record to be appended at commit.
  struct Copy {
    std::optional<std::vector<std::byte>> key;
    std::vector<std::byte> value;
  };
  bool has_claim_ = false;  // either of the two
  std::optional<log::SegmentWriter::Claim> claim_;
  std::optional<Copy> copy_;
  std::optional<partition::Partition::Hold> hold_;
};

}  // namespace leat::inline v0

#pragma once

/// \file
/// Records to stdout: collected, and handed on in large writes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "leat/consumer.h"

#include "tools/output.h"
#include "tools/record_format.h"

namespace leat::tools {

/// Not thread-safe.
class Printer {
 public:
  /// Of `count` records; 0: of all.
  Printer(RecordFormat format, std::uint64_t count) : format_(std::move(format)), count_(count) {}
  /// False: it is enough, or nobody reads it.
  bool print(const ConsumedRecord& record) {
    constexpr std::size_t kFlushBytes = std::size_t{64} * 1024;
    if (is_done()) return false;
    format_.append(record, buffer_);
    ++printed_;
    return !is_done() && (buffer_.size() < kFlushBytes || flush());
  }
  /// What is collected is written; false as above.
  bool flush() {
    is_read_ = write_out(std::exchange(buffer_, {})) && is_read_;
    return is_read_ && !is_done();
  }

 private:
  [[nodiscard]] bool is_done() const { return count_ != 0 && printed_ == count_; }
  RecordFormat format_;
  std::uint64_t count_;
  std::uint64_t printed_ = 0;
  bool is_read_ = true;
  std::string buffer_;
};

}  // namespace leat::tools

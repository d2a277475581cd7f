#pragma once

/// \file
/// Writes a message as a Writer does, but leaves large record batches where they are: its bytes and
/// the splices between them go out in one gather write, without a copy (K5). Not thread-safe.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "wire/failure.h"
#include "wire/writer.h"

namespace leat::wire {

/// Bytes that stand between those of the writer, before the one at `at`.
struct Splice {
  std::size_t at = 0;
  std::span<const std::byte> bytes = {};
};

class GatherWriter {
 public:
  /// Records of fewer bytes are copied: that costs less than one more piece to write.
  static constexpr std::size_t kSpliceMin = 1024;

  template <std::integral T>
  void integer(T value) {
    writer_.integer(value);
  }
  void uvarint(std::uint32_t value) { writer_.uvarint(value); }
  void raw(std::span<const std::byte> bytes) { writer_.raw(bytes); }
  /// Record batches: `bytes` must outlive what is made of the splices.
  void records(std::span<const std::byte> bytes) {
    if (bytes.size() < kSpliceMin) return writer_.raw(bytes);
    splices_.push_back({writer_.bytes().size(), bytes});
    spliced_ += bytes.size();
  }
  void reserve(std::size_t size) { writer_.reserve(size); }

  /// All bytes so far, spliced ones too.
  [[nodiscard]] std::size_t size() const { return writer_.bytes().size() + spliced_; }
  [[nodiscard]] bool ok() const { return writer_.ok(); }
  [[nodiscard]] const Failure& failure() const { return writer_.failure(); }
  void fail(std::string_view reason) { writer_.fail(reason); }
  void blame(std::string_view field) { writer_.blame(field); }

  [[nodiscard]] std::vector<Splice> take_splices() { return std::move(splices_); }
  [[nodiscard]] std::vector<std::byte> take() && { return std::move(writer_).take(); }

 private:
  Writer writer_;
  std::vector<Splice> splices_;
  std::size_t spliced_ = 0;
};

}  // namespace leat::wire

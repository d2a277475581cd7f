#pragma once

/// \file
/// Records: what is published (`Record`) and what is read (`RecordView`), and the views they are
/// made of. Nothing here owns bytes. A `RecordView` is valid as long as the lease that it came
/// from.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/types.h"

namespace leat::inline v0 {

/// A run of bytes, or null: Kafka tells a null key from an empty one. Converts from text and from
/// bytes.
class BytesView {
 public:
  constexpr BytesView() = default;
  // NOLINTBEGIN(google-explicit-constructor): a key or value is written as what it is.
  constexpr BytesView(std::nullptr_t) {}
  constexpr BytesView(std::nullopt_t) {}
  BytesView(std::string_view text)
      : data_(text.data() == nullptr ? empty() : reinterpret_cast<const std::byte*>(text.data())),
        size_(text.size()) {}
  BytesView(const char* text) : BytesView(std::string_view(text)) {}
  BytesView(const std::string& text) : BytesView(std::string_view(text)) {}
  constexpr BytesView(std::span<const std::byte> bytes)
      : data_(bytes.data() == nullptr ? empty() : bytes.data()), size_(bytes.size()) {}
  BytesView(const std::vector<std::byte>& bytes) : BytesView(std::span<const std::byte>(bytes)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] constexpr bool is_null() const { return data_ == nullptr; }
  [[nodiscard]] constexpr const std::byte* data() const { return data_; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr std::span<const std::byte> bytes() const { return {data_, size_}; }
  [[nodiscard]] std::string_view text() const {
    return {reinterpret_cast<const char*>(data_), size_};
  }
  /// Null equals null only; otherwise by content.
  friend bool operator==(BytesView a, BytesView b) {
    return a.is_null() == b.is_null() && a.size_ == b.size_ &&
           (a.size_ == 0 || std::memcmp(a.data_, b.data_, a.size_) == 0);
  }

 private:
  static constexpr std::byte kEmpty{};
  static constexpr const std::byte* empty() { return &kEmpty; }
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A record header: a name and a value, which may be null.
struct Header {
  std::string_view key;
  BytesView value;
  friend bool operator==(const Header&, const Header&) = default;
};

/// A record to publish. Views only: the bytes are copied before the call that takes it returns.
/// (The `{}` keep g++ -Wextra quiet about members that a designated initialiser leaves out.)
struct Record {
  BytesView key{};
  BytesView value{};
  std::span<const Header> headers{};
  /// CreateTime topics keep it; absent means "now". LogAppendTime topics replace it.
  std::optional<Timestamp> timestamp{};
};

/// The headers of a record that was read: a forward range that decodes in place.
class HeadersView {
 public:
  class Iterator {
   public:
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;
    Iterator() = default;
    Iterator(const std::byte* at, const std::byte* end, std::int32_t left);
    const Header& operator*() const { return header_; }
    const Header* operator->() const { return &header_; }
    Iterator& operator++();
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

   private:
    void decode();
    const std::byte* at_ = nullptr;
    const std::byte* end_ = nullptr;
    std::int32_t left_ = 0;
    Header header_;
  };

  HeadersView() = default;
  /// `encoded`: the headers as a record holds them, without their count, checked by the caller.
  HeadersView(std::span<const std::byte> encoded, std::int32_t count)
      : encoded_(encoded), count_(count) {}
  [[nodiscard]] std::int32_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Iterator begin() const {
    return {encoded_.data(), encoded_.data() + encoded_.size(), count_};
  }
  [[nodiscard]] Iterator end() const { return {}; }
  /// The value of the last header named `key`, as Kafka's lastHeader; nullopt when there is none.
  [[nodiscard]] std::optional<BytesView> find(std::string_view key) const;

 private:
  std::span<const std::byte> encoded_;
  std::int32_t count_ = 0;
};

/// A record as it was read. Views into the log: valid while the lease that gave it lives.
struct RecordView {
  Offset offset;
  Timestamp timestamp;
  BytesView key;
  BytesView value;
  HeadersView headers;
};

}  // namespace leat::inline v0

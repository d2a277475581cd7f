#pragma once

/// \file
/// Typed topics: a `Codec` turns a T into bytes and back, `TypedAppender` and `TypedProducer`
/// publish Ts, `TypedRecord` reads them. Header-only; all of it goes through the untyped API.
///
///   struct Tick { std::int64_t at; double price; };
///   leat::TypedAppender<Tick> ticks(*engine.appender("ticks", leat::PartitionId{0}));
///   ticks.append({.at = 1, .price = 2.5});                     // encoded in place, in the log
///   for (const auto& record : batch.records())
///     use(leat::TypedRecord<Tick>(record).value());            // Result<Tick>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::inline v0 {

/// How a T becomes the value of a record and is read back. `encode` fills all of a span of
/// `size(value)` bytes; `decode` says what is wrong with bytes that are no T. `const`: many threads
/// may call them.
template <class C, class T>
concept Codec = requires(const C& codec, const T& value, std::span<std::byte> into,
                         std::span<const std::byte> from) {
  { codec.size(value) } -> std::convertible_to<std::size_t>;
  { codec.encode(value, into) } -> std::same_as<void>;
  { codec.decode(from) } -> std::same_as<Result<T>>;
};

/// The bytes of a T as they lie in memory: for readers on machines of the same layout.
template <class T>
  requires(std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T>)
struct TrivialCodec {
  [[nodiscard]] std::size_t size(const T& /*value*/) const { return sizeof(T); }
  void encode(const T& value, std::span<std::byte> into) const {
    std::memcpy(into.data(), &value, sizeof(T));
  }
  /// Errors: kInvalidRecord when there are more or fewer bytes than a T has.
  [[nodiscard]] Result<T> decode(std::span<const std::byte> from) const {
    if (from.size() != sizeof(T)) {
      return Error(ErrorCode::kInvalidRecord, "a value of " + std::to_string(from.size()) +
                                                  " bytes where the type has " +
                                                  std::to_string(sizeof(T)));
    }
    T value;
    std::memcpy(&value, from.data(), sizeof(T));
    return value;
  }
};

/// Appends Ts to one partition, encoding them in place in the log. As Appender: one thread at a
/// time.
template <class T, Codec<T> C = TrivialCodec<T>>
class TypedAppender {
 public:
  explicit TypedAppender(Appender appender, C codec = {})
      : appender_(std::move(appender)), codec_(std::move(codec)) {}

  /// Errors: as Appender::append.
  Result<Offset> append(const T& value, BytesView key = nullptr) {
    auto claimed = appender_.claim(codec_.size(value), key);
    if (!claimed) return std::move(claimed).error();
    // Should `encode` throw, nothing is published and the claim is given up.
    Claim claim(appender_);
    codec_.encode(value, *claimed);
    return claim.commit();
  }
  Result<void> flush() { return appender_.flush(); }
  /// The untyped one, for records of another form.
  [[nodiscard]] Appender& appender() { return appender_; }

 private:
  class Claim {
   public:
    explicit Claim(Appender& appender) : appender_(&appender) {}
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    Claim(Claim&&) = delete;
    Claim& operator=(Claim&&) = delete;
    ~Claim() {
      if (appender_ != nullptr) appender_->abandon();
    }
    Result<Offset> commit() { return std::exchange(appender_, nullptr)->commit(); }

   private:
    Appender* appender_;
  };

  Appender appender_;
  C codec_;
};

/// Publishes Ts to one topic. Thread-safe if the codec is. The Producer outlives it.
template <class T, Codec<T> C = TrivialCodec<T>>
class TypedProducer {
 public:
  TypedProducer(Producer& producer, std::string_view topic, C codec = {})
      : producer_(&producer), topic_(topic), codec_(std::move(codec)) {}

  /// As Producer::send.
  Result<RecordMetadata> send(const T& value, BytesView key = nullptr) {
    return producer_->send(topic_, {.key = key, .value = encoded(value)});
  }
  /// As Producer::send_async.
  Result<void> send_async(const T& value, BytesView key = nullptr, OnAck on_ack = {}) {
    return producer_->send_async(topic_, {.key = key, .value = encoded(value)}, std::move(on_ack));
  }
  /// As Producer::try_send.
  Result<void> try_send(const T& value, BytesView key = nullptr, OnAck on_ack = {}) {
    return producer_->try_send(topic_, {.key = key, .value = encoded(value)}, std::move(on_ack));
  }

 private:
  std::vector<std::byte> encoded(const T& value) const {
    std::vector<std::byte> bytes(codec_.size(value));
    codec_.encode(value, bytes);
    return bytes;
  }

  Producer* producer_;
  std::string topic_;
  C codec_;
};

/// A record that was read, its value as a T. Valid as long as the batch it came from.
template <class T, Codec<T> C = TrivialCodec<T>>
class TypedRecord {
 public:
  explicit TypedRecord(const ConsumedRecord& record, C codec = {})
      : record_(record), codec_(std::move(codec)) {}

  /// A record without a value: of a compacted topic, its key was deleted.
  [[nodiscard]] bool is_tombstone() const { return record_.value.is_null(); }
  /// Decodes the value. Errors: kInvalidRecord for a tombstone, what the codec says.
  [[nodiscard]] Result<T> value() const {
    if (is_tombstone()) {
      return Error(ErrorCode::kInvalidRecord,
                   "offset " + std::to_string(record_.offset.value()) + " has no value");
    }
    return codec_.decode(record_.value.bytes());
  }
  [[nodiscard]] const ConsumedRecord& record() const { return record_; }
  [[nodiscard]] BytesView key() const { return record_.key; }
  [[nodiscard]] Offset offset() const { return record_.offset; }
  [[nodiscard]] Timestamp timestamp() const { return record_.timestamp; }

 private:
  ConsumedRecord record_;
  C codec_;
};

}  // namespace leat::inline v0

#pragma once

/// \file
/// `Error`: Kafka's error number where Kafka has one, Leat's own (negative) where it has none, and a
/// sentence that says what was wrong, where, and what would be right.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace leat::inline v0 {

/// Kafka's error codes by their numbers. Negative codes are Leat's own and never reach the wire as such.
/// Numbers are part of the API: never change or reuse one.
enum class ErrorCode : std::int16_t {
  kUnknownServerError = -1,
  kNone = 0,
  kOffsetOutOfRange = 1,
  kCorruptMessage = 2,
  kUnknownTopicOrPartition = 3,
  kRequestTimedOut = 7,
  kRecordTooLarge = 10,
  kKafkaStorageError = 56,

  // Leat's own.
  kInternal = -100,         ///< A broken invariant: the instance is poisoned, the host lives.
  kIo = -101,               ///< The operating system refused; the text names call, path and errno.
  kStorageFull = -102,      ///< ENOSPC or EDQUOT: retriable once space is back (G24).
  kStorageReadOnly = -103,  ///< Opened read-only, or poisoned by a failed sync (S12): sticky until reopened.
  kLocked = -104,           ///< Another holder has the directory open (G29).
  kForked = -105,           ///< Called in a child of fork() (S26).
  kClosed = -106,           ///< The handle, or its engine, is closed.
  kUnsupportedFormat = -107,  ///< A newer format version, or a file that is not ours.
  kNotFound = -108,         ///< A file or directory that is not there.
  kAlreadyExists = -109,    ///< A file or directory that is there already.
  kTimedOut = -110,         ///< The caller's own deadline passed.
  kWouldBlock = -111,       ///< A try_ form found no room, or nothing to read.
  kTooManyOpenFiles = -112,  ///< EMFILE, ENFILE, or no map left (G27).
  kOutOfMemory = -113,      ///< An allocation failed (G26).
  kInvalidArgument = -114,  ///< An argument that Kafka has no number for.
  kBusy = -115,             ///< Someone else has it: a second Appender of a partition.
  kCancelled = -116,        ///< The caller's stop token, or the end of the engine, ended the call.
};

/// Kafka's name of a code, "OFFSET_OUT_OF_RANGE"; ours in the same form.
[[nodiscard]] std::string_view error_name(ErrorCode code) noexcept;
/// Whether the same call may succeed later, as Kafka's clients decide it.
[[nodiscard]] bool is_retriable(ErrorCode code) noexcept;
/// The number for the wire: Kafka's own codes are themselves, Leat's own become their nearest Kafka code.
[[nodiscard]] ErrorCode to_kafka(ErrorCode code) noexcept;

/// A code and a sentence. Cheap to move; copyable; 16 bytes.
class [[nodiscard]] Error {
 public:
  explicit Error(ErrorCode code) noexcept : code_(code) {}
  Error(ErrorCode code, std::string message)
      : code_(code), message_(std::make_shared<const std::string>(std::move(message))) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  /// The sentence; empty when none was given.
  [[nodiscard]] std::string_view message() const noexcept {
    return message_ ? std::string_view(*message_) : std::string_view();
  }
  /// "OFFSET_OUT_OF_RANGE: offset 7 is past the log end 5 of orders-0".
  [[nodiscard]] std::string to_string() const;
  /// The same error with `context` and ": " put before its sentence. Add context once a layer.
  [[nodiscard]] Error with_context(std::string_view context) const;

 private:
  ErrorCode code_;
  std::shared_ptr<const std::string> message_;
};

}  // namespace leat::inline v0

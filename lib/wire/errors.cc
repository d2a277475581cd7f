#include <fmt/core.h>
#include <string>
#include <string_view>

#include "leat/error.h"

#include "wire/codec.h"
#include "wire/failure.h"
#include "wire/schema.h"

namespace leat::wire {
namespace {

std::string sentence(std::string_view message, ApiVersion version, const Failure& failure) {
  return fmt::format("{} v{}: {}{}at byte {}: {}", message, version, failure.field,
                     failure.field.empty() ? "" : ", ", failure.position, failure.reason);
}

}  // namespace

Error malformed(std::string_view message, ApiVersion version, const Failure& failure) {
  return {ErrorCode::kCorruptMessage, sentence(message, version, failure)};
}

Error not_writable(std::string_view message, ApiVersion version, const Failure& failure) {
  return {ErrorCode::kInvalidArgument, sentence(message, version, failure)};
}

Error unknown_version(std::string_view message, ApiVersion version, Versions known) {
  return {ErrorCode::kUnsupportedVersion, fmt::format("{} v{}: only versions {}-{} are known",
                                                      message, version, known.first, known.last)};
}

}  // namespace leat::wire

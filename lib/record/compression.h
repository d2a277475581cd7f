#pragma once

/// \file
/// The codecs of Kafka (B3, B4): what Java's clients write is read, and the other way round. The
/// only users of the compression libraries. Pure functions; bounded by what the caller allows.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "leat/result.h"

#include "record/layout.h"

namespace leat::record {

/// "none", "gzip", "snappy", "lz4", "zstd"; "unknown" for a number that is no codec.
[[nodiscard]] std::string_view compression_name(Compression codec);
/// The inverse; nullopt for any other text.
[[nodiscard]] std::optional<Compression> compression_from_name(std::string_view name);

/// Compresses `bytes`. `level` is on the codec's own scale (gzip 1-9, lz4 1-17, zstd -131072-22;
/// none and snappy have no levels) and clamped to it; nullopt is the codec's default. Errors:
/// kUnknownServerError when the library refuses, kUnsupportedCompressionType for a number that is
/// no codec.
[[nodiscard]] Result<std::vector<std::byte>> compress(Compression codec, std::optional<int> level,
                                                      std::span<const std::byte> bytes);

/// Decompresses `bytes`, never holding more than `size_max` + 1 bytes of output.
/// REQUIRES: size_max < SIZE_MAX.
/// Errors: kCorruptMessage when they are not what the codec writes, kMessageTooLarge when the
/// result would be larger than `size_max`, kUnsupportedCompressionType for a number that is no
/// codec.
[[nodiscard]] Result<std::vector<std::byte>> decompress(Compression codec,
                                                        std::span<const std::byte> bytes,
                                                        std::size_t size_max);

}  // namespace leat::record

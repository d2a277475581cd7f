#include "record/compression.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lz4frame.h>
#include <memory>
#include <optional>
#include <snappy.h>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <zconf.h>
#include <zlib.h>
#include <zstd.h>

#include "leat/error.h"
#include "leat/result.h"

#include "base/bytes.h"
#include "base/try.h"
#include "record/layout.h"

namespace leat::record {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::array<std::string_view, 5> kNames = {"none", "gzip", "snappy", "lz4", "zstd"};

Error corrupt(std::string_view codec, std::string_view what) {
  return {ErrorCode::kCorruptMessage, std::string(codec).append(" data: ").append(what)};
}
Error too_large(std::size_t size_max) {
  return {ErrorCode::kMessageTooLarge,
          "decompressed records exceed the limit of " + std::to_string(size_max) + " bytes"};
}
Error refused(std::string_view codec, std::string_view what) {
  return {ErrorCode::kUnknownServerError, std::string(codec).append(" compression: ").append(what)};
}
Error unknown_codec(Compression codec) {
  return {ErrorCode::kUnsupportedCompressionType,
          "compression type " + std::to_string(static_cast<int>(codec)) + " is none of 0 to 4"};
}

/// Output that grows as it is written, to one byte past the limit: the byte that tells.
class BoundedOutput {
 public:
  BoundedOutput(std::size_t size_max, std::size_t size_hint)
      : bytes_(std::min(std::max<std::size_t>(size_hint, 256), size_max + 1)),
        size_max_(size_max) {}
  /// Where to write next; never empty while `within_limit()`.
  std::span<std::byte> room() {
    if (size_ == bytes_.size()) bytes_.resize(std::min(2 * bytes_.size(), size_max_ + 1));
    return std::span(bytes_).subspan(size_);
  }
  void wrote(std::size_t size) { size_ += size; }
  [[nodiscard]] bool within_limit() const { return size_ <= size_max_; }
  Bytes take() {
    bytes_.resize(size_);
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  std::size_t size_ = 0;
  std::size_t size_max_;
};

// --- gzip -----------------------------------------------------------------------------------

constexpr int kGzipWindowBits = 15 + 16;  // zlib's way to say "with gzip's header and trailer"

const Bytef* zlib_input(std::span<const std::byte> bytes) {
  return reinterpret_cast<const Bytef*>(bytes.data());
}

Result<Bytes> gzip(std::optional<int> level, std::span<const std::byte> bytes) {
  z_stream stream{};
  const int clamped = level ? std::clamp(*level, 1, 9) : Z_DEFAULT_COMPRESSION;
  if (deflateInit2(&stream, clamped, Z_DEFLATED, kGzipWindowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return refused("gzip", "no memory");
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> guard(&stream, &deflateEnd);
  Bytes out(deflateBound(&stream, bytes.size()));
  stream.next_in = zlib_input(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return refused("gzip", "the data does not fit");
  out.resize(stream.total_out);
  return out;
}

/// Members may follow one another, as java.util.zip reads them.
Result<Bytes> gunzip(std::span<const std::byte> bytes, std::size_t size_max) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindowBits) != Z_OK) return refused("gzip", "no memory");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> guard(&stream, &inflateEnd);
  BoundedOutput out(size_max, 4 * bytes.size());
  stream.next_in = zlib_input(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  while (true) {
    const std::span<std::byte> room = out.room();
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.wrote(room.size() - stream.avail_out);
    if (!out.within_limit()) return too_large(size_max);
    if (status == Z_STREAM_END) {
      if (stream.avail_in == 0) return out.take();
      if (inflateReset(&stream) != Z_OK) return corrupt("gzip", "a member cannot follow");
    } else if (status != Z_OK) {
      return corrupt("gzip", stream.msg != nullptr ? stream.msg : "it ends within a member");
    }
  }
}

// --- snappy ---------------------------------------------------------------------------------

// snappy-java's framing: these 8 bytes, version and lowest compatible version (u32 BE, 1 each),
// then blocks of {size u32 BE, raw snappy}.
constexpr std::array<std::uint8_t, 8> kXerialMagic = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr std::size_t kXerialHeaderSize = 16;
constexpr std::size_t kXerialBlockSize = std::size_t{32} * 1024;  // of input, as snappy-java
// A copy of 64 bytes takes 3: nothing is packed tighter.
constexpr std::size_t kSnappyRatioMax = 22;

const char* chars(const std::byte* bytes) { return reinterpret_cast<const char*>(bytes); }

Bytes snappy_blocks(std::span<const std::byte> bytes) {
  Bytes out(kXerialHeaderSize);
  std::ranges::transform(kXerialMagic, out.begin(), [](std::uint8_t b) { return std::byte{b}; });
  base::store_be<std::uint32_t>(out.data() + 8, 1);
  base::store_be<std::uint32_t>(out.data() + 12, 1);
  while (!bytes.empty()) {
    const auto block = bytes.first(std::min(bytes.size(), kXerialBlockSize));
    bytes = bytes.subspan(block.size());
    const std::size_t at = out.size();
    out.resize(at + 4 + snappy::MaxCompressedLength(block.size()));
    std::size_t size = 0;
    snappy::RawCompress(chars(block.data()), block.size(),
                        reinterpret_cast<char*>(out.data() + at + 4), &size);
    base::store_be<std::uint32_t>(out.data() + at, static_cast<std::uint32_t>(size));
    out.resize(at + 4 + size);
  }
  return out;
}

/// Appends what one raw block holds to `out`.
Result<void> unsnappy_block(std::span<const std::byte> block, std::size_t size_max, Bytes& out) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(chars(block.data()), block.size(), &size))
    return corrupt("snappy", "a block does not begin with its length");
  if (size > size_max - out.size()) return too_large(size_max);
  // The length is only a claim: no memory for more than the block could hold.
  if (size > kSnappyRatioMax * block.size())
    return corrupt("snappy", "a block claims more than it can hold");
  const std::size_t at = out.size();
  out.resize(at + size);
  char* const to = reinterpret_cast<char*>(out.data() + at);
  if (!snappy::RawUncompress(chars(block.data()), block.size(), to))
    return corrupt("snappy", "a block is damaged");
  return {};
}

bool is_xerial(std::span<const std::byte> bytes) {
  return bytes.size() >= kXerialHeaderSize &&
         std::ranges::equal(
             bytes.first(kXerialMagic.size()), kXerialMagic,
             [](std::byte a, std::uint8_t b) { return std::to_integer<std::uint8_t>(a) == b; });
}

Result<Bytes> unsnappy(std::span<const std::byte> bytes, std::size_t size_max) {
  Bytes out;
  if (!is_xerial(bytes)) {
    LEAT_TRY_VOID(unsnappy_block(bytes, size_max, out));
    return out;
  }
  bytes = bytes.subspan(kXerialHeaderSize);
  while (!bytes.empty()) {
    if (bytes.size() < 4) return corrupt("snappy", "it ends within a block's size");
    const auto size = base::load_be<std::uint32_t>(bytes.data());
    bytes = bytes.subspan(4);
    if (size > bytes.size()) return corrupt("snappy", "it ends within a block");
    LEAT_TRY_VOID(unsnappy_block(bytes.first(size), size_max, out));
    bytes = bytes.subspan(size);
  }
  return out;
}

// --- lz4 ------------------------------------------------------------------------------------

Result<Bytes> lz4(std::optional<int> level, std::span<const std::byte> bytes) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;  // Kafka's Java client reads no other
  preferences.compressionLevel = level ? std::clamp(*level, 1, 17) : 0;
  Bytes out(LZ4F_compressFrameBound(bytes.size(), &preferences));
  const std::size_t size =
      LZ4F_compressFrame(out.data(), out.size(), bytes.data(), bytes.size(), &preferences);
  if (LZ4F_isError(size) != 0U) return refused("lz4", LZ4F_getErrorName(size));
  out.resize(size);
  return out;
}

Result<Bytes> unlz4(std::span<const std::byte> bytes, std::size_t size_max) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0U)
    return refused("lz4", "no memory");
  const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> guard(
      context, &LZ4F_freeDecompressionContext);
  BoundedOutput out(size_max, 4 * bytes.size());
  while (true) {
    const std::span<std::byte> room = out.room();
    std::size_t written = room.size();
    std::size_t read = bytes.size();
    const std::size_t left =
        LZ4F_decompress(context, room.data(), &written, bytes.data(), &read, nullptr);
    if (LZ4F_isError(left) != 0U) return corrupt("lz4", LZ4F_getErrorName(left));
    bytes = bytes.subspan(read);
    out.wrote(written);
    if (!out.within_limit()) return too_large(size_max);
    if (left == 0 && bytes.empty()) return out.take();
    if (read == 0 && written == 0) return corrupt("lz4", "it ends within a frame");
  }
}

// --- zstd -----------------------------------------------------------------------------------

Result<Bytes> zstd(std::optional<int> level, std::span<const std::byte> bytes) {
  const int clamped = level ? std::clamp(*level, ZSTD_minCLevel(), ZSTD_maxCLevel()) : 0;
  Bytes out(ZSTD_compressBound(bytes.size()));
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), clamped);
  if (ZSTD_isError(size) != 0U) return refused("zstd", ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

Result<Bytes> unzstd(std::span<const std::byte> bytes, std::size_t size_max) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     &ZSTD_freeDCtx);
  if (!context) return refused("zstd", "no memory");
  BoundedOutput out(size_max, 4 * bytes.size());
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  while (true) {
    const std::span<std::byte> room = out.room();
    ZSTD_outBuffer to{room.data(), room.size(), 0};
    const std::size_t before = in.pos;
    const std::size_t left = ZSTD_decompressStream(context.get(), &to, &in);
    if (ZSTD_isError(left) != 0U) return corrupt("zstd", ZSTD_getErrorName(left));
    out.wrote(to.pos);
    if (!out.within_limit()) return too_large(size_max);
    if (left == 0 && in.pos == in.size) return out.take();
    if (in.pos == before && to.pos == 0) return corrupt("zstd", "it ends within a frame");
  }
}

}  // namespace

std::string_view compression_name(Compression codec) {
  const auto at = static_cast<std::size_t>(codec);
  return at < kNames.size() ? kNames[at] : "unknown";
}

std::optional<Compression> compression_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Compression>(found - kNames.begin());
}

Result<std::vector<std::byte>> compress(Compression codec, std::optional<int> level,
                                        std::span<const std::byte> bytes) {
  switch (codec) {
    case Compression::kNone:
      return Bytes(bytes.begin(), bytes.end());
    case Compression::kGzip:
      return gzip(level, bytes);
    case Compression::kSnappy:
      return snappy_blocks(bytes);
    case Compression::kLz4:
      return lz4(level, bytes);
    case Compression::kZstd:
      return zstd(level, bytes);
  }
  return unknown_codec(codec);
}

Result<std::vector<std::byte>> decompress(Compression codec, std::span<const std::byte> bytes,
                                          std::size_t size_max) {
  switch (codec) {
    case Compression::kNone:
      if (bytes.size() > size_max) return too_large(size_max);
      return Bytes(bytes.begin(), bytes.end());
    case Compression::kGzip:
      return gunzip(bytes, size_max);
    case Compression::kSnappy:
      return unsnappy(bytes, size_max);
    case Compression::kLz4:
      return unlz4(bytes, size_max);
    case Compression::kZstd:
      return unzstd(bytes, size_max);
  }
  return unknown_codec(codec);
}

}  // namespace leat::record

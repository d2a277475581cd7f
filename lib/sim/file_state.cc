#include "sim/file_state.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leat/result.h"

#include "base/try.h"
#include "io/memory_content.h"
#include "sim/draw.h"

namespace leat::sim {
namespace {

bool is_in_pages(const Piece& piece, std::uint64_t at, std::uint64_t length) {
  const std::uint64_t first = at / kPageBytes * kPageBytes;
  const std::uint64_t last = (at + length + kPageBytes - 1) / kPageBytes * kPageBytes;
  return piece.position >= first && piece.position < last;
}

/// Copies into `file`, as far as it reaches.
void put(std::vector<std::byte>& file, std::uint64_t position, std::span<const std::byte> bytes) {
  if (position >= file.size()) return;
  const std::size_t count = std::min<std::size_t>(bytes.size(), file.size() - position);
  std::copy_n(bytes.begin(), count, file.begin() + static_cast<std::ptrdiff_t>(position));
}

std::span<const std::byte> bytes_of(const FileMutation& mutation, const Piece& piece) {
  return std::span(mutation.data).subspan(piece.from, piece.length);
}

void fill_with_stale_bytes(std::vector<std::byte>& file, const Piece& piece, std::uint64_t seed) {
  for (std::uint64_t i = piece.position; i < piece.position + piece.length && i < file.size();
       ++i) {
    file[i] = static_cast<std::byte>(draw(seed, i) & 0xFFU);
  }
}

}  // namespace

/// The content under a selection, and how far each sector and word is up to date with it.
struct FileState::Applied {
  std::vector<std::byte> bytes;
  // Index of the last kept mutation, by number of sector or word.
  std::unordered_map<std::uint64_t, std::size_t> sector_cut;
  std::unordered_map<std::uint64_t, std::size_t> word_cut;

  /// A piece is in the content when its sector, or its word, was written out with it or after it.
  [[nodiscard]] bool covers(std::size_t index, const FileMutation& mutation,
                            const Piece& piece) const {
    const auto reaches = [index](const auto& cuts, std::uint64_t number) {
      const auto found = cuts.find(number);
      return found != cuts.end() && index <= found->second;
    };
    if (reaches(sector_cut, piece.position / kSectorBytes)) return true;
    return mutation.kind == FileMutation::Kind::kStores &&
           reaches(word_cut, piece.position / kWordBytes);
  }
};

FileState::FileState(std::vector<std::byte> durable)
    : durable_(std::move(durable)), allocated_end_(durable_.size()) {
  const std::span<const std::byte> content(durable_);
  cache_.write(0, std::span(&content, 1)).value();
}

FileState FileState::clone() const {
  FileState copy;
  const std::span<const std::byte> content = cache_.bytes();
  copy.cache_.write(0, std::span(&content, 1)).value();
  copy.durable_ = durable_;
  copy.pending_ = pending_;
  copy.allocated_end_ = allocated_end_;
  return copy;
}

Result<void> FileState::write(std::uint64_t position,
                              std::span<const std::span<const std::byte>> parts,
                              std::uint64_t& sequence) {
  const std::uint64_t size_before = size();
  LEAT_TRY_VOID(cache_.write(position, parts));
  std::vector<std::byte> bytes;
  for (const auto part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
  if (bytes.empty()) return {};
  if (size() > size_before) record_size(size(), sequence);
  if (is_mapped_for_writing()) put(noted_, position, bytes);
  record_bytes({.sequence = ++sequence}, position, bytes, kSectorBytes);
  allocated_end_ = std::max(allocated_end_, position + bytes.size());
  return {};
}

Result<void> FileState::allocate(std::uint64_t position, std::uint64_t length,
                                 std::uint64_t& sequence) {
  LEAT_TRY(const std::size_t end, io::checked_end(position, length));
  if (end > size()) {
    LEAT_TRY_VOID(cache_.resize(end));
    record_size(end, sequence);
  }
  allocated_end_ = std::max<std::uint64_t>(allocated_end_, end);
  return {};
}

Result<void> FileState::truncate(std::uint64_t size, std::uint64_t& sequence) {
  LEAT_TRY(const std::size_t end, io::checked_end(size, 0));
  const std::uint64_t size_before = this->size();
  LEAT_TRY_VOID(cache_.resize(end));
  if (end == size_before) return {};
  record_size(end, sequence);
  if (end > size_before) return {};
  // What was there reads as zeros should the file grow again: a part of the same mutation.
  FileMutation cut = std::move(pending_.back());
  pending_.pop_back();
  record_bytes(std::move(cut), end, std::vector<std::byte>(size_before - end), kSectorBytes);
  allocated_end_ = end;
  return {};
}

void FileState::record_size(std::uint64_t size, std::uint64_t& sequence) {
  if (is_mapped_for_writing()) noted_.resize(size);
  FileMutation mutation{.sequence = ++sequence, .kind = FileMutation::Kind::kSize};
  mutation.new_size = size;
  pending_.push_back(std::move(mutation));
}

/// Adds `bytes` to the mutation, cut into pieces at multiples of `piece_bytes`, and the mutation to
/// pending_.
void FileState::record_bytes(FileMutation mutation, std::uint64_t position,
                             std::span<const std::byte> bytes, std::uint64_t piece_bytes) {
  const std::uint64_t fresh_from = (allocated_end_ + kPageBytes - 1) / kPageBytes * kPageBytes;
  for (std::size_t from = 0; from < bytes.size();) {
    const std::uint64_t at = position + from;
    const std::size_t length =
        std::min<std::size_t>(bytes.size() - from, piece_bytes - at % piece_bytes);
    mutation.pieces.push_back(
        {.position = at, .from = from, .length = length, .is_fresh = at >= fresh_from});
    from += length;
  }
  mutation.data.assign(bytes.begin(), bytes.end());
  pending_.push_back(std::move(mutation));
}

Result<std::byte*> FileState::map(std::size_t length, bool writable) {
  LEAT_TRY(std::byte* const data, cache_.pin(length));
  if (writable && ++writable_maps_ == 1)
    noted_.assign(cache_.bytes().begin(), cache_.bytes().end());
  return data;
}

void FileState::unmap(bool writable, std::uint64_t& sequence) {
  if (writable) {
    note_stores(sequence);
    if (--writable_maps_ == 0) noted_ = {};
  }
  cache_.unpin();
}

void FileState::note_stores(std::uint64_t& sequence) {
  if (!is_mapped_for_writing()) return;
  FileMutation stores{.kind = FileMutation::Kind::kStores};
  const auto content = std::as_const(cache_).bytes();
  for (std::size_t page = 0; page < content.size(); page += kPageBytes) {
    const std::size_t page_end = std::min<std::size_t>(page + kPageBytes, content.size());
    if (std::memcmp(&content[page], &noted_[page], page_end - page) == 0) continue;
    for (std::size_t at = page; at < page_end; at += kWordBytes) {
      const std::size_t length = std::min<std::size_t>(kWordBytes, page_end - at);
      if (std::memcmp(&content[at], &noted_[at], length) == 0) continue;
      stores.pieces.push_back({.position = at, .from = stores.data.size(), .length = length});
      // From the noted copy: the comparison and the record see one version.
      std::memcpy(&noted_[at], &content[at], length);
      stores.data.insert(stores.data.end(), &noted_[at], &noted_[at] + length);
    }
  }
  if (stores.pieces.empty()) return;
  stores.sequence = ++sequence;
  pending_.push_back(std::move(stores));
}

/// The last kept mutation of each sector and word.
void FileState::find_cuts(const Selection& selection, Applied& applied) const {
  for (std::size_t i = pending_.size(); i-- > 0;) {
    const bool is_stores = pending_[i].kind == FileMutation::Kind::kStores;
    for (const Piece& piece : pending_[i].pieces) {
      if (!selection.keeps(pending_[i], piece)) continue;
      if (is_stores) {
        applied.word_cut.try_emplace(piece.position / kWordBytes, i);
      } else {
        applied.sector_cut.try_emplace(piece.position / kSectorBytes, i);
      }
    }
  }
}

FileState::Applied FileState::apply(const Selection& selection) const {
  Applied applied{.bytes = durable_, .sector_cut = {}, .word_cut = {}};
  std::uint64_t size = durable_.size();
  for (const FileMutation& mutation : pending_) {
    if (mutation.new_size && selection.keeps_size(mutation)) size = *mutation.new_size;
  }
  find_cuts(selection, applied);
  applied.bytes.resize(size);
  for (const FileMutation& mutation : pending_) {
    for (const Piece& piece : mutation.pieces) {
      if (piece.is_fresh && selection.stale_seed) {
        fill_with_stale_bytes(applied.bytes, piece, *selection.stale_seed);
      }
    }
  }
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    for (const Piece& piece : pending_[i].pieces) {
      const auto bytes = bytes_of(pending_[i], piece);
      if (applied.covers(i, pending_[i], piece)) {
        put(applied.bytes, piece.position, bytes);
      } else if (selection.torn_prefix) {
        put(applied.bytes, piece.position, bytes.first(selection.torn_prefix(pending_[i], piece)));
      }
    }
  }
  return applied;
}

void FileState::promote(const Selection& selection) {
  Applied applied = apply(selection);
  std::vector<FileMutation> left;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    FileMutation& mutation = pending_[i];
    if (mutation.new_size && selection.keeps_size(mutation)) mutation.new_size.reset();
    std::erase_if(mutation.pieces,
                  [&](const Piece& piece) { return applied.covers(i, mutation, piece); });
    if (mutation.new_size || !mutation.pieces.empty()) left.push_back(std::move(mutation));
  }
  durable_ = std::move(applied.bytes);
  pending_ = std::move(left);
}

void FileState::sync() { sync_range(0, std::numeric_limits<std::uint64_t>::max() / 2); }

void FileState::sync_range(std::uint64_t at, std::uint64_t length) {
  promote({.keeps =
               [at, length](const FileMutation& mutation, const Piece& piece) {
                 return !mutation.is_in_limbo && is_in_pages(piece, at, length);
               },
           .keeps_size = [](const FileMutation& mutation) { return !mutation.is_in_limbo; },
           .torn_prefix = {},
           .stale_seed = {}});
}

void FileState::fail_sync() { fail_sync_range(0, std::numeric_limits<std::uint64_t>::max() / 2); }

void FileState::fail_sync_range(std::uint64_t at, std::uint64_t length) {
  std::vector<FileMutation> marked;
  for (FileMutation& mutation : pending_) {
    if (mutation.is_in_limbo) {
      marked.push_back(std::move(mutation));
      continue;
    }
    // A mutation that reaches past the range is cut in two: the sync did not speak of the other
    // part.
    FileMutation rest = mutation;
    std::erase_if(rest.pieces, [&](const Piece& piece) { return is_in_pages(piece, at, length); });
    std::erase_if(mutation.pieces,
                  [&](const Piece& piece) { return !is_in_pages(piece, at, length); });
    rest.new_size.reset();
    if (!mutation.pieces.empty() || mutation.new_size) {
      mutation.is_in_limbo = true;
      marked.push_back(std::move(mutation));
    }
    if (!rest.pieces.empty()) marked.push_back(std::move(rest));
  }
  pending_ = std::move(marked);
}

void FileState::evict_limbo() {
  const Applied seen = apply(
      {.keeps = [](const FileMutation& mutation, const Piece&) { return !mutation.is_in_limbo; },
       .keeps_size = [](const FileMutation& mutation) { return !mutation.is_in_limbo; },
       .torn_prefix = {},
       .stale_seed = {}});
  // What a later write of the same sector carries along is seen, and reaches the disk with that
  // write.
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    FileMutation& mutation = pending_[i];
    if (!mutation.is_in_limbo) continue;
    mutation.new_size.reset();
    std::erase_if(mutation.pieces,
                  [&](const Piece& piece) { return !seen.covers(i, mutation, piece); });
  }
  std::erase_if(pending_, [](const FileMutation& m) { return m.is_in_limbo && m.pieces.empty(); });
  // A mapping sees it too: the bytes change where they are.
  cache_.resize(std::max<std::size_t>(cache_.size(), seen.bytes.size())).value();
  std::ranges::copy(seen.bytes, cache_.bytes().begin());
  cache_.resize(seen.bytes.size()).value();
  if (is_mapped_for_writing()) noted_ = seen.bytes;
}

std::vector<std::byte> FileState::image(const Selection& selection) const {
  return apply(selection).bytes;
}

std::string describe(const FileMutation& mutation) {
  if (mutation.kind == FileMutation::Kind::kSize) {
    return "size " + (mutation.new_size ? std::to_string(*mutation.new_size) : std::string("cut"));
  }
  if (mutation.kind == FileMutation::Kind::kStores) {
    return "stores to " + std::to_string(mutation.pieces.size()) + " words from " +
           std::to_string(mutation.pieces.front().position);
  }
  std::size_t bytes = 0;
  for (const Piece& piece : mutation.pieces) bytes += piece.length;
  return "write of " + std::to_string(bytes) + " bytes at " +
         std::to_string(mutation.pieces.front().position);
}

}  // namespace leat::sim

// Corruption of each file of a directory (T6; G22, G23): every byte, every block, whole files. More
// of it: damage_damage_test --bits=all

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "damage/arguments.h"
#include "damage/image.h"
#include "damage/judge.h"

namespace leat::damage {
namespace {

constexpr std::size_t kBlock = 512;

const Prepared& prepared(Stop stop) {
  static const Prepared kClean = prepare(Stop::kClean);
  static const Prepared kKilled = prepare(Stop::kKilled);
  return stop == Stop::kClean ? kClean : kKilled;
}

template <class Content>
auto place(Content& content, std::size_t at) {
  return content.begin() + static_cast<std::ptrdiff_t>(at);
}

/// Damages the files of one directory, and prints how many times and how fast.
class Damager {
 public:
  explicit Damager(Stop stop) : Damager(prepared(stop), stop) {}
  Damager(const Prepared& prepared, Stop stop)
      : prepared_(prepared), stop_(stop), judge_(prepared, stop), files_(prepared.files) {}
  ~Damager() {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
    std::printf("%llu cases, %.0f a second; %llu beyond detection\n",
                static_cast<unsigned long long>(judge_.cases()),
                static_cast<double>(judge_.cases()) / took.count(),
                static_cast<unsigned long long>(passed_over_));
  }
  Damager(const Damager&) = delete;
  Damager& operator=(const Damager&) = delete;
  Damager(Damager&&) = delete;
  Damager& operator=(Damager&&) = delete;

  Judge& judge() { return judge_; }

  /// One bit of each byte flipped, a different one each time; with --bits=all every bit, 00 and FF.
  void bytes(const std::string& file) {
    const Bytes content = *files_.at(file);
    for (std::size_t at = 0; at < content.size(); ++at) {
      const auto flip = [&](std::size_t bit) {
        set(file, at, content[at] ^ (std::byte{1} << bit));
      };
      if (!all_bits()) {
        flip((at * 5 + at / 8) % 8);
        continue;
      }
      for (std::size_t bit = 0; bit < 8; ++bit) flip(bit);
      set(file, at, std::byte{0x00});
      set(file, at, std::byte{0xff});
    }
  }

  /// Each 512 bytes zeroed, copied from the neighbour, swapped with it, and as they were before.
  void blocks(const std::string& file, std::size_t step = kBlock) {
    const Bytes original = *files_.at(file);
    const auto older_file = prepared_.older.find(file);
    for (std::size_t at = 0; at < original.size(); at += step) {
      const std::size_t end = std::min(at + kBlock, original.size());
      const std::string where = " block at " + std::to_string(at);
      Bytes damaged = original;
      std::fill(place(damaged, at), place(damaged, end), std::byte{0});
      replace(file, damaged, at, end, "zeroed" + where);
      const std::size_t neighbour = end < original.size() ? end : at - std::min(at, kBlock);
      const std::size_t size = std::min(end - at, original.size() - neighbour);
      damaged = original;
      std::copy_n(place(original, neighbour), size, place(damaged, at));
      replace(file, damaged, at, end, "neighbour copied over" + where);
      std::copy_n(place(original, at), size, place(damaged, neighbour));
      replace(file, damaged, std::min(at, neighbour), std::max(end, neighbour + size),
              "neighbour swapped with" + where);
      if (older_file == prepared_.older.end() || original.size() <= kBlock) continue;
      damaged = original;
      const Bytes& older = *older_file->second;
      for (std::size_t i = at; i < end; ++i)
        damaged[i] = i < older.size() ? older[i] : std::byte{0};
      replace(file, damaged, at, end, "older version of" + where);
    }
  }

  void swap(const std::string& one, const std::string& other) {
    replace(one, *files_.at(other), 0, UINT64_MAX, "replaced by " + other);
  }

  void remove(const std::string& file) {
    if (is_beyond_detection(file, {})) {
      ++passed_over_;
      return;
    }
    const auto content = files_.at(file);
    files_.erase(file);
    judge_.must_be_found(!file.ends_with(".sum"));  // as of a segment that was never sealed
    judge_.judge(files_, {.file = file, .what = "removed"});
    judge_.must_be_found(true);
    files_[file] = content;
  }

  /// Judges the directory with another content of a file.
  void replace(const std::string& file, const Bytes& content, std::uint64_t begin,
               std::uint64_t end, std::string what) {
    auto& kept = files_.at(file);
    if (content == *kept) return;  // no damage
    if (is_beyond_detection(file, content)) {
      ++passed_over_;
      return;
    }
    const auto original = std::exchange(kept, std::make_shared<const Bytes>(content));
    judge_.judge(files_, {.file = file, .begin = begin, .end = end, .what = std::move(what)});
    kept = original;
  }

 private:
  /// An unsealed segment with other whole batches in it: nothing says yet that it had other ones.
  /// The durable marks of the journal will (design.md S16).
  [[nodiscard]] bool is_beyond_detection(const std::string& file, const Bytes& content) const {
    if (!file.ends_with(".log")) return false;
    const std::string sum = file.substr(0, file.rfind('.')) + ".sum";
    return !prepared_.files.contains(sum) && is_whole_chain(content, stop_);
  }

  void set(const std::string& file, std::size_t at, std::byte value) {
    Bytes damaged = *files_.at(file);
    const int before = std::to_integer<int>(std::exchange(damaged[at], value));
    replace(file, damaged, at, at + 1,
            "byte " + std::to_string(at) + " is " + std::to_string(std::to_integer<int>(value)) +
                " instead of " + std::to_string(before));
  }

  const Prepared& prepared_;
  const Stop stop_;
  Judge judge_;
  Image files_;
  std::uint64_t passed_over_ = 0;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// The files of each kind, one of each where they are alike.
std::vector<std::string> small_files(Stop stop) {
  std::vector<std::string> all;
  for (const auto& [path, content] : prepared(stop).files) {
    const auto owner = prepared(stop).owner(path);
    const bool is_twin = owner == Name{"orders", 1};
    if (!is_twin && content->size() < 8 * kBlock + 400) all.push_back(path);
  }
  return all;
}

const Name kOrders{"orders", 0};
const Name kTwin{"orders", 1};

class EachWay : public ::testing::TestWithParam<Stop> {};

TEST_P(EachWay, UndamagedIsReadAsItWasWritten) {
  Judge judge(prepared(GetParam()), GetParam());
  judge.must_be_found(false);
  judge.judge(prepared(GetParam()).files, {.file = "LOCK", .what = "nothing"});
}

TEST_P(EachWay, SmallFilesSurviveEachByte) {
  Damager damager(GetParam());
  if (!all_bits()) damager.judge().write_every(2);
  damager.judge().others_every(8);
  for (const std::string& file : small_files(GetParam())) damager.bytes(file);
}

TEST_P(EachWay, EveryFileSurvivesEachBlock) {
  Damager damager(GetParam());
  for (const auto& [file, content] : prepared(GetParam()).files) damager.blocks(file);
}

TEST_P(EachWay, SurvivesFilesOfAnotherPartition) {
  Damager damager(GetParam());
  for (const std::int64_t base : prepared(GetParam()).bases(kOrders)) {
    for (const char* suffix : {".log", ".sum", ".snapshot"}) {
      const std::string file = prepared(GetParam()).file(kOrders, base, suffix);
      if (!prepared(GetParam()).files.contains(file)) continue;
      damager.swap(file, prepared(GetParam()).file(kTwin, base, suffix));
      damager.swap(file, prepared(GetParam()).file({"packed", 0}, 0, suffix));
    }
  }
}

TEST_P(EachWay, SurvivesOlderVersionsOfFiles) {
  Damager damager(GetParam());
  for (const auto& [file, content] : prepared(GetParam()).older) {
    if (!prepared(GetParam()).files.contains(file)) continue;
    damager.judge().must_be_found(file != "STATE");  // as an unclean stop would leave it
    damager.replace(file, *content, 0, UINT64_MAX, "an older version");
  }
}

TEST_P(EachWay, SurvivesFilesThatAreGone) {
  Damager damager(GetParam());
  for (const auto& [file, content] : prepared(GetParam()).files) {
    damager.remove(file);
    damager.replace(file, {}, 0, UINT64_MAX, "emptied");
  }
}

INSTANTIATE_TEST_SUITE_P(, EachWay, ::testing::Values(Stop::kClean, Stop::kKilled),
                         [](const auto& test) {
                           return test.param == Stop::kClean ? "Closed" : "Killed";
                         });

TEST(SealedSegment, SurvivesEachByte) {
  const Prepared plain = prepare(Stop::kClean, {.has_packed = false});
  Damager damager(plain, Stop::kClean);
  if (!all_bits()) damager.judge().write_every(16);
  damager.judge().others_every(16);
  damager.bytes(plain.file(kOrders, 0, ".log"));
}

TEST(SealedSegment, OfManyBlocksIsReadableAroundEachOne) {
  const Prepared wide = prepare(Stop::kClean, {.wide_bytes = std::size_t{200} * 1024});
  Damager damager(wide, Stop::kClean);
  damager.blocks(wide.file({"wide", 0}, 0, ".log"), all_bits() ? kBlock : 16 * kBlock);
}

}  // namespace
}  // namespace leat::damage

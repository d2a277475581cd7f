#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "leat/testing/simulated_disk.h"

#include "sim/draw.h"

namespace leat::testing {
namespace {

Fate kept_if(bool kept) { return kept ? Fate::kKept : Fate::kLost; }

template <class Choose>
CrashOptions by(Choose choose) {
  CrashOptions options;
  options.fate = std::move(choose);
  return options;
}

}  // namespace

CrashOptions CrashOptions::lose_all() { return {}; }

CrashOptions CrashOptions::keep_all() {
  return by([](std::size_t) { return Fate::kKept; });
}

CrashOptions CrashOptions::keep_first(std::size_t count) {
  return by([count](std::size_t i) { return kept_if(i < count); });
}

CrashOptions CrashOptions::drop_one(std::size_t index) {
  return by([index](std::size_t i) { return kept_if(i != index); });
}

CrashOptions CrashOptions::keep_one(std::size_t index) {
  return by([index](std::size_t i) { return kept_if(i == index); });
}

CrashOptions CrashOptions::tear_one(std::size_t index, std::uint64_t seed) {
  CrashOptions options =
      by([index](std::size_t i) { return i == index ? Fate::kTorn : Fate::kKept; });
  options.seed = seed;
  return options;
}

CrashOptions CrashOptions::keep(std::vector<bool> kept) {
  return by(
      [kept = std::move(kept)](std::size_t i) { return kept_if(i < kept.size() && kept[i]); });
}

CrashOptions CrashOptions::random(std::uint64_t seed) {
  CrashOptions options = by([seed](std::size_t i) {
    switch (sim::draw(seed, i) % 4) {
      case 0:
        return Fate::kLost;
      case 1:
        return Fate::kTorn;
      default:
        return Fate::kKept;
    }
  });
  options.seed = seed;
  options.stale_bytes = sim::draw(~seed, 0) % 2 == 0;
  options.tear_at_any_byte = sim::draw(~seed, 1) % 4 == 0;
  return options;
}

std::vector<CrashOptions> crashes_worth_trying(std::size_t pending, std::size_t images_max,
                                               std::uint64_t seed) {
  std::vector<CrashOptions> crashes;
  const auto add = [&](CrashOptions options) {
    if (crashes.size() < images_max) crashes.push_back(std::move(options));
  };
  constexpr std::size_t kBitsMax = 20;
  if (pending <= kBitsMax && (std::size_t{1} << pending) <= images_max) {
    for (std::size_t bits = 0; bits < (std::size_t{1} << pending); ++bits) {
      std::vector<bool> kept(pending);
      for (std::size_t i = 0; i < pending; ++i) kept[i] = (bits >> i) % 2 == 1;
      add(CrashOptions::keep(std::move(kept)));
    }
  } else {
    add(CrashOptions::lose_all());
    add(CrashOptions::keep_all());
    for (std::size_t i = 0; i < pending; ++i) {
      add(CrashOptions::drop_one(i));
      add(CrashOptions::tear_one(i, sim::draw(seed, i)));
      add(CrashOptions::keep_one(i));
      add(CrashOptions::keep_first(i));
    }
  }
  for (std::uint64_t i = 0; pending > 0 && crashes.size() < images_max; ++i) {
    add(CrashOptions::random(sim::draw(seed, i)));
  }
  return crashes;
}

}  // namespace leat::testing

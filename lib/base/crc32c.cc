#include "base/crc32c.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Notation: a 32-bit word is a polynomial over GF(2) in reflected order, bit 31 being x^0. `P` is
// Castagnoli's. Inside this file a "state" is a CRC without the inversions at both ends.

namespace leat::base {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // P without x^32
constexpr std::uint32_t kOne = 0x80000000;         // x^0

/// a · x mod P.
constexpr std::uint32_t times_x(std::uint32_t a) {
  return (a >> 1U) ^ ((a & 1U) != 0 ? kPolynomial : 0);
}

/// a · b mod P.
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (std::uint32_t bit = kOne; bit != 0; bit >>= 1U) {
    if ((a & bit) != 0) product ^= b;
    b = times_x(b);
  }
  return product;
}

/// x^(8 · 2^k) mod P for each k: what 2^k zero bytes multiply a state by.
constexpr std::array<std::uint32_t, 64> kZeroBytes = [] {
  std::array<std::uint32_t, 64> powers{};
  std::uint32_t power = kOne >> 8U;  // x^8
  for (std::uint32_t& entry : powers) {
    entry = power;
    power = multiply(power, power);
  }
  return powers;
}();

/// x^(8 · count) mod P.
constexpr std::uint32_t zero_bytes(std::uint64_t count) {
  std::uint32_t power = kOne;
  for (std::size_t k = 0; count != 0; ++k, count >>= 1U)
    if ((count & 1U) != 0) power = multiply(power, kZeroBytes[k]);
  return power;
}

/// Row t: the state after byte b and t zero bytes. Eight rows take eight bytes a step.
constexpr std::array<std::array<std::uint32_t, 256>, 8> kTables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t state = b;
    for (std::array<std::uint32_t, 256>& table : tables) {
      for (int i = 0; i < 8; ++i) state = times_x(state);
      table[b] = state;
    }
  }
  return tables;
}();

std::uint32_t run_tables(std::uint32_t state, const std::byte* at, std::size_t size) noexcept {
  for (; size >= 8; at += 8, size -= 8) {
    const std::uint64_t word = load_le<std::uint64_t>(at) ^ state;
    state = 0;
    for (std::size_t i = 0; i < 8; ++i) state ^= kTables[7 - i][(word >> (8 * i)) & 0xffU];
  }
  for (; size > 0; ++at, --size)
    state = kTables[0][(state ^ std::to_integer<std::uint32_t>(*at)) & 0xffU] ^ (state >> 8U);
  return state;
}

#if defined(__x86_64__)

#define LEAT_CRC_TARGET __attribute__((target("sse4.2,pclmul")))

LEAT_CRC_TARGET inline std::uint64_t step(std::uint64_t state, const std::byte* at) noexcept {
  return _mm_crc32_u64(state, load_le<std::uint64_t>(at));
}

/// The instruction has a latency of three cycles and a throughput of one: one chain uses a third.
LEAT_CRC_TARGET std::uint32_t run_serial(std::uint32_t state, const std::byte* at,
                                         std::size_t size) noexcept {
  std::uint64_t wide = state;
  for (; size >= 8; at += 8, size -= 8) wide = step(wide, at);
  state = static_cast<std::uint32_t>(wide);
  for (; size > 0; ++at, --size) state = _mm_crc32_u8(state, std::to_integer<std::uint8_t>(*at));
  return state;
}

/// What a carry-less product with it, reduced by the instruction, makes `count` zero bytes: the
/// product of two reflected words is one bit short of 64 (· x) and the reduction adds 32 (· x^32).
constexpr std::uint32_t merge_factor(std::uint64_t count) {
  std::uint32_t power = zero_bytes(count - 5);  // x^(8·count - 40)
  for (int i = 0; i < 7; ++i) power = times_x(power);
  return power;  // x^(8·count - 33)
}

/// Takes blocks of three stretches of `Stretch` bytes, each a chain of its own, so that the
/// instruction is always busy; then moves the first two states over what follows them.
template <std::size_t Stretch>
LEAT_CRC_TARGET std::uint32_t run_three_way(std::uint32_t state, const std::byte*& at,
                                            std::size_t& size) noexcept {
  constexpr std::uint32_t kOverTwo = merge_factor(2 * Stretch);
  constexpr std::uint32_t kOverOne = merge_factor(Stretch);
  for (; size >= 3 * Stretch; at += 3 * Stretch, size -= 3 * Stretch) {
    std::uint64_t first = state;
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < Stretch; i += 8) {
      first = step(first, at + i);
      second = step(second, at + Stretch + i);
      third = step(third, at + 2 * Stretch + i);
    }
    const __m128i moved =
        _mm_xor_si128(_mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(first)),
                                           _mm_cvtsi32_si128(static_cast<int>(kOverTwo)), 0),
                      _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(second)),
                                           _mm_cvtsi32_si128(static_cast<int>(kOverOne)), 0));
    const auto product = static_cast<std::uint64_t>(_mm_cvtsi128_si64(moved));
    state = static_cast<std::uint32_t>(_mm_crc32_u64(0, product) ^ third);
  }
  return state;
}

LEAT_CRC_TARGET std::uint32_t run_fast(std::uint32_t state, const std::byte* at,
                                       std::size_t size) noexcept {
  state = run_three_way<1360>(state, at, size);
  state = run_three_way<336>(state, at, size);
  state = run_three_way<80>(state, at, size);
  return run_serial(state, at, size);
}

#define LEAT_FOLD_TARGET __attribute__((target("sse4.2,avx512f,vpclmulqdq")))

/// x^(8 · count - 1) mod P, as the upper half of a carry-less factor: the product is one bit short,
/// see `merge_factor`.
constexpr long long fold_factor(std::uint64_t count) {
  std::uint32_t power = zero_bytes(count - 1);
  for (int i = 0; i < 7; ++i) power = times_x(power);
  const std::uint64_t factor = std::uint64_t{power} << 32U;
  return static_cast<long long>(factor);
}

/// Moves each 16 bytes of `sum` over `Distance` bytes, and adds what stands there. The first 8 of
/// them have 8 bytes more to go.
template <std::uint64_t Distance>
LEAT_FOLD_TARGET inline __m512i fold(__m512i sum, __m512i next) noexcept {
  constexpr long long kFirst = fold_factor(Distance + 8);
  constexpr long long kSecond = fold_factor(Distance);
  const __m512i factors =
      _mm512_set_epi64(kSecond, kFirst, kSecond, kFirst, kSecond, kFirst, kSecond, kFirst);
  constexpr int kXorOfThree = 0x96;
  return _mm512_ternarylogic_epi64(_mm512_clmulepi64_epi128(sum, factors, 0x00),
                                   _mm512_clmulepi64_epi128(sum, factors, 0x11), next, kXorOfThree);
}

LEAT_FOLD_TARGET inline __m512i load(const std::byte* at) noexcept {
  return _mm512_loadu_si512(at);
}

/// 256 bytes a step by carry-less products alone, which move what was read over what comes next:
/// twice as fast as the instruction. What is left at the end are 64 bytes with the same CRC.
LEAT_FOLD_TARGET std::uint32_t run_folding(std::uint32_t state, const std::byte* at,
                                           std::size_t size) noexcept {
  constexpr std::size_t kWidth = 64;
  constexpr std::size_t kStep = 4 * kWidth;
  if (size < 2 * kStep) return run_fast(state, at, size);
  __m512i first = _mm512_xor_si512(
      load(at), _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(state))));
  __m512i second = load(at + kWidth);
  __m512i third = load(at + 2 * kWidth);
  __m512i fourth = load(at + 3 * kWidth);
  for (at += kStep, size -= kStep; size >= kStep; at += kStep, size -= kStep) {
    first = fold<kStep>(first, load(at));
    second = fold<kStep>(second, load(at + kWidth));
    third = fold<kStep>(third, load(at + 2 * kWidth));
    fourth = fold<kStep>(fourth, load(at + 3 * kWidth));
  }
  const __m512i sum = fold<kWidth>(fold<kWidth>(fold<kWidth>(first, second), third), fourth);
  std::array<std::byte, kWidth> rest{};
  _mm512_storeu_si512(rest.data(), sum);
  // g++ 12 adds none here. Without it the SSE instructions that follow on this thread wait for upper halves: XXH3
  // took four times as long (append_bench --only M1: 29 ns, with it 20.7).
  _mm256_zeroupper();
  return run_fast(run_serial(0, rest.data(), rest.size()), at, size);
}

#endif

using Run = std::uint32_t (*)(std::uint32_t state, const std::byte* at, std::size_t size) noexcept;

Run choose() noexcept {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0) {
    const bool can_fold =
        __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("vpclmulqdq") != 0;
    return can_fold ? run_folding : run_fast;
  }
#endif
  return run_tables;
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t crc_so_far) noexcept {
  static const Run kRun = choose();
  return ~kRun(~crc_so_far, bytes.data(), bytes.size());
}

std::uint32_t crc32c_concat(std::uint32_t crc_a, std::uint32_t crc_b,
                            std::uint64_t size_b) noexcept {
  return multiply(crc_a, zero_bytes(size_b)) ^ crc_b;
}

std::uint32_t crc32c_portable(std::span<const std::byte> bytes, std::uint32_t crc_so_far) noexcept {
  return ~run_tables(~crc_so_far, bytes.data(), bytes.size());
}

}  // namespace leat::base

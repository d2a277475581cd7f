// moodycamel's queues: in memory only, items copied in and out.

#include <array>
#include <concurrentqueue/concurrentqueue.h>
#include <cstdint>
#include <readerwriterqueue/readerwriterqueue.h>
#include <vector>

#include "peers/peer.h"
#include "tools/bench/stopwatch.h"

namespace leat::peers {
namespace {

using tools::Sample;
using tools::Setting;

template <std::size_t kBytes>
using Item = std::array<char, kBytes>;

/// A hundred at a time, as E3's publisher appends.
template <std::size_t kBytes>
Sample in_bulk(const Setting& setting, std::uint64_t count) {
  constexpr std::size_t kBatch = 100;
  moodycamel::ConcurrentQueue<Item<kBytes>> queue(count * 2);
  moodycamel::ProducerToken from(queue);
  moodycamel::ConsumerToken to(queue);
  const std::vector<Item<kBytes>> items(kBatch);
  std::vector<Item<kBytes>> had(kBatch);
  return pass_on(
      setting, count,
      [&](std::uint64_t wanted) {
        for (std::uint64_t i = 0; i < wanted; i += kBatch)
          queue.enqueue_bulk(from, items.data(), kBatch);
      },
      [&](std::uint64_t wanted) {
        while (wanted > 0) {
          wanted -= queue.try_dequeue_bulk(to, had.data(), kBatch);
          tools::keep(had.data());
        }
      });
}

template <std::size_t kBytes>
Sample one_by_one(const Setting& setting, std::uint64_t count) {
  moodycamel::ReaderWriterQueue<Item<kBytes>> queue(count);
  const Item<kBytes> item{};
  Item<kBytes> had{};
  return pass_on(
      setting, count,
      [&](std::uint64_t wanted) {
        for (std::uint64_t i = 0; i < wanted; ++i) queue.enqueue(item);
      },
      [&](std::uint64_t wanted) {
        while (wanted > 0) {
          if (queue.try_dequeue(had)) --wanted;
          tools::keep(had);
        }
      });
}

}  // namespace

std::vector<Peer> moodycamel_peers(const Setting& setting) {
  return {{"E3", "moodycamel::ConcurrentQueue, 100 at a time",
           [=]() -> Result<Sample> { return inverted(in_bulk<64>(setting, 24'000), 1e3); }},
          {"E3", "moodycamel::ReaderWriterQueue",
           [=]() -> Result<Sample> { return inverted(one_by_one<64>(setting, 24'000), 1e3); }},
          {"E3k", "moodycamel::ConcurrentQueue, 100 at a time",
           [=]() -> Result<Sample> { return inverted(in_bulk<1'024>(setting, 2'000), 1'024); }}};
}

}  // namespace leat::peers

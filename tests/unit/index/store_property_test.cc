/// \file
/// The same random operations to both stores: they may not be told apart. A copy of the directory
/// of an open store is what a kill leaves: it must be the state after some earlier batch, no older
/// than the last checkpoint (S20).

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "index/store.h"
#include "stores.h"

namespace leat::index {
namespace {

class Operations {
 public:
  explicit Operations(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  /// 0-3 letters of a small alphabet: prefixes, neighbours and equal keys are frequent.
  std::string key() {
    static constexpr std::string_view kAlphabet("\0ab\xff", 4);
    std::string key(1, 'k');
    for (std::size_t left = below(4); left > 0; --left) key += kAlphabet[below(kAlphabet.size())];
    return key;
  }
  Range range() { return {.from = key(), .to = below(8) == 0 ? std::string() : key()}; }

  WriteBatch batch() {
    WriteBatch batch;
    for (std::size_t left = 1 + below(6); left > 0; --left) {
      const std::size_t kind = below(10);
      if (kind < 7) {
        batch.put(key(), std::to_string(below(1'000)));
      } else if (kind < 9) {
        batch.erase(key());
      } else {
        batch.erase_range(range());
      }
    }
    return batch;
  }

 private:
  std::mt19937 random_;
};

using State = std::vector<Row>;

class StorePair {
 public:
  StorePair() {
    opened_ = *open_store(directory_.file("index"));
    EXPECT_TRUE(write_version(*memory_));
    note();
    checkpointed_ = 0;
  }

  void apply(const WriteBatch& batch) {
    ASSERT_TRUE(memory_->apply(batch));
    ASSERT_TRUE(opened_.store->apply(batch));
    note();
  }

  void checkpoint() {
    ASSERT_TRUE(opened_.store->checkpoint());
    checkpointed_ = history_.size() - 1;
  }

  void reopen() {
    ASSERT_TRUE(opened_.store->close());
    opened_ = *open_store(directory_.file("index"));
    ASSERT_EQ(opened_.rebuilt, std::nullopt);
    checkpointed_ = history_.size() - 1;
  }

  void expect_equal(Operations& operations) {
    ASSERT_EQ(rows_of(*memory_), rows_of(*opened_.store));
    const Range range = operations.range();
    ASSERT_EQ(rows_of(*memory_, range), rows_of(*opened_.store, range));
    const std::string key = operations.key();
    ASSERT_EQ(*memory_->get(key), *opened_.store->get(key));
    const std::string prefix = operations.key().substr(0, operations.below(3));
    ASSERT_EQ(*memory_->floor(key, prefix), *opened_.store->floor(key, prefix));
  }

  void expect_kill_loses_a_suffix() {
    const std::string copy = directory_.file("killed");
    copy_as_killed(directory_.file("index"), copy);
    OpenedStore killed = *open_store(copy);
    EXPECT_EQ(killed.rebuilt, std::nullopt);
    const State state = rows_of(*killed.store);
    const auto from = history_.begin() + static_cast<std::ptrdiff_t>(checkpointed_);
    EXPECT_NE(std::find(from, history_.end(), state), history_.end())
        << "not a state after a batch at or past the last checkpoint";
    killed = {};
    ASSERT_TRUE(destroy_store(copy));
  }

 private:
  void note() { history_.push_back(rows_of(*memory_)); }

  ScratchDirectory directory_;
  std::unique_ptr<Store> memory_ = memory_store();
  OpenedStore opened_;
  std::vector<State> history_;  ///< after each batch
  std::size_t checkpointed_ = 0;
};

TEST(StoreProperty, StoresCannotBeToldApart) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Operations operations(seed);
  StorePair pair;
  for (int step = 0; step < 600 && !::testing::Test::HasFailure(); ++step) {
    pair.apply(operations.batch());
    pair.expect_equal(operations);
    if (operations.below(40) == 0) pair.checkpoint();
#if LEAT_HAS_ROCKSDB
    if (operations.below(60) == 0) pair.reopen();
    if (operations.below(60) == 0) pair.expect_kill_loses_a_suffix();
#endif
  }
}

}  // namespace
}  // namespace leat::index

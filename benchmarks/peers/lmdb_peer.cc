// LMDB: a stream of puts in transactions of 1,000, each synced.

#include <cstdint>
#include <lmdb.h>
#include <memory>
#include <string>

#include "peers/peer.h"
#include "tools/bench/stopwatch.h"

namespace leat::peers {
namespace {

using tools::Sample;
using tools::ScratchDirectory;
using tools::Setting;

using Environment = std::unique_ptr<MDB_env, decltype(&mdb_env_close)>;

/// `count` values of 100 B at rising keys.
bool put_all(MDB_env* environment, std::uint64_t count) {
  constexpr std::uint64_t kTransaction = 1'000;
  std::string value(100, 'x');
  MDB_dbi table{};
  for (std::uint64_t first = 0; first < count; first += kTransaction) {
    MDB_txn* transaction = nullptr;
    if (mdb_txn_begin(environment, nullptr, 0, &transaction) != 0) return false;
    if (mdb_dbi_open(transaction, nullptr, MDB_INTEGERKEY, &table) != 0) return false;
    for (std::uint64_t i = first; i < first + kTransaction; ++i) {
      std::uint64_t number = i;
      MDB_val key{sizeof number, &number};
      MDB_val data{value.size(), value.data()};
      if (mdb_put(transaction, table, &key, &data, MDB_APPEND) != 0) return false;
    }
    if (mdb_txn_commit(transaction) != 0) return false;
  }
  return true;
}

/// M/s.
Result<Sample> stream(const Setting& setting) {
  const std::uint64_t count = setting.quick ? 500'000 : 2'000'000;
  auto directory = ScratchDirectory::make(setting.directory);
  if (!directory) return directory.error();
  MDB_env* made = nullptr;
  if (mdb_env_create(&made) != 0) return Error(ErrorCode::kIo, "LMDB does not open");
  const Environment environment(made, &mdb_env_close);
  mdb_env_set_mapsize(made, std::size_t{4} << 30U);
  if (mdb_env_open(made, directory->path().c_str(), 0, 0600) != 0) {
    return Error(ErrorCode::kIo, "LMDB does not open");
  }
  bool is_good = true;
  const Sample sample =
      tools::per_operation(*setting.clock, count, [&] { is_good = put_all(made, count); });
  if (!is_good) return Error(ErrorCode::kIo, "LMDB: a put failed");
  return inverted(sample, 1e3);
}

}  // namespace

std::vector<Peer> lmdb_peers(const Setting& setting) {
  return {{"E7",
           "LMDB " + std::to_string(MDB_VERSION_MAJOR) + "." + std::to_string(MDB_VERSION_MINOR) +
               "." + std::to_string(MDB_VERSION_PATCH) + ", sync, 1,000 a transaction",
           [=] { return stream(setting); }}};
}

}  // namespace leat::peers

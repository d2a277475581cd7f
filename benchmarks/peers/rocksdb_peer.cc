// RocksDB: puts whose write-ahead log is synced, and gets that find their block in the cache.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include <rocksdb/db.h>
#include <rocksdb/version.h>

#include "peers/peer.h"
#include "tools/bench/stopwatch.h"

namespace leat::peers {
namespace {

using tools::Sample;
using tools::ScratchDirectory;
using tools::Setting;

std::string key_of(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::unique_ptr<rocksdb::DB> open(const std::string& directory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* made = nullptr;
  if (!rocksdb::DB::Open(options, directory + "/db", &made).ok()) return nullptr;
  return std::unique_ptr<rocksdb::DB>(made);
}

Result<Sample> put(const Setting& setting, std::size_t threads) {
  auto directory = ScratchDirectory::make(setting.directory);
  if (!directory) return directory.error();
  const auto db = open(directory->path());
  if (!db) return Error(ErrorCode::kIo, "RocksDB does not open");
  rocksdb::WriteOptions options;
  options.sync = true;
  const std::string value(64, 'x');
  return durable_puts(setting, threads, setting.quick ? 200 : 1'000,
                      [&](std::size_t thread, std::uint64_t i) {
                        return db->Put(options, key_of(thread << 32U | i), value).ok();
                      });
}

/// us: one of as many small values as M6 has segments, from what is in memory.
Result<Sample> get(const Setting& setting) {
  constexpr std::uint64_t kKeys = 100'000;
  constexpr std::uint64_t kGets = 20'000;
  auto directory = ScratchDirectory::make(setting.directory);
  if (!directory) return directory.error();
  const auto db = open(directory->path());
  if (!db) return Error(ErrorCode::kIo, "RocksDB does not open");
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  const std::string value(24, 'x');
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    if (!db->Put(options, key_of(i), value).ok()) return Error(ErrorCode::kIo, "a put failed");
  }
  if (!db->Flush({}).ok()) return Error(ErrorCode::kIo, "a flush failed");
  std::string found;
  bool is_good = true;
  const auto get_all = [&] {
    for (std::uint64_t i = 0; i < kGets; ++i) {
      is_good = db->Get({}, key_of(i * 7'919 % kKeys), &found).ok() && is_good;
    }
  };
  get_all();  // into the cache
  const Sample sample = tools::per_operation(*setting.clock, kGets, get_all);
  if (!is_good) return Error(ErrorCode::kIo, "a get failed");
  return scaled(sample, 1e-3);
}

}  // namespace

std::vector<Peer> rocksdb_peers(const Setting& setting) {
  const std::string name = "RocksDB " + std::to_string(ROCKSDB_MAJOR) + "." +
                           std::to_string(ROCKSDB_MINOR) + "." + std::to_string(ROCKSDB_PATCH);
  return {{"E5", name + " put, sync", [=] { return scaled(put(setting, 1), 1e-3); }},
          {"E6", name + " puts, sync", [=] { return inverted(put(setting, 16), 1e6); }},
          {"M6", name + " get", [=] { return get(setting); }}};
}

}  // namespace leat::peers

// LevelDB: puts whose log is synced.

#include <cstdint>
#include <leveldb/db.h>
#include <memory>
#include <string>

#include "peers/peer.h"

namespace leat::peers {
namespace {

using tools::Sample;
using tools::ScratchDirectory;
using tools::Setting;

Result<Sample> put(const Setting& setting, std::size_t threads) {
  auto directory = ScratchDirectory::make(setting.directory);
  if (!directory) return directory.error();
  leveldb::Options options;
  options.create_if_missing = true;
  leveldb::DB* made = nullptr;
  if (!leveldb::DB::Open(options, directory->path() + "/db", &made).ok()) {
    return Error(ErrorCode::kIo, "LevelDB does not open");
  }
  const std::unique_ptr<leveldb::DB> db(made);
  leveldb::WriteOptions write;
  write.sync = true;
  const std::string value(64, 'x');
  return durable_puts(
      setting, threads, setting.quick ? 200 : 1'000, [&](std::size_t thread, std::uint64_t i) {
        const std::uint64_t key = thread << 32U | i;
        return db->Put(write, {reinterpret_cast<const char*>(&key), sizeof key}, value).ok();
      });
}

}  // namespace

std::vector<Peer> leveldb_peers(const Setting& setting) {
  const std::string name = "LevelDB " + std::to_string(leveldb::kMajorVersion) + "." +
                           std::to_string(leveldb::kMinorVersion);
  return {{"E5", name + " put, sync", [=] { return scaled(put(setting, 1), 1e-3); }},
          {"E6", name + " puts, sync", [=] { return inverted(put(setting, 16), 1e6); }}};
}

}  // namespace leat::peers

// SQLite: an insert a transaction, WAL, synchronous=FULL.

#include <cstdint>
#include <memory>
#include <sqlite3.h>
#include <string>

#include "peers/peer.h"

namespace leat::peers {
namespace {

using tools::Sample;
using tools::ScratchDirectory;
using tools::Setting;

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Result<Sample> insert(const Setting& setting) {
  auto directory = ScratchDirectory::make(setting.directory);
  if (!directory) return directory.error();
  sqlite3* made = nullptr;
  const int opened = sqlite3_open((directory->path() + "/db").c_str(), &made);
  const Database database(made, &sqlite3_close);
  constexpr const char* kPrepare =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE records(id INTEGER PRIMARY KEY, value BLOB)";
  if (opened != SQLITE_OK || sqlite3_exec(made, kPrepare, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Error(ErrorCode::kIo, "SQLite does not open");
  }
  sqlite3_stmt* prepared = nullptr;
  sqlite3_prepare_v2(made, "INSERT INTO records(value) VALUES(?)", -1, &prepared, nullptr);
  const Statement statement(prepared, &sqlite3_finalize);
  const std::string value(64, 'x');
  sqlite3_bind_blob(prepared, 1, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  return durable_puts(setting, 1, setting.quick ? 200 : 1'000, [&](std::size_t, std::uint64_t) {
    const int done = sqlite3_step(prepared);
    sqlite3_reset(prepared);
    return done == SQLITE_DONE;
  });
}

}  // namespace

std::vector<Peer> sqlite_peers(const Setting& setting) {
  return {{"E5", "SQLite " SQLITE_VERSION " insert, WAL, synchronous=FULL",
           [=] { return scaled(insert(setting), 1e-3); }}};
}

}  // namespace leat::peers

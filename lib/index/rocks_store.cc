/// \file
/// The store on disk: one RocksDB with one column family and without its log (S20: with several, a
/// kill left "applied = 19,976, rows = 0"). It is small and rarely touched (a row a sealed segment,
/// a few a checkpoint), so everything is set for little memory and no activity when idle.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/compression_type.h>
#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/status.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "index/guarded.h"
#include "index/rocks_env.h"
#include "index/store.h"

namespace leat::index {
namespace {

constexpr std::size_t kBlockCacheBytes = 8U << 20U;
constexpr std::size_t kMemtableBytes = 4U << 20U;
constexpr int kOpenFilesMax = 64;
/// Behind every key: no RowKind is 255.
constexpr std::string_view kPastAll = "\xff";

ErrorCode code_of(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return ErrorCode::kStorageFull;
  if (status.IsMemoryLimit()) return ErrorCode::kOutOfMemory;
  if (status.IsCorruption()) return ErrorCode::kCorruptMessage;
  return ErrorCode::kIo;
}

Error error_of(const rocksdb::Status& status, const std::string& what) {
  return {code_of(status), "index: " + what + ": " + status.ToString()};
}

Error closed() { return {ErrorCode::kClosed, "index: the store is closed"}; }

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

rocksdb::Options options_with(rocksdb::Env& env) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes, 0);

  rocksdb::Options options;
  options.env = &env;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.info_log = std::make_shared<SilentLogger>();
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kMemtableBytes;
  options.max_open_files = kOpenFilesMax;
  options.compression = rocksdb::kNoCompression;
  // Nothing starts by itself. RocksDB 7.8 still wakes one thread every ten seconds to flush its
  // information log, and has no option against it.
  options.max_background_jobs = 1;
  options.max_file_opening_threads = 1;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;
  return options;
}

rocksdb::WriteOptions without_log() {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return options;
}

class RocksStore final : public Store {
 public:
  static Result<std::unique_ptr<RocksStore>> open(const std::string& directory) {
    auto env = std::make_unique<RocksEnv>();
    rocksdb::DB* db = nullptr;
    const SignalsBlocked blocked;
    const rocksdb::Status status = rocksdb::DB::Open(options_with(*env), directory, &db);
    if (!status.ok()) return error_of(status, "opening " + directory);
    return std::unique_ptr<RocksStore>(
        new RocksStore(directory, std::move(env), std::unique_ptr<rocksdb::DB>(db)));
  }

  ~RocksStore() override { (void)RocksStore::close(); }  // who wants the error calls close()
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;
  RocksStore(RocksStore&&) = delete;
  RocksStore& operator=(RocksStore&&) = delete;

  Result<std::optional<std::string>> get(std::string_view key) noexcept override {
    return guarded([&]() -> Result<std::optional<std::string>> {
      if (!db_) return closed();
      std::string value;
      const rocksdb::Status status = db_->Get({}, slice(key), &value);
      if (status.IsNotFound()) return std::nullopt;
      if (!status.ok()) return error_of(status, "reading " + directory_);
      return value;
    });
  }

  Result<std::optional<Row>> floor(std::string_view key,
                                   std::string_view prefix) noexcept override {
    return guarded([&]() -> Result<std::optional<Row>> {
      if (!db_) return closed();
      rocksdb::ReadOptions options;
      const rocksdb::Slice lower = slice(prefix);
      options.iterate_lower_bound = &lower;
      const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
      at->SeekForPrev(slice(key));
      if (!at->Valid()) {
        if (!at->status().ok()) return error_of(at->status(), "reading " + directory_);
        return std::nullopt;
      }
      if (!view(at->key()).starts_with(prefix)) return std::nullopt;
      return Row{at->key().ToString(), at->value().ToString()};
    });
  }

  Result<void> scan(const Range& range, const RowVisitor& visit) noexcept override {
    return guarded([&]() -> Result<void> {
      if (!db_) return closed();
      rocksdb::ReadOptions options;
      const rocksdb::Slice upper = slice(range.to);
      if (!range.to.empty()) options.iterate_upper_bound = &upper;
      const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
      for (at->Seek(slice(range.from)); at->Valid(); at->Next()) {
        if (!visit(view(at->key()), view(at->value()))) return {};
      }
      if (!at->status().ok()) return error_of(at->status(), "scanning " + directory_);
      return {};
    });
  }

  Result<void> apply(const WriteBatch& batch) noexcept override {
    return guarded([&]() -> Result<void> {
      if (!db_) return closed();
      rocksdb::WriteBatch changes;
      for (const WriteBatch::Operation& operation : batch.operations()) {
        const rocksdb::Status added = add(changes, operation);
        if (!added.ok()) return error_of(added, "gathering a batch for " + directory_);
      }
      const rocksdb::Status status = db_->Write(without_log(), &changes);
      if (!status.ok()) return error_of(status, "writing " + directory_);
      return {};
    });
  }

  Result<void> checkpoint() noexcept override {
    return guarded([&]() -> Result<void> {
      if (!db_) return closed();
      const rocksdb::Status status = db_->Flush({});
      if (!status.ok()) return error_of(status, "checkpointing " + directory_);
      return {};
    });
  }

  Result<void> close() noexcept override {
    return guarded([&]() -> Result<void> {
      if (!db_) return {};
      Result<void> flushed = checkpoint();
      const rocksdb::Status status = db_->Close();
      db_.reset();
      if (!flushed) return flushed;
      if (!status.ok()) return error_of(status, "closing " + directory_);
      return {};
    });
  }

  [[nodiscard]] std::uint64_t approximate_bytes() const noexcept override {
    return guarded([&]() -> Result<std::uint64_t> {
             if (!db_) return std::uint64_t{0};
             return property("rocksdb.estimate-live-data-size") +
                    property("rocksdb.cur-size-all-mem-tables");
           })
        .value_or(std::uint64_t{0});
  }

 private:
  RocksStore(std::string directory, std::unique_ptr<RocksEnv> env, std::unique_ptr<rocksdb::DB> db)
      : directory_(std::move(directory)), env_(std::move(env)), db_(std::move(db)) {}

  rocksdb::Status add(rocksdb::WriteBatch& changes, const WriteBatch::Operation& operation) {
    switch (operation.kind) {
      case WriteBatch::Kind::kPut:
        return changes.Put(operation.key, operation.value);
      case WriteBatch::Kind::kErase:
        return changes.Delete(operation.key);
      case WriteBatch::Kind::kEraseRange:
        break;
    }
    const std::string_view to = operation.value.empty() ? kPastAll : operation.value;
    return changes.DeleteRange(slice(operation.key), slice(to));
  }

  [[nodiscard]] std::uint64_t property(const char* name) const {
    std::uint64_t value = 0;
    return db_->GetIntProperty(name, &value) ? value : 0;
  }

  std::string directory_;
  std::unique_ptr<RocksEnv> env_;  // outlives db_
  std::unique_ptr<rocksdb::DB> db_;
};

Result<void> make_private_directory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directory(directory, error);
  if (!error) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);  // G28
  }
  if (!error) return {};
  return Error(ErrorCode::kIo, "index: making " + directory + ": " + error.message());
}

/// Opens what is there, or makes it; an error, or a reason to destroy it.
struct Attempt {
  std::unique_ptr<Store> store;
  std::string reason;  ///< set when store is null
};

Result<Attempt> attempt(const std::string& directory) {
  Result<std::unique_ptr<RocksStore>> opened = RocksStore::open(directory);
  if (!opened) {
    const ErrorCode code = opened.error().code();
    if (code == ErrorCode::kStorageFull || code == ErrorCode::kOutOfMemory) return opened.error();
    return Attempt{.store = nullptr, .reason = std::string(opened.error().message())};
  }
  const Result<FormatState> state = format_state(**opened);
  if (!state) return Attempt{.store = nullptr, .reason = std::string(state.error().message())};
  if (*state == FormatState::kForeign) {
    return Attempt{.store = nullptr,
                   .reason = "index: " + directory + " is of another format than version " +
                             std::to_string(kFormatVersion)};
  }
  if (*state == FormatState::kEmpty) LEAT_TRY_VOID(write_version(**opened));
  return Attempt{.store = *std::move(opened), .reason = {}};
}

}  // namespace

Result<void> destroy_store(const std::string& directory) noexcept {
  return guarded([&]() -> Result<void> {
    std::error_code error;
    if (!std::filesystem::exists(directory, error)) return {};
    RocksEnv env;
    // Takes RocksDB's own lock first: a store that someone has open is not harmed.
    const rocksdb::Status status = rocksdb::DestroyDB(directory, options_with(env));
    if (status.ok()) return {};
    const bool locked = status.ToString().find("lock") != std::string::npos;
    if (!locked) return error_of(status, "removing " + directory);
    return Error(ErrorCode::kLocked, "index: " + directory + " is open: " + status.ToString());
  });
}

Result<OpenedStore> open_store(const std::string& directory) noexcept {
  return guarded([&]() -> Result<OpenedStore> {
    LEAT_TRY_VOID(make_private_directory(directory));
    LEAT_TRY(Attempt first, attempt(directory));
    if (first.store) return OpenedStore{.store = std::move(first.store), .rebuilt = std::nullopt};

    LEAT_TRY_VOID(destroy_store(directory));
    LEAT_TRY_VOID(make_private_directory(directory));
    LEAT_TRY(Attempt second, attempt(directory));
    if (!second.store) return Error(ErrorCode::kIo, std::move(second.reason));
    return OpenedStore{.store = std::move(second.store), .rebuilt = std::move(first.reason)};
  });
}

}  // namespace leat::index

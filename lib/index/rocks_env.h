#pragma once

/// \file
/// What RocksDB is given of the process: one background thread, no log file.

#include <cstdarg>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): POSIX's masks are not in <csignal>

#include <rocksdb/env.h>

namespace leat::index {

/// RocksDB's own environment, with flushes on the low-priority pool: that pool's one thread
/// ("rocksdb:low", shared by all stores of the process) does all background work.
class RocksEnv final : public rocksdb::EnvWrapper {
 public:
  RocksEnv() : EnvWrapper(rocksdb::Env::Default()) {}
  [[nodiscard]] const char* Name() const override { return "leat"; }
  int GetBackgroundThreads(Priority pool) override {
    return pool == Priority::HIGH ? 0 : EnvWrapper::GetBackgroundThreads(pool);
  }
  void IncBackgroundThreadsIfNeeded(int threads, Priority pool) override {
    if (pool != Priority::HIGH) EnvWrapper::IncBackgroundThreadsIfNeeded(threads, pool);
  }
};

/// Drops what RocksDB would write into a LOG file: errors come back from the calls.
class SilentLogger final : public rocksdb::Logger {
 public:
  SilentLogger() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* /*format*/, std::va_list /*arguments*/) override {}
};

/// All signals are blocked for the calling thread while it lives, so that the threads which RocksDB
/// starts meanwhile inherit that: a host's handlers never run on them (design.md §6).
class SignalsBlocked {
 public:
  SignalsBlocked();
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  SignalsBlocked(SignalsBlocked&&) = delete;
  SignalsBlocked& operator=(SignalsBlocked&&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace leat::index

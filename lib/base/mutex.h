#pragma once

/// \file
/// std's mutexes with clang's thread-safety annotations: `-Wthread-safety` then finds a read of a
/// field without its lock. The only file that names std::mutex. All of it inlines to std's calls.
///
///   base::Mutex mutex_;
///   int count_ LEAT_GUARDED_BY(mutex_) = 0;
///   void add() LEAT_EXCLUDES(mutex_) { const base::MutexLock lock(mutex_); ++count_; }

#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#include "leat/types.h"

#if defined(__clang__)
#define LEAT_THREAD_ANNOTATION(...) __attribute__((__VA_ARGS__))
#else
#define LEAT_THREAD_ANNOTATION(...)
#endif

/// A type that is locked; `name` stands in the compiler's messages.
#define LEAT_CAPABILITY(name) LEAT_THREAD_ANNOTATION(capability(name))
#define LEAT_SCOPED_CAPABILITY LEAT_THREAD_ANNOTATION(scoped_lockable)
/// A field that may be touched only under the mutex; what a pointer points at likewise.
#define LEAT_GUARDED_BY(...) LEAT_THREAD_ANNOTATION(guarded_by(__VA_ARGS__))
#define LEAT_PT_GUARDED_BY(...) LEAT_THREAD_ANNOTATION(pt_guarded_by(__VA_ARGS__))
/// A function whose caller holds the mutex, or must not hold it.
#define LEAT_REQUIRES(...) LEAT_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define LEAT_REQUIRES_SHARED(...) LEAT_THREAD_ANNOTATION(requires_shared_capability(__VA_ARGS__))
#define LEAT_EXCLUDES(...) LEAT_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
/// A function that takes or gives back the mutex.
#define LEAT_ACQUIRE(...) LEAT_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define LEAT_ACQUIRE_SHARED(...) LEAT_THREAD_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define LEAT_TRY_ACQUIRE(...) LEAT_THREAD_ANNOTATION(try_acquire_capability(__VA_ARGS__))
#define LEAT_RELEASE(...) LEAT_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define LEAT_RELEASE_SHARED(...) LEAT_THREAD_ANNOTATION(release_shared_capability(__VA_ARGS__))
#define LEAT_RELEASE_GENERIC(...) LEAT_THREAD_ANNOTATION(release_generic_capability(__VA_ARGS__))
#define LEAT_RETURN_CAPABILITY(...) LEAT_THREAD_ANNOTATION(lock_returned(__VA_ARGS__))
/// Turns the analysis off for a function; say why beside it.
#define LEAT_NO_THREAD_SAFETY_ANALYSIS LEAT_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace leat::base {

/// One holder at a time. Not recursive.
class LEAT_CAPABILITY("mutex") Mutex {
 public:
  void lock() LEAT_ACQUIRE() { mutex_.lock(); }
  void unlock() LEAT_RELEASE() { mutex_.unlock(); }
  [[nodiscard]] bool try_lock() LEAT_TRY_ACQUIRE(true) { return mutex_.try_lock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

/// Holds a Mutex for its scope.
class LEAT_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LEAT_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() LEAT_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  MutexLock(MutexLock&&) = delete;
  MutexLock& operator=(MutexLock&&) = delete;

 private:
  Mutex& mutex_;
};

/// One writer or many readers. Not recursive.
class LEAT_CAPABILITY("shared_mutex") SharedMutex {
 public:
  void lock() LEAT_ACQUIRE() { mutex_.lock(); }
  void unlock() LEAT_RELEASE() { mutex_.unlock(); }
  void lock_shared() LEAT_ACQUIRE_SHARED() { mutex_.lock_shared(); }
  void unlock_shared() LEAT_RELEASE_SHARED() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

/// Holds a SharedMutex for writing.
class LEAT_SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) LEAT_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~WriterLock() LEAT_RELEASE() { mutex_.unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  WriterLock(WriterLock&&) = delete;
  WriterLock& operator=(WriterLock&&) = delete;

 private:
  SharedMutex& mutex_;
};

/// Holds a SharedMutex for reading.
class LEAT_SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) LEAT_ACQUIRE_SHARED(mutex) : mutex_(mutex) {
    mutex_.lock_shared();
  }
  ~ReaderLock() LEAT_RELEASE_GENERIC() { mutex_.unlock_shared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;
  ReaderLock(ReaderLock&&) = delete;
  ReaderLock& operator=(ReaderLock&&) = delete;

 private:
  SharedMutex& mutex_;
};

/// Waits for a change made under a Mutex. Wakes may be spurious: wait in a loop over the condition
/// (the loop, not a lambda, is what the thread-safety analysis can see through).
class CondVar {
 public:
  void wait(Mutex& mutex) LEAT_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  /// False when `deadline` on the monotonic clock passed.
  bool wait_until(Mutex& mutex, MonotonicTime deadline) LEAT_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    const bool woken = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return woken;
  }
  void notify_one() noexcept { condition_.notify_one(); }
  void notify_all() noexcept { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace leat::base

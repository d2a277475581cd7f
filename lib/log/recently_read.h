#pragma once

/// \file
/// Keeps the mappings of the sealed segments that were read last, so that a seek back finds the segment mapped
/// and its blocks checked. One for all logs of an engine: what it keeps is bounded, however many they are.
///
/// Thread-safe. Lifetime: shared with the segments.

#include <cstddef>
#include <memory>
#include <vector>

#include "base/mutex.h"

namespace leat::log {

class Segment;

class RecentlyRead {
 public:
  /// A small part of the maps that Linux allows a process. Of a gigabyte each, they are a terabyte of addresses;
  /// their pages are the system's to take back.
  static constexpr std::size_t kSegmentsMax = 1024;

  /// `segment` was mapped for reading: the one that was so the longest ago gives its mapping up. Leases that
  /// readers hold are not touched.
  void add(const std::shared_ptr<Segment>& segment);

 private:
  base::Mutex mutex_;
  std::vector<std::weak_ptr<Segment>> ring_ LEAT_GUARDED_BY(mutex_) =
      std::vector<std::weak_ptr<Segment>>(kSegmentsMax);
  std::size_t next_ LEAT_GUARDED_BY(mutex_) = 0;
};

}  // namespace leat::log

#pragma once

/// \file
/// An engine in a scratch directory, with one topic, to be measured from outside.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "tools/bench/scratch.h"

namespace leat::tools {

/// Closes and removes everything with itself. Unsynced records are thrown away unwritten: the topic
/// is deleted first, so that one row's bytes are not on their way to the disk during the next.
class MeasuredEngine {
 public:
  static constexpr std::string_view kTopic = "measured";

  /// `configs`: of the topic; `engine_options`: of the engine. Errors: those of Engine::open and
  /// Admin::create_topic.
  [[nodiscard]] static Result<MeasuredEngine> open(const Setting& setting,
                                                   std::int32_t partitions = 1,
                                                   ConfigMap configs = {},
                                                   EngineOptions engine_options = {});
  MeasuredEngine(MeasuredEngine&&) noexcept = default;
  MeasuredEngine& operator=(MeasuredEngine&&) = delete;
  MeasuredEngine(const MeasuredEngine&) = delete;
  MeasuredEngine& operator=(const MeasuredEngine&) = delete;
  ~MeasuredEngine();

  Engine& operator*() { return engine_; }
  Engine* operator->() { return &engine_; }
  [[nodiscard]] static TopicPartition partition(std::int32_t id = 0) {
    return {std::string(kTopic), PartitionId{id}};
  }

 private:
  MeasuredEngine(ScratchDirectory directory, Engine engine)
      : directory_(std::move(directory)), engine_(std::move(engine)) {}
  ScratchDirectory directory_;
  Engine engine_;
};

}  // namespace leat::tools

#include "tools/bench/measured_engine.h"

#include <cstdint>
#include <utility>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/options.h"
#include "leat/result.h"

#include "base/try.h"
#include "tools/bench/scratch.h"

namespace leat::tools {

Result<MeasuredEngine> MeasuredEngine::open(const Setting& setting, std::int32_t partitions,
                                            ConfigMap configs, EngineOptions engine_options) {
  LEAT_TRY(ScratchDirectory directory, ScratchDirectory::make(setting.directory));
  OpenOptions options;
  options.directory = directory.path() + "/engine";
  options.options = std::move(engine_options);
  LEAT_TRY(Engine engine, Engine::open(std::move(options)));
  LEAT_TRY_VOID(engine.create_topic(kTopic, partitions, std::move(configs)));
  return MeasuredEngine(std::move(directory), std::move(engine));
}

MeasuredEngine::~MeasuredEngine() {
  // Moved from when there is no directory. What fails here harms a scratch directory only.
  if (directory_.path().empty()) return;
  (void)engine_.admin().delete_topic(kTopic);
  (void)engine_.close();
}

}  // namespace leat::tools

#pragma once

/// \file
/// The ports of an engine: what the adaptor is given (lib/service).

#include <memory>

#include "leat/engine.h"
#include "leat/result.h"

#include "service/group_service.h"
#include "service/log_service.h"

namespace leat::engine {

/// Thread-safe. The engine may be closed or destroyed before the port and all that came from it:
/// calls then give kClosed. Draws and records the cluster id if there is none yet, so it may wait
/// for the disk. Errors: kStorageReadOnly (a read-only engine without one), kClosed, kIo.
[[nodiscard]] Result<std::shared_ptr<service::LogService>> log_service(const Engine& engine);

/// Thread-safe, as is what came from it; outlives the engine in the same way. Reads what groups
/// there are, so it waits for the disk. Errors: kCorruptMessage (`__consumer_offsets` holds what no
/// coordinator wrote), kClosed, kIo.
[[nodiscard]] Result<std::shared_ptr<service::GroupService>> group_service(const Engine& engine);

}  // namespace leat::engine

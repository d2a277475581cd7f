#pragma once

/// \file
/// All of Leat's embedded API. `leat/testing/` has the simulated world; `leat/kafka_server.h` the
/// adaptor.

#include "leat/admin.h"        // IWYU pragma: export
#include "leat/codec.h"        // IWYU pragma: export
#include "leat/consumer.h"     // IWYU pragma: export
#include "leat/engine.h"       // IWYU pragma: export
#include "leat/environment.h"  // IWYU pragma: export
#include "leat/error.h"        // IWYU pragma: export
#include "leat/options.h"      // IWYU pragma: export
#include "leat/producer.h"     // IWYU pragma: export
#include "leat/record.h"       // IWYU pragma: export
#include "leat/result.h"       // IWYU pragma: export
#include "leat/types.h"        // IWYU pragma: export

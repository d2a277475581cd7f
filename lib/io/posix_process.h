#pragma once

/// \file
/// Who this process is, for the LOCK file (G29).

#include <string>

namespace leat::io {

/// "pid 4711 on host box (boot 5f0c…, pid namespace 4026531836)".
[[nodiscard]] std::string process_identity(const std::string& boot_id);

}  // namespace leat::io

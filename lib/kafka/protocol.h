#pragma once

/// \file
/// PROTOCOL.md: what is served, for people; printed from the table of APIs (K4).

#include <string>

namespace leat::kafka {

[[nodiscard]] std::string protocol_document();

}  // namespace leat::kafka

#pragma once

/// \file
/// The assignor that moves as little as it can: Java's sticky and cooperative-sticky, and the
/// server's uniform. A pure function.

#include "group/assignor/plan.h"

namespace leat::group::assignor {

/// Who owns a partition keeps it, but for what makes the members even: nobody has two more than
/// another who might have taken one of them. Where all subscribe to the same topics, that is within
/// one of each other, and nothing moves between two who were there before and both are to stay.
///
/// `owned`: of the plan's shape; owners who have not subscribed lose theirs.
[[nodiscard]] Owners sticky(const Plan& plan, const Owners& owned);

}  // namespace leat::group::assignor

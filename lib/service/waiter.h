#pragma once

namespace leat::service {

/// Someone to be woken. `wake` may come from any thread, spuriously, and neither blocks nor calls
/// back.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void wake() noexcept = 0;
};

}  // namespace leat::service

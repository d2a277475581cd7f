#include "index/rocks_env.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): POSIX's masks are not in <csignal>

namespace leat::index {

SignalsBlocked::SignalsBlocked() {
  auto all = before_;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace leat::index

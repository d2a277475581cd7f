#include "net/pool.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "net/signals.h"

namespace leat::net {

// The members are made in order: the threads while the signals are blocked.
Pool::Pool(std::size_t threads) : blocked_(std::make_unique<SignalsBlocked>()), threads_(threads) {
  blocked_.reset();
}

Pool::~Pool() {
  threads_.stop();
  threads_.join();
}

void Pool::run(std::function<void()> task) { asio::post(threads_, std::move(task)); }

}  // namespace leat::net

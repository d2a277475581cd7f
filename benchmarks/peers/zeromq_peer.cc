// ZeroMQ over inproc: PUSH to PULL.

#include <cstdint>
#include <memory>
#include <string>
#include <zmq.h>

#include "peers/peer.h"

namespace leat::peers {
namespace {

using tools::Sample;
using tools::Setting;

using Context = std::unique_ptr<void, decltype(&zmq_ctx_term)>;
using Socket = std::unique_ptr<void, decltype(&zmq_close)>;

Result<Sample> pass(const Setting& setting, std::size_t bytes, std::uint64_t count) {
  const Context context(zmq_ctx_new(), &zmq_ctx_term);
  const Socket from(zmq_socket(context.get(), ZMQ_PUSH), &zmq_close);
  const Socket to(zmq_socket(context.get(), ZMQ_PULL), &zmq_close);
  const int unbounded = 0;
  zmq_setsockopt(from.get(), ZMQ_SNDHWM, &unbounded, sizeof unbounded);
  zmq_setsockopt(to.get(), ZMQ_RCVHWM, &unbounded, sizeof unbounded);
  if (zmq_bind(to.get(), "inproc://bench") != 0 || zmq_connect(from.get(), "inproc://bench") != 0) {
    return Error(ErrorCode::kIo, "ZeroMQ does not connect");
  }
  const std::string value(bytes, 'x');
  std::string had(bytes, ' ');
  return pass_on(
      setting, count,
      [&](std::uint64_t wanted) {
        for (std::uint64_t i = 0; i < wanted; ++i) zmq_send(from.get(), value.data(), bytes, 0);
      },
      [&](std::uint64_t wanted) {
        for (std::uint64_t i = 0; i < wanted; ++i) zmq_recv(to.get(), had.data(), bytes, 0);
      });
}

}  // namespace

std::vector<Peer> zeromq_peers(const Setting& setting) {
  int major = 0;
  int minor = 0;
  int patch = 0;
  zmq_version(&major, &minor, &patch);
  const std::string name = "ZeroMQ " + std::to_string(major) + "." + std::to_string(minor) + "." +
                           std::to_string(patch) + ", inproc";
  return {{"E3", name, [=] { return inverted(pass(setting, 64, 24'000), 1e3); }},
          {"E3k", name, [=] { return inverted(pass(setting, 1'024, 2'000), 1'024); }}};
}

}  // namespace leat::peers

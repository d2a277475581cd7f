#pragma once

/// \file
/// One socket and its session: splits what comes into frames, writes what goes in one gather write,
/// and keeps the deadlines. All on its reactor's thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/call.h"
#include "kafka/session.h"
#include "net/asio.h"
#include "net/reactor.h"
#include "net/shared.h"

namespace leat::net {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Shared> shared, std::shared_ptr<Reactor> reactor, tcp::socket socket,
             kafka::Peer peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  void start();
  /// Reads no more, answers what it has, then closes.
  void drain();
  void close(const Error& reason);
  [[nodiscard]] const std::shared_ptr<Reactor>& reactor() const { return reactor_; }

 private:
  /// A frame that has not all come yet, its size included.
  struct Partial {
    std::shared_ptr<ReadBuffer> buffer;
    std::size_t received = 0;
    std::size_t wanted = 0;  ///< 0: even its size is not all there
  };

  void wait_readable();
  void on_readable();
  /// False when there is nothing more to read now, or the connection is closed.
  bool read_some();
  /// Into the reactor's buffer: frames are served where they lie.
  bool read_frames();
  /// Into the frame's own.
  bool read_rest();
  /// What came, nullopt when nothing did: then the connection is closed or waits.
  std::optional<std::size_t> receive(std::byte* at, std::size_t room);
  /// Feeds the whole frames of what came; keeps the rest.
  void split(std::span<const std::byte> rest, const std::shared_ptr<ReadBuffer>& buffer);
  void keep_rest(std::span<const std::byte> rest);
  void grow_partial();
  Partial drop_partial();
  /// Checks a frame's size (W8). 0 when it is refused: the connection is then closed.
  std::size_t frame_size(const std::byte* bytes);
  void feed(std::span<const std::byte> frame, const std::shared_ptr<ReadBuffer>& owner);
  [[nodiscard]] bool may_read() const;
  /// Whether all connections together have received more than they may.
  [[nodiscard]] bool is_over_budget() const;

  /// After anything that may have made output, room or another deadline.
  void go_on();
  void collect_output();
  void write();
  void wait_writable();
  void written(std::size_t bytes);

  void set_timer();
  void on_timer();
  [[nodiscard]] std::optional<MonotonicTime> next_deadline() const;
  [[nodiscard]] MonotonicTime now() const { return shared_->broker->clock->monotonic(); }

  const std::shared_ptr<Shared> shared_;
  const std::shared_ptr<Reactor> reactor_;
  tcp::socket socket_;
  const std::string remote_;
  std::shared_ptr<kafka::Session> session_;

  Partial partial_;
  bool is_waiting_to_read_ = false;
  bool is_draining_ = false;
  bool is_closed_ = false;

  std::deque<kafka::Output> outputs_;  // the first is `sent_` bytes on its way
  std::size_t sent_ = 0;
  std::size_t unsent_ = 0;
  bool is_waiting_to_write_ = false;

  asio::steady_timer timer_;
  std::optional<MonotonicTime> timer_at_;
  MonotonicTime active_at_;                   // when something last came or went
  std::optional<MonotonicTime> frame_since_;  // of a partial frame
  std::optional<MonotonicTime> unwritable_since_;
};

}  // namespace leat::net

#include "net/connection.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "kafka/call.h"
#include "kafka/session.h"
#include "net/asio.h"
#include "net/connections.h"
#include "net/limits.h"
#include "net/reactor.h"
#include "net/shared.h"
#include "wire/gather_writer.h"

namespace leat::net {
namespace {

constexpr std::size_t kSizeBytes = sizeof(std::int32_t);
/// Requests that may be unanswered before no more is read.
constexpr std::size_t kUnansweredMax = 64;
/// A frame's memory follows what has come of it (security.md 5); a batch of 64 KiB need not grow.
constexpr std::size_t kPartialBytesMin = std::size_t{96} << 10U;
/// When there may be room again.
constexpr std::chrono::milliseconds kBudgetPause{10};
/// Pieces of one gather write: well below IOV_MAX.
constexpr std::size_t kPiecesMax = 64;

/// The pieces of `output`, in order.
template <class Visit>
void for_each_piece(const kafka::Output& output, const Visit& visit) {
  std::size_t at = 0;
  const std::span<const std::byte> bytes(output.bytes);
  for (const wire::Splice& splice : output.splices) {
    visit(bytes.subspan(at, splice.at - at));
    visit(splice.bytes);
    at = splice.at;
  }
  visit(bytes.subspan(at));
}

}  // namespace

Connection::Connection(std::shared_ptr<Shared> shared, std::shared_ptr<Reactor> reactor,
                       tcp::socket socket, kafka::Peer peer)
    : shared_(std::move(shared)),
      reactor_(std::move(reactor)),
      socket_(std::move(socket)),
      remote_(peer.remote),
      session_(std::make_shared<kafka::Session>(shared_->broker, std::move(peer), reactor_,
                                                [this] {
                                                  // It may close, and be nobody else's any more.
                                                  const auto self = shared_from_this();
                                                  self->go_on();
                                                })),
      timer_(reactor_->context()),
      active_at_(now()) {}

Connection::~Connection() {
  session_->close();
  shared_->usage.request_bytes.fetch_sub(partial_.received, std::memory_order_relaxed);
}

void Connection::start() {
  AsioError error;
  (void)socket_.non_blocking(true, error);  // the errors are in `error`
  if (!error) (void)socket_.set_option(tcp::no_delay(true), error);
  if (error) return close({ErrorCode::kNetworkException, error.message()});
  wait_readable();
  set_timer();
}

void Connection::drain() {
  is_draining_ = true;
  session_->on_time(MonotonicTime::max());  // who waits has waited long enough
  go_on();
}

void Connection::close(const Error& reason) {
  if (is_closed_) return;
  is_closed_ = true;
  if (shared_->log) {
    shared_->log(LogLevel::kDebug,
                 fmt::format("connection of {} closed: {}", remote_, reason.to_string()));
  }
  session_->close();
  timer_.cancel();
  AsioError ignored;
  (void)socket_.close(ignored);
  shared_->connections.remove(*this);
}

// Reading.

bool Connection::may_read() const {
  return !is_closed_ && !is_draining_ && !session_->closing() && !session_->is_muted() &&
         session_->unanswered() < kUnansweredMax && unsent_ < shared_->limits.unsent_bytes_max &&
         !is_over_budget();
}

bool Connection::is_over_budget() const {
  return shared_->usage.request_bytes.load(std::memory_order_relaxed) >=
         shared_->limits.request_bytes_max;
}

void Connection::wait_readable() {
  if (is_waiting_to_read_ || !may_read()) return;
  is_waiting_to_read_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const AsioError& error) {
    self->is_waiting_to_read_ = false;
    if (!error && !self->is_closed_) self->on_readable();
  });
}

void Connection::on_readable() {
  // A few times, then the others' turn.
  constexpr int kReadsMax = 4;
  for (int i = 0; i < kReadsMax && may_read() && read_some(); ++i) {
  }
  go_on();
}

bool Connection::read_some() { return partial_.wanted > 0 ? read_rest() : read_frames(); }

bool Connection::read_frames() {
  const std::shared_ptr<ReadBuffer> buffer = reactor_->read_buffer();
  std::byte* const at = buffer->bytes.get() + buffer->used;
  const std::size_t before = partial_.received;  // of a size that had not all come
  const std::size_t room = buffer->size - buffer->used - before;
  const auto bytes = receive(at + before, room);
  if (!bytes) return false;
  if (before > 0) std::memcpy(at, partial_.buffer->bytes.get(), before);
  drop_partial();
  buffer->used += before + *bytes;
  split({at, before + *bytes}, buffer);
  return *bytes == room && !is_closed_;
}

bool Connection::read_rest() {
  grow_partial();
  const std::size_t room = std::min(partial_.buffer->size, partial_.wanted) - partial_.received;
  const auto bytes = receive(partial_.buffer->bytes.get() + partial_.received, room);
  if (!bytes) return false;
  shared_->usage.request_bytes.fetch_add(*bytes, std::memory_order_relaxed);
  partial_.received += *bytes;
  if (partial_.received < partial_.wanted) return *bytes == room;
  const Partial whole = drop_partial();
  feed({whole.buffer->bytes.get() + kSizeBytes, whole.wanted - kSizeBytes}, whole.buffer);
  return !is_closed_;
}

std::optional<std::size_t> Connection::receive(std::byte* at, std::size_t room) {
  AsioError error;
  const std::size_t bytes = socket_.read_some(asio::buffer(at, room), error);
  if (!error) {
    active_at_ = now();
    return bytes;
  }
  if (error != asio::error::would_block && error != asio::error::try_again) {
    close({ErrorCode::kNetworkException, error.message()});
  }
  return std::nullopt;
}

Connection::Partial Connection::drop_partial() {
  shared_->usage.request_bytes.fetch_sub(partial_.received, std::memory_order_relaxed);
  frame_since_.reset();
  return std::exchange(partial_, {});
}

void Connection::split(std::span<const std::byte> rest, const std::shared_ptr<ReadBuffer>& buffer) {
  while (rest.size() >= kSizeBytes) {
    const std::size_t size = frame_size(rest.data());
    if (size == 0) return;
    if (rest.size() < size) break;
    feed(rest.subspan(kSizeBytes, size - kSizeBytes), buffer);
    if (is_closed_ || session_->closing()) return;
    rest = rest.subspan(size);
  }
  if (!rest.empty()) keep_rest(rest);
}

void Connection::keep_rest(std::span<const std::byte> rest) {
  frame_since_ = active_at_;
  partial_.wanted = rest.size() < kSizeBytes ? 0 : frame_size(rest.data());
  const std::size_t room =
      std::max({rest.size(), std::min(partial_.wanted, kPartialBytesMin), kSizeBytes});
  partial_.buffer = std::make_shared<ReadBuffer>(room);
  std::memcpy(partial_.buffer->bytes.get(), rest.data(), rest.size());
  partial_.received = rest.size();
  shared_->usage.request_bytes.fetch_add(rest.size(), std::memory_order_relaxed);
}

void Connection::grow_partial() {
  if (partial_.received < partial_.buffer->size) return;
  auto larger = std::make_shared<ReadBuffer>(std::min(2 * partial_.buffer->size, partial_.wanted));
  std::memcpy(larger->bytes.get(), partial_.buffer->bytes.get(), partial_.received);
  partial_.buffer = std::move(larger);
}

std::size_t Connection::frame_size(const std::byte* bytes) {
  const auto size = base::load_be<std::int32_t>(bytes);
  if (size > 0 && static_cast<std::size_t>(size) <= shared_->limits.frame_bytes_max) {
    return static_cast<std::size_t>(size) + kSizeBytes;
  }
  close({ErrorCode::kInvalidRequest,
         fmt::format("a frame of {} bytes; socket.request.max.bytes={} allows 1 to that", size,
                     shared_->limits.frame_bytes_max)});
  return 0;
}

void Connection::feed(std::span<const std::byte> frame, const std::shared_ptr<ReadBuffer>& owner) {
  session_->feed({frame, owner});
}

// Writing.

void Connection::go_on() {
  if (is_closed_) return;
  collect_output();
  if (!outputs_.empty() && !is_waiting_to_write_) write();
  if (is_closed_) return;
  if (outputs_.empty()) {
    if (session_->closing()) return close(*session_->closing());
    if (is_draining_ && session_->unanswered() == 0) return close(Error(ErrorCode::kClosed));
  }
  wait_readable();
  set_timer();
}

void Connection::collect_output() {
  while (unsent_ < shared_->limits.unsent_bytes_max) {
    std::optional<kafka::Output> output = session_->next_output();
    if (!output) return;
    unsent_ += size_of(*output);
    outputs_.push_back(*std::move(output));
  }
}

void Connection::write() {
  while (!outputs_.empty()) {
    std::array<asio::const_buffer, kPiecesMax> pieces;
    std::size_t count = 0;
    std::size_t skip = sent_;
    for (const kafka::Output& output : outputs_) {
      for_each_piece(output, [&](std::span<const std::byte> piece) {
        const std::size_t skipped = std::min(skip, piece.size());
        skip -= skipped;
        if (skipped == piece.size() || count == kPiecesMax) return;
        pieces[count++] = asio::const_buffer(piece.data() + skipped, piece.size() - skipped);
      });
      if (count == kPiecesMax) break;
    }
    AsioError error;
    const std::size_t bytes = socket_.write_some(std::span(pieces).first(count), error);
    if (error == asio::error::would_block || error == asio::error::try_again)
      return wait_writable();
    if (error) return close({ErrorCode::kNetworkException, error.message()});
    written(bytes);
    collect_output();
  }
}

void Connection::written(std::size_t bytes) {
  active_at_ = now();
  unwritable_since_.reset();
  unsent_ -= bytes;
  sent_ += bytes;
  while (!outputs_.empty() && sent_ >= size_of(outputs_.front())) {
    sent_ -= size_of(outputs_.front());
    outputs_.pop_front();
  }
}

void Connection::wait_writable() {
  if (!unwritable_since_) unwritable_since_ = now();
  is_waiting_to_write_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const AsioError& error) {
    self->is_waiting_to_write_ = false;
    if (!error) self->go_on();
  });
}

// Deadlines.

std::optional<MonotonicTime> Connection::next_deadline() const {
  const Limits& limits = shared_->limits;
  MonotonicTime next = active_at_ + limits.idle_time_max;
  if (frame_since_) next = std::min(next, *frame_since_ + limits.frame_time_max);
  if (unwritable_since_) next = std::min(next, *unwritable_since_ + limits.frame_time_max);
  if (const auto session = session_->next_deadline()) next = std::min(next, *session);
  if (is_over_budget()) next = std::min(next, now() + kBudgetPause);
  return next;
}

void Connection::set_timer() {
  const auto deadline = next_deadline();
  // A timer that fires too early looks again: most deadlines only move away.
  if (is_closed_ || !deadline || (timer_at_ && *timer_at_ <= *deadline)) return;
  timer_at_ = deadline;
  timer_.expires_after(std::max(*deadline - now(), std::chrono::nanoseconds(0)));
  timer_.async_wait([weak = weak_from_this()](const AsioError& error) {
    const auto self = weak.lock();
    if (!error && self) self->on_timer();
  });
}

void Connection::on_timer() {
  timer_at_.reset();
  if (is_closed_) return;
  const Limits& limits = shared_->limits;
  const MonotonicTime time = now();
  if (frame_since_ && time - *frame_since_ >= limits.frame_time_max) {
    return close({ErrorCode::kRequestTimedOut, "a request did not come in time"});
  }
  if (unwritable_since_ && time - *unwritable_since_ >= limits.frame_time_max) {
    return close({ErrorCode::kRequestTimedOut, "an answer was not taken in time"});
  }
  if (session_->unanswered() == 0 && time - active_at_ >= limits.idle_time_max) {
    return close({ErrorCode::kClosed, "idle for connections.max.idle.ms"});  // W9
  }
  if (session_->unanswered() > 0 && time - active_at_ >= limits.idle_time_max) active_at_ = time;
  session_->on_time(time);
  go_on();
}

}  // namespace leat::net

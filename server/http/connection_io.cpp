// SPDX-License-Identifier: Apache-2.0
// The lower half of a connection: bytes in, bytes out, deadlines, and the end.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "server/http/connection.hpp"

namespace farthing::http {

namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// What a client may send after its last answer before we stop listening.
constexpr std::size_t kMaxDrained = std::size_t{16} * 1024 * 1024;

}  // namespace

void Connection::receive() {
  if (reading_ || closed_) return;
  reading_ = true;
  if (tls_) return receive_encrypted();
  const std::span<char> room = input_.prepare();
  socket_.async_read_some(
      asio::buffer(room.data(), room.size()),
      [self = Self(this)](ErrorCode error, std::size_t size) { self->on_received(error, size); });
}

void Connection::on_received(ErrorCode error, std::size_t size) {
  reading_ = false;
  if (closed_) return;
  if (error) return cut();
  worker_->update_clock();
  if (lingering_) {
    drained_ += size;
    return drain();
  }
  // After a refusal at the deadline nobody wants to know.
  if (finishing_) return;
  input_.commit(size);
  advance();
}

// Writes what has been answered. False when that has to be waited for, or the connection is gone.
bool Connection::flush() {
  if (writing_ || closed_) return false;
  if (output_.empty()) return true;
  written_ = 0;
  if (!write_now()) return false;
  if (written_ < output_.size()) {
    writing_ = true;
    wait_for(Awaited::written);
    write_rest();
    return false;
  }
  worker_->return_output(std::move(output_));
  output_ = {};
  return true;
}

// What the system takes at once. False when the connection is gone.
bool Connection::write_now() {
  if (tls_) return write_encrypted();
  ErrorCode error;
  written_ = socket_.write_some(asio::buffer(output_), error);
  if (!error || error == asio::error::would_block) return true;
  cut();
  return false;
}

void Connection::write_rest() {
  if (tls_) return when(Socket::wait_write, &Connection::write_encrypted_rest);
  socket_.async_write_some(
      asio::buffer(output_.data() + written_, output_.size() - written_),
      [self = Self(this)](ErrorCode error, std::size_t size) { self->on_written(error, size); });
}

void Connection::on_written(ErrorCode error, std::size_t size) {
  if (closed_) return;
  if (error) return cut();
  worker_->update_clock();
  written_ += size;
  if (written_ < output_.size()) return write_rest();
  writing_ = false;
  awaited_ = Awaited::nothing;
  worker_->return_output(std::move(output_));
  output_ = {};
  if (delivered_) return take_delivery();
  if (awaiting_answer_) return wait_for(Awaited::answer);
  advance();
}

// The last answer is with the system. Closing now would make it drop what the client has not read
// if the client has sent more, so say that no more follows and wait for the client's end.
void Connection::linger() {
  if (lingering_) return;
  lingering_ = true;
  if (tls_) tls_->end();
  ErrorCode error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) return cut();
  wait_for(Awaited::end);
  drain();
}

void Connection::drain() {
  if (drained_ > kMaxDrained) return cut();
  if (reading_) return;
  reading_ = true;
  // Not into the input: a handler that timed out may still look at its request. Nobody looks at
  // what is drained, so all connections may share the place.
  const std::span<char> room = worker_->drain_buffer();
  socket_.async_read_some(
      asio::buffer(room.data(), room.size()),
      [self = Self(this)](ErrorCode error, std::size_t size) { self->on_received(error, size); });
}

void Connection::wait_for(Awaited awaited) {
  if (awaited == awaited_) return;
  awaited_ = awaited;
  const ServerOptions& options = worker_->options();
  std::chrono::milliseconds timeout{};
  switch (awaited) {
    case Awaited::nothing:
      return;
    case Awaited::handshake:
      timeout = options.handshake_timeout;
      break;
    case Awaited::request:
      timeout = options.idle_timeout;
      break;
    case Awaited::head:
      timeout = options.head_timeout;
      break;
    case Awaited::body:
      timeout = options.body_timeout;
      break;
    case Awaited::answer:
      timeout = options.handler_timeout;
      break;
    case Awaited::written:
      timeout = options.write_timeout;
      break;
    case Awaited::end:
      timeout = options.linger_timeout;
      break;
  }
  deadline_ = worker_->now() + timeout;
}

void Connection::arm_timer() {
  const TimePoint now = std::chrono::steady_clock::now();
  timer_.expires_at(std::clamp(deadline_, now, now + worker_->tick()));
  timer_.async_wait([self = Self(this)](ErrorCode) { self->on_tick(); });
}

void Connection::on_tick() {
  if (closed_) return;
  worker_->update_clock();
  if (awaited_ != Awaited::nothing && std::chrono::steady_clock::now() >= deadline_) expire();
  if (!closed_) arm_timer();
}

void Connection::expire() {
  switch (awaited_) {
    case Awaited::head:
      refuse({408, "The head of the request did not arrive in time."});
      return advance();
    case Awaited::body:
      refuse({408, "The body of the request did not arrive in time."});
      return advance();
    case Awaited::answer:
      // If an answer is on its way already, it is not too late yet.
      if (!claim()) {
        deadline_ = worker_->now() + worker_->tick();
        return;
      }
      worker_->shared().log.handler_timed_out(request_.id());
      awaiting_answer_ = false;
      // The handler may still look at the request: nothing of it is touched from here on.
      must_close_ = true;
      write_error(503, "The request was not answered in time.");
      return advance();
    case Awaited::nothing:
    case Awaited::handshake:
    case Awaited::request:
    case Awaited::written:
    case Awaited::end:
      return cut();
  }
}

}  // namespace farthing::http

// SPDX-License-Identifier: Apache-2.0
// The lower half of a connection: bytes in, bytes out, deadlines, and the end.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "server/http/connection.hpp"

namespace farthing::http {

namespace {

namespace asio = boost::asio;

// The bytes that a client may send after its last answer before we stop listening; fewer when its
// body was not wanted, for it may be anybody.
constexpr std::size_t kMaxDrained = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMaxDrainedUnchecked = std::size_t{64} * 1024;

}  // namespace

void Connection::read_ahead() {
  const bool waits = incoming_.step == &Connection::read && !incoming_.to_write;
  if (!waits || tls_ || finishing_) return;
  read_ahead_ = socket_.read(input_.prepare());
}

void Connection::on_ready(Ready ready) {
  readable_ = readable_ || ready.to_read;
  ended_ = ended_ || ready.ended;
  proceed(incoming_, ready);
  proceed(outgoing_, ready);
}

void Connection::proceed(Waiting& waiting, Ready ready) {
  if (waiting.step == nullptr || !(waiting.to_write ? ready.to_write : ready.to_read)) return;
  const Step step = std::exchange(waiting.step, nullptr);
  (this->*step)();
}

void Connection::when_readable(Step step) {
  incoming_ = {step, false};
  // Bytes that are drained do not go through the session.
  const bool is_decrypted = tls_ && !lingering_ && tls_->has_decrypted();
  if (posted_ || !(readable_ || is_decrypted)) return;
  // This goes by way of the event loop, so that a client that sends without end neither keeps the
  // others waiting nor lets the stack grow.
  posted_ = true;
  asio::post(worker_->io(), [self = Self(this)] {
    self->posted_ = false;
    self->worker_->update_clock();
    self->proceed(self->incoming_, {.to_read = true});
  });
}

void Connection::when_writable(Waiting& waiting, Step step) {
  waiting = {step, true};
  // This is done only once: each call has the present state told again, and the client's end is a
  // state that lasts.
  if (std::exchange(watches_writing_, true)) return;
  if (!worker_->ready().add_writing(socket_.native(), *this)) cut();
}

void Connection::receive() {
  if (reading_ || closed_) return;
  reading_ = true;
  when_readable(&Connection::read);
}

void Connection::read() {
  if (finishing_) {
    // After the last answer nobody wants to know what arrives, and a handler that timed out may
    // still look at its request in the input.
    reading_ = false;
    if (lingering_) drain();
    return;
  }
  if (tls_) return read_encrypted();
  read_clear();
}

void Connection::read_clear() {
  const std::span<char> room = input_.prepare();
  const Transfer transfer = read_ahead_ ? *read_ahead_ : socket_.read(room);
  read_ahead_.reset();
  switch (transfer.state) {
    case Transfer::State::moved:
      // Bytes that do not fill the room are all there were, unless the end is behind them.
      readable_ = ended_ || transfer.size == room.size();
      return on_received(transfer.size);
    case Transfer::State::blocked:
      readable_ = false;
      return when_readable(&Connection::read);
    case Transfer::State::over:
      return cut();
  }
}

void Connection::on_received(std::size_t size) {
  reading_ = false;
  if (awaited_ == Awaited::body) seat_->set_idle(worker_->now());
  input_.commit(size);
  advance();
}

void Connection::write_answers() {
  if (flush()) receive();
}

// Writes what has been answered. Returns false when it has to wait for the client, or the
// connection is gone.
bool Connection::flush() {
  if (writing_ || closed_) return false;
  if (output_.empty()) return true;
  written_ = 0;
  if (!write_now()) return false;
  if (written_ < output_.size()) return wait_for_client();
  worker_->return_output(std::exchange(output_, {}));
  return true;
}

// Waits for the client to take what could not be written at once, and keeps no more than that.
// Returns false, which `flush` passes on.
bool Connection::wait_for_client() {
  writing_ = true;
  output_.erase(0, std::exchange(written_, 0));
  output_.shrink_to_fit();
  if (!has_memory()) {
    worker_->shared().tell_shortage(Shortage::request_memory, request_.peer());
    cut();
    return false;
  }
  wait_for(Awaited::written);
  when_writable(outgoing_, &Connection::write_rest);
  return false;
}

// Writes what the system takes at once. Returns false when the connection is gone.
bool Connection::write_now() { return tls_ ? write_encrypted() : write_clear(); }

bool Connection::write_clear() {
  const Transfer transfer = socket_.write(std::string_view(output_).substr(written_));
  written_ += transfer.size;
  if (transfer.state != Transfer::State::over) return true;
  cut();
  return false;
}

void Connection::write_rest() {
  const std::size_t written = written_;
  if (!write_now()) return;
  if (written_ == output_.size()) return on_written();
  if (written_ > written && !is_being_answered()) seat_->set_idle(worker_->now());
  when_writable(outgoing_, &Connection::write_rest);
}

void Connection::on_written() {
  writing_ = false;
  awaited_ = Awaited::nothing;
  worker_->return_output(std::exchange(output_, {}));
  if (memory_.bytes() > 0) has_memory();
  if (delivered_) return take_delivery();
  if (awaiting_answer_) return wait_for(Awaited::answer);
  advance();
}

// Ends the connection when the last answer is with the system. Closing now would make the system
// drop what the client has not read if the client has sent more, so this says that no more follows
// and waits for the client's end.
void Connection::linger() {
  if (lingering_) return;
  lingering_ = true;
  if (tls_) tls_->end();
  if (!socket_.end_writing()) return cut();
  wait_for(Awaited::end);
  drain();
}

void Connection::drain() {
  if (reading_) return;
  reading_ = true;
  when_readable(&Connection::read_drained);
}

void Connection::read_drained() {
  // Nobody looks at what is drained, so all connections may share the place.
  const Transfer transfer = socket_.read(worker_->drain_buffer());
  if (transfer.state == Transfer::State::blocked) {
    readable_ = false;
    return when_readable(&Connection::read_drained);
  }
  drained_ += transfer.size;
  if (transfer.state == Transfer::State::over || drained_ > most_drained()) return cut();
  reading_ = false;
  drain();
}

std::size_t Connection::most_drained() const {
  const bool is_checked = head_check_ == HeadCheck::done && max_body_ > kMaxDrainedUnchecked;
  return is_checked || head_check_ == HeadCheck::none ? kMaxDrained : kMaxDrainedUnchecked;
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
  if (is_being_answered()) {
    seat_->set_busy();
  } else {
    seat_->set_idle(worker_->now());
  }
  deadline_ = worker_->now() + timeout;
}

void Connection::arm_timer() {
  const TimePoint now = std::chrono::steady_clock::now();
  timer_.expires_at(std::clamp(deadline_, now, now + worker_->tick()));
  timer_.async_wait([self = Self(this)](boost::system::error_code) { self->on_tick(); });
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

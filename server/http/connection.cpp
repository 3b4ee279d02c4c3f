// SPDX-License-Identifier: Apache-2.0
#include "server/http/connection.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

namespace farthing::http {

namespace {

// Answers of more bytes than this together are written before the next request is looked at.
// Strangers can have them held for as long as they do not read.
constexpr std::size_t kFlushAt = std::size_t{16} * 1024;
// Memory for a joined body beyond this size is not worth keeping.
constexpr std::size_t kLargeBody = std::size_t{4} * 1024;
constexpr std::size_t kManyHeaders = 32;
// More than the answer to a charge has.
constexpr std::size_t kUsualAnswer = std::size_t{1} * 1024;

constexpr std::string_view kUnknownException = "not a std::exception";

bool has_no_body(int status) { return status == 204 || status == 304; }

}  // namespace

void intrusive_ptr_add_ref(const Connection* connection) noexcept {
  connection->references_.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const Connection* connection) noexcept {
  if (connection->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete connection;
}

Connection::Connection(std::shared_ptr<Worker> worker, StreamSocket socket, Arrival arrival)
    : worker_(std::move(worker)),
      socket_(std::move(socket)),
      timer_(worker_->io()),
      seat_(std::move(arrival.seat)),
      memory_(worker_->shared().request_memory),
      probes_only_(arrival.probes_only) {
  if (arrival.tls) tls_ = std::make_unique<TlsSession>(*arrival.tls, socket_.native());
  request_.peer_ = arrival.peer;
  request_.entrance_ = arrival.entrance;
  const TrustedProxies& proxies = worker_->options().trusted_proxies;
  if (proxies.include(arrival.peer)) request_.proxies_ = &proxies;
}

void Connection::start() {
  if (!worker_->ready().add(socket_.native(), *this)) {
    worker_->shared().log.accept_failed("the system watches no more sockets");
    return cut();
  }
  wait_for(tls_ ? Awaited::handshake : Awaited::request);
  arm_timer();
  if (tls_) return shake_hands();
  receive();
}

void Connection::stop_when_idle() {
  const bool is_idle = reading_ && is_between_requests() && !lingering_;
  if (is_idle || awaited_ == Awaited::handshake) cut();
}

bool Connection::is_between_requests() const { return stage_ == Stage::head && input_.empty(); }

void Connection::ask_to_make_room() {
  boost::asio::post(worker_->io(), [self = Self(this)] { self->make_room(); });
}

void Connection::make_room() {
  if (closed_) return;
  if (!is_being_answered()) return cut();
  seat_->roster()->stay(*seat_, worker_->now());
}

bool Connection::is_being_answered() const { return awaiting_answer_ && !delivered_; }

void Connection::cut() {
  if (closed_) return;
  closed_ = true;
  if (tls_) tls_->end();
  incoming_ = outgoing_ = {};
  worker_->ready().forget(*this);
  socket_.close();
  timer_.cancel();
  worker_->on_closed(*this);
}

// Answers what has arrived, in order, until something has to be waited for. Whatever was waited for
// calls it again; all state is in the members.
void Connection::advance() {
  while (!finishing_) {
    if (output_.size() >= kFlushAt && !flush()) return;
    const Progress progress = read_request();
    if (progress == Progress::incomplete) {
      if (worker_->is_stopping() && is_between_requests()) break;
      if (!worker_->write_later(*this)) write_answers();
      return;
    }
    if (progress == Progress::asked || (progress == Progress::complete && !serve())) {
      flush();
      return;
    }
  }
  if (flush()) linger();
}

Connection::Progress Connection::read_request() {
  switch (stage_) {
    case Stage::head:
      return read_head();
    case Stage::sized_body:
      return read_sized_body();
    case Stage::chunked_body:
      return read_chunked_body();
  }
  return Progress::incomplete;
}

Connection::Progress Connection::read_head() {
  // Some clients send an empty line after a body; RFC 9112, section 2.2.
  while (input_.view().starts_with("\r\n")) input_.consume(2);
  const std::string_view bytes = input_.view();
  if (bytes.empty() || bytes == "\r") {
    wait_for(Awaited::request);
    return Progress::incomplete;
  }
  const ServerOptions& options = worker_->options();
  if (!scanner_.scan(bytes, {options.max_head, options.max_target, options.max_headers})) {
    // Anybody may send a head: those who have shown a key have half of the memory to themselves.
    const std::size_t half = worker_->shared().request_memory.size() / 2;
    if (!has_memory(half)) return refuse_without_memory();
    wait_for(Awaited::head);
    return Progress::incomplete;
  }
  if (scanner_.refusal()) return refuse(*scanner_.refusal());
  head_size_ = message_size_ = scanner_.head_size();
  parser_.emplace(request_, joined_, RequestParser::Limits{options.max_target, options.max_body});
  if (const auto refusal = parser_->parse_head(bytes.substr(0, head_size_))) {
    return refuse(*refusal);
  }
  if (probes_only_) {
    must_close_ = true;
    if (!worker_->shared().handler.is_probe(request_)) {
      return refuse({503, "The server has as many connections as it may."});
    }
  }
  if (parser_->is_chunked()) {
    stage_ = Stage::chunked_body;
    return read_chunked_body();
  }
  stage_ = Stage::sized_body;
  message_size_ += parser_->body_size();
  return read_sized_body();
}

// Prepares for a handler that is to get the request or its head.
void Connection::begin_handling() {
  if (head_check_ == HeadCheck::none) worker_->ids().next(request_.id_);
  awaited_ = Awaited::nothing;
  seat_->set_busy();
  answered_ = false;
  claimed_.store(false, std::memory_order_relaxed);
  if (worker_->shared().log.wants_requests()) handled_at_ = std::chrono::steady_clock::now();
}

void Connection::call_handler(void (Handler::*function)(const Request&, Responder)) {
  SharedState& shared = worker_->shared();
  inside_handler_ = true;
  try {
    (shared.handler.*function)(request_, Responder(Self(this)));
  } catch (const std::exception& error) {
    shared.log.handler_threw(request_.id(), error.what());
  } catch (...) {
    shared.log.handler_threw(request_.id(), kUnknownException);
  }
  inside_handler_ = false;
}

// Has the request handled. Returns false when it will be answered later.
bool Connection::serve() {
  begin_handling();
  if (request_.path() == "*") {
    // This is OPTIONS for the server as a whole, which a client uses as a ping.
    write_answer(Response{});
    finish_request();
    return true;
  }
  call_handler(&Handler::handle);
  if (answered_) {
    finish_request();
    return true;
  }
  awaiting_answer_ = true;
  wait_for(Awaited::answer);
  return false;
}

void Connection::finish_request() {
  input_.consume(message_size_);
  input_.shrink_if_empty();
  joined_.clear();
  if (joined_.capacity() > kLargeBody) joined_.shrink_to_fit();
  request_.clear();
  if (request_.fields_.capacity() > kManyHeaders) request_.fields_.shrink_to_fit();
  parser_.reset();
  scanner_ = {};
  stage_ = Stage::head;
  head_check_ = HeadCheck::none;
  if (memory_.bytes() > 0) has_memory();
  awaited_ = Awaited::nothing;
}

bool Connection::is_inside_handler() const {
  return Worker::current() == worker_.get() && inside_handler_;
}

bool Connection::claim() { return !claimed_.exchange(true, std::memory_order_acq_rel); }

void Connection::answer(Response&& response) {
  if (is_inside_handler()) return write_answer(response);
  Delivery delivery;
  delivery.response = std::move(response);
  deliver(std::move(delivery));
}

void Connection::answer(const ResponseHead& head, std::string_view lines, std::string_view body) {
  if (is_inside_handler()) return write_answer(head.lines(), lines, head.status(), body);
  if (!claim()) return;
  delivery_.head = &head;
  delivery_.response.headers = lines;
  delivery_.response.body = body;
  worker_->deliver(Self(this));
}

void Connection::accept_body(std::size_t max_body) {
  // There is no body to come: the responder owes an answer.
  if (head_check_ != HeadCheck::asked) return drop();
  if (is_inside_handler()) {
    max_body_ = max_body;
    head_check_ = HeadCheck::accepted;
    return;
  }
  Delivery delivery;
  delivery.max_body = max_body;
  deliver(std::move(delivery));
}

void Connection::drop() {
  if (is_inside_handler()) {
    worker_->shared().log.unanswered(request_.id());
    return write_error(500, "The request was not answered.");
  }
  Delivery delivery;
  delivery.dropped = true;
  deliver(std::move(delivery));
}

void Connection::deliver(Delivery&& delivery) {
  if (!claim()) return;
  // The worker looks at it only once the mailbox has handed it over.
  delivery_ = std::move(delivery);
  worker_->deliver(Self(this));
}

void Connection::Delivery::clear() {
  head = nullptr;
  dropped = false;
  max_body.reset();
  for (std::string* text : {&response.headers, &response.body}) {
    text->clear();
    if (text->capacity() > kUsualAnswer) text->shrink_to_fit();
  }
}

void Connection::on_delivery() {
  if (closed_) return;
  delivered_ = true;
  // The buffer that is being written must not grow.
  if (!writing_) return take_delivery();
  seat_->set_idle(worker_->now());
}

void Connection::take_delivery() {
  delivered_ = false;
  awaiting_answer_ = false;
  if (delivery_.max_body) {
    max_body_ = *delivery_.max_body;
    head_check_ = HeadCheck::accepted;
    delivery_.clear();
    return advance();
  }
  if (delivery_.dropped) {
    worker_->shared().log.unanswered(request_.id());
    write_error(500, "The request was not answered.");
  } else if (delivery_.head != nullptr) {
    write_answer(delivery_.head->lines(), delivery_.response.headers, delivery_.head->status(),
                 delivery_.response.body);
  } else {
    write_answer(delivery_.response);
  }
  delivery_.clear();
  // After the answer to a head the rest of the request stays where it is.
  if (head_check_ != HeadCheck::asked) finish_request();
  advance();
}

void Connection::write_answer(std::string_view lines, std::string_view more_lines, int status,
                              std::string_view body) {
  answered_ = true;
  // Nobody wants the body that follows.
  if (head_check_ == HeadCheck::asked) must_close_ = true;
  if (output_.capacity() < kContinue.size()) output_ = worker_->lend_output();
  const bool keep = request_.keep_alive_ && !must_close_ && !worker_->is_stopping();
  finishing_ = !keep;
  ConnectionHeader connection = ConnectionHeader::none;
  if (!keep) connection = ConnectionHeader::close;
  if (keep && request_.version_ == Version::http_1_0) connection = ConnectionHeader::keep_alive;
  BodyForm form = BodyForm::full;
  if (request_.method_ == Method::head) form = BodyForm::length_only;
  if (has_no_body(status)) form = BodyForm::none;
  worker_->writer().write(output_, lines, more_lines, request_.id_,
                          tls_ ? Channel::tls : Channel::clear, connection, form, body);
  const AccessLog& log = worker_->shared().log;
  if (log.wants_requests()) {
    log.answered(request_, status, form == BodyForm::full ? body.size() : 0,
                 std::chrono::steady_clock::now() - handled_at_);
  }
}

void Connection::write_answer(const Response& response) {
  const ResponseHead& head = worker_->writer().head_of(response.status, response.content_type);
  write_answer(head.lines(), response.headers, response.status, response.body);
}

void Connection::write_error(int status, std::string_view message) {
  Response response;
  try {
    response =
        worker_->shared().handler.describe({status, message, request_.id(), request_.path()});
  } catch (const std::exception& error) {
    worker_->shared().log.handler_threw(request_.id(), error.what());
  } catch (...) {
    worker_->shared().log.handler_threw(request_.id(), kUnknownException);
  }
  response.status = status;
  write_answer(response);
}

Connection::Progress Connection::refuse_without_memory() {
  const Progress progress = refuse({503, "The server has too much to read at the moment."});
  worker_->shared().tell_shortage(Shortage::request_memory, request_.client_address());
  return progress;
}

Connection::Progress Connection::refuse(const Refusal& refusal) {
  if (head_check_ == HeadCheck::none) worker_->ids().next(request_.id_);
  handled_at_ = worker_->now();
  // The input may have moved since the head was parsed.
  if (request_.head_ != nullptr) request_.head_ = input_.view().data();
  must_close_ = true;
  write_error(refusal.status, refusal.message);
  return Progress::refused;
}

}  // namespace farthing::http

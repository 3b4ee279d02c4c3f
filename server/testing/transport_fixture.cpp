// SPDX-License-Identifier: Apache-2.0
#include "server/testing/transport_fixture.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace farthing::http {

namespace {

constexpr std::chrono::seconds kPatience{20};

std::string describe_request(const Request& request) {
  std::string text;
  text += to_string(request.method());
  text += ' ';
  text += request.path();
  text += '?';
  text += request.query();
  text += '\n';
  for (const KnownHeader name : {KnownHeader::authorization, KnownHeader::organization,
                                 KnownHeader::idempotency_key, KnownHeader::content_type}) {
    text += request.header(name).value_or("-");
    text += ' ';
    text += std::to_string(request.header_count(name));
    text += '\n';
  }
  text += request.header("x-other").value_or("-");
  text += ' ';
  text += std::to_string(request.header_count("X-OTHER"));
  text += '\n';
  text += request.client_address().to_string();
  text += request.entrance() == Entrance::callers ? "\ncallers\n" : "\nfull\n";
  text += request.body();
  return text;
}

Response echo(const Request& request) {
  Response response;
  response.content_type = "text/plain";
  response.add_header("X-Echo", request.id());
  response.body = describe_request(request);
  return response;
}

}  // namespace

class LogLines::Sink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Sink(LogLines& lines) : lines_(lines) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::lock_guard lock(lines_.mutex_);
    lines_.lines_.emplace_back(message.payload.data(), message.payload.size());
    lines_.changed_.notify_all();
  }
  void flush_() override {}

  LogLines& lines_;
};

std::shared_ptr<spdlog::logger> LogLines::make_logger(std::string_view level) {
  auto logger = std::make_shared<spdlog::logger>("test", std::make_shared<Sink>(*this));
  logger->set_level(spdlog::level::from_str(std::string(level)));
  return logger;
}

std::vector<std::string> LogLines::all() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

bool LogLines::wait_for(std::string_view text) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] {
    return std::any_of(lines_.begin(), lines_.end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  });
}

PathHandler::PathHandler() : thread_([this] { run(); }) {}

PathHandler::~PathHandler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PathHandler::handle_head(const Request& head, Responder responder) {
  ++heads_;
  const std::string_view path = head.path();
  if (path == "/refused") {
    responder.send({401, "text/plain", {}, "who are you?"});
  } else if (path == "/refused-later" || path == "/accepted-later") {
    answer_later(head, std::move(responder));
  } else if (path == "/waits-for-ever") {
    const std::lock_guard lock(mutex_);
    held_.push_back({&head, std::move(responder)});
    changed_.notify_all();
  } else if (path == "/small") {
    responder.accept_body(100);
  } else if (path == "/thrown-head") {
    throw std::runtime_error("as asked");
  } else if (path != "/dropped-head") {
    responder.accept_body();
  }
}

void PathHandler::handle(const Request& request, Responder responder) {
  const std::string_view path = request.path();
  if (path == "/echo" || path == "/accepted-later" || path == "/small") {
    responder.send(echo(request));
  } else if (path == "/fixed") {
    responder.send(fixed_, "fixed");
  } else if (path == "/later" || path == "/drop-later" || path == "/fixed-later") {
    answer_later(request, std::move(responder));
  } else if (path == "/hold") {
    const std::lock_guard lock(mutex_);
    held_.push_back({&request, std::move(responder)});
    changed_.notify_all();
  } else if (path == "/throw") {
    throw std::runtime_error("as asked");
  } else if (path == "/large") {
    responder.send({200, "text/plain", {}, std::string(kLargeSize, 'x')});
  } else if (path == "/medium") {
    responder.send({200, "text/plain", {}, std::string(kMediumSize, 'y')});
  } else if (path == "/none" || path == "/probe") {
    responder.send({204, {}, {}, {}});
  } else if (!path.starts_with("/drop")) {
    responder.send({404, "text/plain", {}, "nothing here"});
  }
}

Response PathHandler::describe(const TransportError& error) {
  if (error.path == "/drop-undescribed") throw std::runtime_error("cannot describe");
  Response response;
  response.content_type = "application/json";
  response.body = std::string(error.message) + " " + std::string(error.request_id);
  return response;
}

bool PathHandler::wait_for_held(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return held_.size() >= count; });
}

bool PathHandler::holds_one() {
  const std::lock_guard lock(mutex_);
  return !held_.empty();
}

void PathHandler::release_held() {
  std::vector<Held> held;
  {
    const std::lock_guard lock(mutex_);
    held.swap(held_);
  }
  for (Held& each : held) each.responder.send(echo(*each.request));
}

void PathHandler::answer_later(const Request& request, Responder responder) {
  const std::lock_guard lock(mutex_);
  later_.push_back({&request, std::move(responder)});
  changed_.notify_all();
}

void PathHandler::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !later_.empty(); });
    if (stopping_) return;
    std::vector<Held> work;
    work.swap(later_);
    lock.unlock();
    for (Held& each : work) {
      const std::string_view path = each.request->path();
      if (path == "/refused-later") each.responder.send({401, "text/plain", {}, "who are you?"});
      if (path == "/accepted-later") each.responder.accept_body();
      if (path == "/later") each.responder.send(echo(*each.request));
      if (path == "/fixed-later") each.responder.send(fixed_, "fixed");
    }
    work.clear();
    lock.lock();
  }
}

void TransportTest::start(ServerOptions options) {
  if (options.listen == ServerOptions().listen) options.listen.front().port = 0;
  if (!options.logger) options.logger = log_.make_logger("info");
  auto started = Server::start(std::move(options), handler_);
  ASSERT_TRUE(started) << started.error();
  server_ = *std::move(started);
}

std::optional<RawAnswer> TransportTest::ask(std::string_view request) const {
  RawClient client = connect();
  client.send(request);
  return client.read_answer();
}

bool TransportTest::wait_for_no_connections(std::chrono::milliseconds pause) const {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (server_->open_connections() > 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    if (pause == std::chrono::milliseconds()) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(pause);
    }
  }
  return true;
}

}  // namespace farthing::http

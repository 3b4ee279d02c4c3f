// SPDX-License-Identifier: Apache-2.0
#include "server/http/server.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "server/http/listener.hpp"
#include "server/http/worker.hpp"

namespace farthing::http {

class Server::State {
 public:
  State(ServerOptions options, Handler& handler)
      : shared_(std::make_shared<SharedState>(std::move(options), handler)),
        workers_(make_workers(shared_)) {
    const ServerOptions& all = shared_->options;
    for (const ListenAddress& address : all.listen) {
      listeners_.emplace_back(workers_, address, all.admin ? Entrance::callers : Entrance::full);
    }
    if (!all.admin) return;
    admin_listener_ = &listeners_.emplace_back(workers_, *all.admin, Entrance::operators);
  }

  ~State() { stop(); }

  std::optional<std::string> start() {
    for (Listener& listener : listeners_) {
      if (auto error = listener.open()) return error;
    }
    for (Listener& listener : listeners_) listener.accept();
    try {
      for (const auto& worker : workers_) {
        threads_.emplace_back([&worker = *worker] { worker.run(); });
      }
    } catch (const std::system_error& error) {
      return std::string("cannot start a thread: ") + error.what();
    }
    return {};
  }

  void stop() {
    const std::lock_guard lock(stop_mutex_);
    boost::asio::post(workers_.front()->io(), [this] {
      for (Listener& listener : listeners_) listener.close();
    });
    for (const auto& worker : workers_) worker->stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  std::uint16_t port(std::size_t at) const { return listeners_[at].port(); }
  std::uint16_t admin_port() const {
    return admin_listener_ != nullptr ? admin_listener_->port() : 0;
  }

  void set_tls(std::shared_ptr<const TlsContext> tls) {
    boost::asio::post(workers_.front()->io(), [this, tls = std::move(tls)] {
      for (Listener& listener : listeners_) listener.set_tls(tls);
    });
  }

  std::size_t open_connections() const {
    return shared_->open_connections.load(std::memory_order_relaxed);
  }

 private:
  static std::vector<std::shared_ptr<Worker>> make_workers(
      const std::shared_ptr<SharedState>& shared) {
    std::vector<std::shared_ptr<Worker>> workers(std::max<std::size_t>(1, shared->options.threads));
    for (auto& worker : workers) worker = std::make_shared<Worker>(shared);
    return workers;
  }

  const std::shared_ptr<SharedState> shared_;
  const std::vector<std::shared_ptr<Worker>> workers_;
  // The listeners of `ServerOptions::listen`, then the operators'. A listener stays where it is.
  std::deque<Listener> listeners_;
  Listener* admin_listener_ = nullptr;
  std::mutex stop_mutex_;
  std::vector<std::thread> threads_;
};

BasicResult<std::unique_ptr<Server>, std::string> Server::start(ServerOptions options,
                                                                Handler& handler) {
  auto state = std::make_unique<State>(std::move(options), handler);
  if (auto error = state->start()) return *std::move(error);
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() = default;

std::uint16_t Server::port(std::size_t at) const { return state_->port(at); }

std::uint16_t Server::admin_port() const { return state_->admin_port(); }

void Server::set_tls(std::shared_ptr<const TlsContext> tls) { state_->set_tls(std::move(tls)); }

std::size_t Server::open_connections() const { return state_->open_connections(); }

void Server::stop() { state_->stop(); }

}  // namespace farthing::http

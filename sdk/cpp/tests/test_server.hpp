// SPDX-License-Identifier: Apache-2.0
// A server of raw bytes on a port of its own, for tests of the transport: it reads whole requests
// and writes whatever the test says, well-formed or not.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace farthing::sdk::tests {

struct Received {
  std::string head;  // request line and headers, as they came
  std::string body;
  int connection = 0;  // from 1, in the order of accepting

  // The value of the header, in its exact case; nothing when it is not there.
  std::string header(std::string_view name) const;
  bool has_header(std::string_view name) const;
  std::string target() const;  // of the request line
};

struct Reply {
  enum class After { keep, close, hold };

  std::string bytes;
  After after = After::keep;  // `hold` keeps the connection open in silence
};

// A whole answer with the length of its body.
Reply json_reply(int status, std::string_view body, std::string_view more_headers = "");

class TestServer {
 public:
  using Handler = std::function<Reply(const Received&)>;

  // `handler` is called by the threads of the connections, one call at a time.
  explicit TestServer(Handler handler);
  // At a Unix socket in place of a port.
  TestServer(Handler handler, const std::string& unix_socket);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  std::vector<Received> received() const;

 private:
  void start();
  void accept_all();
  void serve(int socket, int connection);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::mutex handler_mutex_;
  bool is_stopping_ = false;
  std::set<int> sockets_;
  std::vector<Received> received_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// A port on which nothing listens.
int dead_port();

}  // namespace farthing::sdk::tests

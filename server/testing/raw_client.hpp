// SPDX-License-Identifier: Apache-2.0
// For tests: a socket that sends exactly the bytes it is given, and reads answers or waits for the
// end. Gives up after 20 seconds, so that a test that hangs fails. Not safe to share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace farthing::http {

struct RawAnswer {
  int status = 0;
  // The status line and headers as sent.
  std::string head;
  // Names in lower case.
  std::map<std::string, std::string> headers;
  std::string body;

  // Empty when absent.
  std::string header(const std::string& name) const;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  // From that address of this machine, "127.0.0.2".
  RawClient(std::uint16_t port, const std::string& from);
  // To a Unix socket.
  explicit RawClient(const std::string& path);
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient();

  // False when the connection is gone.
  bool send(std::string_view bytes) const;
  // Says that nothing more will be sent.
  void finish_sending() const;
  // Closes at once with a reset.
  void reset();

  // The next answer; nothing when the connection ends before it is whole.
  std::optional<RawAnswer> read_answer();
  // The next answer's head, when it is known that no body follows (HEAD, 100 Continue).
  std::optional<RawAnswer> read_head();
  // Whether the connection ends, or is reset, without one more byte.
  bool reads_end();
  // Takes in what has arrived, at most 16 KiB, for a later read; false at the end of the
  // connection.
  bool receive();

 private:
  int socket_ = -1;
  std::string received_;
};

}  // namespace farthing::http

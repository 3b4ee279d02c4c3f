// SPDX-License-Identifier: Apache-2.0
// Writes answers into an output buffer: the given head lines, then what the transport adds. Keeps
// the Date line of the current second. One per thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/response.hpp"

namespace farthing::http {

// The header Connection of an answer.
enum class ConnectionHeader : std::uint8_t { none, close, keep_alive };

// How an answer travels. Over TLS it tells the client to use nothing else from now on.
enum class Channel : std::uint8_t { clear, tls };

enum class BodyForm : std::uint8_t {
  full,
  // The head as if the body followed: an answer to HEAD.
  length_only,
  // A status that has no body and no Content-Length: 204 and 304.
  none,
};

class AnswerWriter {
 public:
  // Sets the time of the Date line. `now` is the wall clock in seconds.
  void set_time(std::time_t now);

  // Returns the head for an answer that brings none. The reference is good until the next call.
  const ResponseHead& head_of(int status, std::string_view content_type);

  // Appends an answer to `out`. `lines` and `more_lines` are the status line and header lines.
  void write(std::string& out, std::string_view lines, std::string_view more_lines,
             const std::array<char, 32>& request_id, Channel channel, ConnectionHeader connection,
             BodyForm form, std::string_view body);

 private:
  static constexpr std::string_view kTemplate =
      "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
      "X-Request-Id: 00000000000000000000000000000000\r\n";
  static constexpr std::size_t kDateAt = 6;
  static constexpr std::size_t kDateSize = 29;
  static constexpr std::size_t kIdAt = 51;

  struct KnownHead {
    std::string content_type;
    ResponseHead head;
  };

  std::time_t time_ = 0;
  std::vector<KnownHead> heads_;  // as many as the handler has kinds of answers
  std::string stamp_{kTemplate};
};

}  // namespace farthing::http

// SPDX-License-Identifier: Apache-2.0
// A handler's answer. The transport adds Date, X-Request-Id, Content-Length, Server, the headers
// that keep browsers and caches careful and, where needed, Connection; a handler never sets these.
// To HEAD the transport sends the same head and no body, so a handler answers it like GET.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace farthing::http {

// Returns "OK" for 200; "Status" for a number without a registered phrase.
std::string_view reason_phrase(int status);

struct Header {
  std::string_view name;
  std::string_view value;
};

// Appends "name: value\r\n". Control bytes in the value become blanks, so that no value can start a
// header of its own.
void append_header(std::string& lines, Header header);

struct Response {
  int status = 200;
  // No Content-Type is sent when empty.
  std::string content_type;
  // Further header lines, each ended by CR LF; use `add_header`.
  std::string headers;
  std::string body;

  void add_header(std::string_view name, std::string_view value) {
    append_header(headers, {name, value});
  }
};

// The fixed part of an answer's head, written once and sent often. Immutable; it has to live until
// the server has stopped.
class ResponseHead {
 public:
  ResponseHead(int status, std::string_view content_type,
               std::initializer_list<Header> headers = {});

  int status() const { return status_; }
  // Returns the status line and header lines, without the empty line.
  std::string_view lines() const { return lines_; }

 private:
  int status_;
  std::string lines_;
};

}  // namespace farthing::http

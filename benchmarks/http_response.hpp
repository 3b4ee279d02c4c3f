// SPDX-License-Identifier: Apache-2.0
// Finds whole HTTP/1.1 answers in the bytes of a connection. Knows what the measured servers send:
// a status line, header fields, and a body of `Content-Length` bytes (none: an empty body).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace farthing::bench {

struct Response {
  int status = 0;
  std::string_view body;  // Into the scanned bytes.
};

enum class ScanState { complete, incomplete, malformed };

struct Scan {
  ScanState state = ScanState::incomplete;
  std::size_t size = 0;  // Bytes of the answer, when complete.
  Response answer;       // When complete.
};

// Looks for one answer at the start of `bytes`.
Scan scan_response(std::string_view bytes);

// The first member called `name` of a JSON text whose value is a string without escapes; empty when
// there is none. Enough to read ids and secrets.
std::string json_string_member(std::string_view json, std::string_view name);

}  // namespace farthing::bench

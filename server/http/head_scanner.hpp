// SPDX-License-Identifier: Apache-2.0
// Finds the end of a request's head while its bytes arrive, and refuses at the first sign what must
// never reach a lenient parser: bare line feeds, folded headers, other versions, too much of
// anything. Looks at each byte once, however the head is cut.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace farthing::http {

// A refusal of a request by the transport: the status and one sentence, a literal.
struct Refusal {
  int status = 400;
  std::string_view message;
};

struct HeadLimits {
  std::size_t max_head;
  std::size_t max_target;
  std::size_t max_headers;
};

class HeadScanner {
 public:
  // Looks at what is new in `bytes`, which begins with the first byte of the request and is what
  // was there before plus what has arrived. Returns true when the head is complete or refused.
  bool scan(std::string_view bytes, const HeadLimits& limits);

  // Returns why the head is refused, if it is. Needs a `scan` that returned true.
  const std::optional<Refusal>& refusal() const { return refusal_; }
  // Returns the size of the head with its empty line. Needs a `scan` that returned true without a
  // refusal.
  std::size_t head_size() const { return line_begin_; }

 private:
  std::optional<Refusal> check_line(std::string_view line, const HeadLimits& limits) const;
  std::optional<Refusal> check_unfinished(std::string_view bytes, const HeadLimits& limits) const;

  std::size_t line_begin_ = 0;
  std::size_t scanned_ = 0;
  std::size_t lines_ = 0;
  std::optional<Refusal> refusal_;
};

}  // namespace farthing::http

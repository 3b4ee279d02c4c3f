// SPDX-License-Identifier: Apache-2.0
// What a load loop sends and what becomes of the answers. One thread calls it, so an implementation
// needs no locks.
#pragma once

#include <cstddef>
#include <string>

#include "benchmarks/http_response.hpp"

namespace farthing::bench {

enum class NextRequest { appended, none_left };

class Workload {
 public:
  Workload() = default;
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;
  virtual ~Workload() = default;

  // Appends one whole request to `out` for the connection numbered `connection`. A connection that
  // got `none_left` may be asked again.
  virtual NextRequest append_request(std::size_t connection, std::string& out) = 0;

  // Called once for each request, in the order in which the connection sent them.
  virtual void on_answer(std::size_t connection, const Response& answer) = 0;
};

}  // namespace farthing::bench

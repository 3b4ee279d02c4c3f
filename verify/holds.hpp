// SPDX-License-Identifier: Apache-2.0
// The holds of one organization, recomputed: the state of each and, while it is open, what it still
// has of which lots.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verify/entry.hpp"
#include "verify/things.hpp"

namespace farthing::verify {

struct Hold {
  static constexpr char kTag = 'h';

  HoldStatus status;
  std::vector<Part> parts;  // what it still has, in the order in which captures take it
  std::optional<Id128> caller_key = {};
  Changes changes = {};

  bool is_live() const { return status.state == HoldState::open; }

  void append_to(std::string& out) const { append(status, out); }
  static Hold read(ByteReader& in) {
    Hold hold;
    hold.status = read_hold(in);
    return hold;
  }
};

}  // namespace farthing::verify

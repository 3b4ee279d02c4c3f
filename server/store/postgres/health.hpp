// SPDX-License-Identifier: Apache-2.0
// What this node knows of its database: whether it can be reached, as the last who tried found it,
// and what it refuses. Safe to use from any thread.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "server/store/limitation.hpp"

namespace farthing::store::postgres {

class Health {
 public:
  // `tell` gets one line each time; it may be empty, and is called from any thread.
  explicit Health(std::function<void(const std::string&)> tell)
      : tell_(std::move(tell)), limitations_(tell_) {}

  Limitations& limitations() { return limitations_; }
  std::vector<Limitation> all_limitations() const { return limitations_.all(); }

  void report_reached() { limitations_.end(kUnreachable); }
  // Another node may reach it all the same, so this is the node's own trouble.
  void report_lost(const std::string& why) {
    limitations_.set(kUnreachable, Cause::node, WorkSet::all(), why);
  }
  // What went wrong while the database could be reached.
  void say(const std::string& what) const {
    if (tell_) tell_(what);
  }

 private:
  static constexpr const char* kUnreachable = "database";

  const std::function<void(const std::string&)> tell_;
  Limitations limitations_;
};

}  // namespace farthing::store::postgres

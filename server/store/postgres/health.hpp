// SPDX-License-Identifier: Apache-2.0
// What this node knows of its database: whether it can be reached, as the last who tried found it,
// and what it refuses. Safe to use from any thread.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "server/store/limitation.hpp"
#include "server/store/news.hpp"
#include "server/store/overload.hpp"

namespace farthing::store::postgres {

class Health {
 public:
  // `tell` gets one line each time; it may be empty, and is called from any thread.
  explicit Health(std::function<void(const std::string&)> tell)
      : limitations_(tell), news_(std::move(tell)) {}

  Limitations& limitations() { return limitations_; }
  std::vector<Limitation> all_limitations() const { return limitations_.all(); }

  void report_reached() { limitations_.end(kUnreachable); }
  // Another node may reach it all the same, so this is the node's own trouble.
  void report_lost(const std::string& why) {
    limitations_.set(kUnreachable, Cause::node, WorkSet::all(), why);
  }
  // The database answers, and does not let anything be written: its disk is full, or it is
  // read-only for all. That is every node's trouble.
  void report_read_only(const std::string& why) {
    limitations_.set(kReadOnly, Cause::shared, WorkSet::writes(), why);
  }
  void report_written() { limitations_.end(kReadOnly); }
  bool is_read_only() const { return limitations_.has(kReadOnly); }
  // More wait for the database than may.
  void report_overload() { overload_.note(); }
  void end_overload() { overload_.look(); }
  // What went wrong while the database could be reached.
  void say(const std::string& what) { news_.say(what); }

 private:
  static constexpr const char* kUnreachable = "database";
  static constexpr const char* kReadOnly = "database_writes";

  Limitations limitations_;
  Overload overload_{limitations_};
  News news_;
};

}  // namespace farthing::store::postgres

// SPDX-License-Identifier: Apache-2.0
// A limitation says what a store refuses at present, and why, for the log and for /readyz. A store
// has one table of them, `Limitations`; whatever makes it refuse work is in the table from the
// moment when it does.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.hpp"

namespace farthing::store {

// The kinds of work that may be refused one without the other. Spelled as on the wire.
enum class Work : std::uint8_t {
  acts = 1,       // changes of the directory, but those that protect
  movements = 2,  // of credits, but releases of holds
  // What ends somebody's access or frees credits: revocations, rotations, disabling, the removal of
  // members, releases of holds; and the note that a secret is in use. It is always the last to be
  // refused.
  protection = 4,
  reads = 8,
};

std::string_view to_string(Work work);

class WorkSet;
constexpr WorkSet operator|(WorkSet a, WorkSet b);
constexpr WorkSet operator|(Work a, Work b);

class WorkSet {
 public:
  constexpr WorkSet() = default;
  constexpr WorkSet(Work work) : bits_(static_cast<std::uint8_t>(work)) {}
  // Returns everything that is written.
  static constexpr WorkSet writes() { return Work::acts | Work::movements | Work::protection; }
  static constexpr WorkSet all() { return writes() | Work::reads; }

  constexpr bool has(Work work) const { return (bits_ & static_cast<std::uint8_t>(work)) != 0; }
  constexpr bool is_empty() const { return bits_ == 0; }
  // Returns them in the order of the enumeration.
  std::vector<Work> list() const;

  friend constexpr WorkSet operator|(WorkSet a, WorkSet b);
  friend constexpr bool operator==(WorkSet, WorkSet) = default;

 private:
  std::uint8_t bits_ = 0;
};

constexpr WorkSet operator|(WorkSet a, WorkSet b) {
  a.bits_ |= b.bits_;
  return a;
}
constexpr WorkSet operator|(Work a, Work b) { return WorkSet(a) | WorkSet(b); }

// Tells whose trouble it is: a balancer should turn away from a node for the node's own reasons,
// and must not take out all nodes for a reason that they share.
enum class Cause : std::uint8_t { node, shared };

std::string_view to_string(Cause cause);

struct Limitation {
  std::string name;  // "disk_space"; on the wire, so it never changes
  Cause cause = Cause::node;
  WorkSet refused;      // empty: nothing is refused, the operator is only told
  std::string message;  // for operators: what is wrong, and what to do
  Instant since;
};

// Returns all that they refuse together.
WorkSet refused_by(const std::vector<Limitation>& limitations);

// The limitations of one store. Safe to use from any thread.
class Limitations {
 public:
  // `tell` gets one line for the log when a limitation begins, when it refuses other work than
  // before, and when it ends; it may be empty, and is called from any thread.
  explicit Limitations(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}

  // Begins the limitation of that name. One that is there already stays, with the new values.
  void set(std::string_view name, Cause cause, WorkSet refused, std::string message);
  // Ends the limitation of that name, if there is one. Costs next to nothing when there is no
  // limitation at all.
  void end(std::string_view name);

  // Returns them in the order in which they began.
  std::vector<Limitation> all() const;
  bool has(std::string_view name) const;
  // Returns whether any of them refuses that work. Costs next to nothing.
  bool refuses(Work work) const { return refused_.load(std::memory_order_relaxed).has(work); }

 private:
  // Called under the mutex, after each change.
  void note_change();
  void say(const std::string& line) const {
    if (tell_) tell_(line);
  }

  const std::function<void(const std::string&)> tell_;
  std::atomic<WorkSet> refused_{WorkSet()};
  std::atomic<bool> has_any_ = false;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<Limitation> limitations_;
};

}  // namespace farthing::store

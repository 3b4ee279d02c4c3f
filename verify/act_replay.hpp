// SPDX-License-Identifier: Apache-2.0
// What the acts of an audit log have made of the directory: each user, organization, membership and
// API key with the values of its fields as texts, as far as the acts tell. It relies on what
// docs/reference/audit-log.md says of each kind of act, and shares no code with the rules that
// decided them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/instant.hpp"
#include "verify/audit_chain.hpp"
#include "verify/finding.hpp"

namespace farthing::verify {

class ActReplay {
 public:
  using Fields = std::map<std::string, std::optional<std::string>>;  // nothing: it has no value

  struct Thing {
    bool is_made =
        false;  // an act tells of its making, so a field that none has named has no value
    bool is_there = true;  // false: a membership that has ended
    Fields fields;
    // Those that have a value, but one that was erased from the log since.
    std::set<std::string> erased;
    // The values that fields had before, and those of which one was erased from the log since.
    std::map<std::string, std::set<std::optional<std::string>>> earlier;
    std::set<std::string> earlier_erased;

    // Returns whether the value of the field is known, so that a field without one has none.
    bool knows(const std::string& field) const;
    // Returns whether the field has that value, or had it at some time, as far as the acts tell.
    bool may_have_had(const std::string& field, const std::optional<std::string>& value) const;
  };
  // By their names: the ids of users, organizations and keys, and for memberships what
  // `name_of_membership` returns.
  using Things = std::map<std::string, Thing>;

  static std::string name_of_membership(const std::string& organization, const std::string& user);

  // Replays `act`, which must be the next one of a whole log. Checks that its kind is known and that
  // every value that it says was there before is the one that the acts before have left, as far as
  // neither was erased.
  Check next(const Act& act);

  const Things& things() const { return things_; }
  // Returns whether an act tells of the making of the thing.
  bool has_made(const std::string& name) const;
  // Returns whether an act has erased a person.
  bool has_erased_anybody() const { return has_erased_anybody_; }
  // Returns the time of the first act; nothing while there is none.
  std::optional<Instant> begins_at() const { return begins_at_; }
  // Returns whether the store is no older than its log, because the first act has made its operator:
  // there was nobody before. Then acts tell of everything.
  bool begins_with_operator() const { return begins_with_operator_; }

 private:
  // `makes`: the act makes the thing, which had no values before.
  static Check take_change(Thing& thing, const ActChange& change, bool makes = false);
  Check take_erasure(const Act& act);

  std::optional<Instant> begins_at_;
  bool begins_with_operator_ = false;
  bool has_erased_anybody_ = false;
  Things things_;
};

}  // namespace farthing::verify

// SPDX-License-Identifier: Apache-2.0
// What the acts of an audit log have made of the directory: each user, organization, membership and
// API key with the values of its fields as texts, as far as the acts tell. It relies on what
// docs/reference/audit-log.md says of each kind of act, and shares no code with the rules that
// decided them.
#pragma once

#include <map>
#include <optional>
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

    // Returns whether the value of the field is known, so that a field without one has none.
    bool knows(const std::string& field) const;
  };
  // By their names: the ids of users, organizations and keys, and for memberships what
  // `name_of_membership` returns.
  using Things = std::map<std::string, Thing>;

  static std::string name_of_membership(const std::string& organization, const std::string& user);

  // Replays `act`, which must be the next one of a whole log. Checks that its kind is known and that
  // every value that it says was there before is the one that the acts before have left.
  Check next(const Act& act);

  const Things& things() const { return things_; }
  // Returns whether an act tells of the making of the thing.
  bool has_made(const std::string& name) const;
  // Returns the time of the first act; nothing while there is none.
  std::optional<Instant> begins_at() const { return begins_at_; }

 private:
  std::optional<Instant> begins_at_;
  Things things_;
};

}  // namespace farthing::verify

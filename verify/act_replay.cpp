// SPDX-License-Identifier: Apache-2.0
#include "verify/act_replay.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace farthing::verify {
namespace {

// What an act of a kind is about.
enum class About : std::uint8_t {
  target,      // changes the user, organization or key that is its target
  membership,  // changes that of its target in its organization, and maybe the user's default
  nothing,     // changes nothing in the directory
};

struct KindOfAct {
  std::string_view name;
  About about;
  bool makes = false;  // the act makes what it is about, unless it is there
};

constexpr std::array kKindsOfActs = {
    KindOfAct{"user.create", About::target, true},
    KindOfAct{"user.disable", About::target},
    KindOfAct{"user.enable", About::target},
    KindOfAct{"user.choose_default_organization", About::target},
    KindOfAct{"organization.create", About::target, true},
    KindOfAct{"organization.rename", About::target},
    KindOfAct{"organization.disable", About::target},
    KindOfAct{"organization.enable", About::target},
    KindOfAct{"organization.set_overdraft_limit", About::nothing},
    KindOfAct{"member.add", About::membership, true},
    KindOfAct{"member.change_role", About::membership},
    KindOfAct{"member.remove", About::membership},
    KindOfAct{"api_key.create", About::target, true},
    KindOfAct{"api_key.change", About::target},
    KindOfAct{"api_key.rotate", About::target},
    KindOfAct{"api_key.revoke", About::target},
    KindOfAct{"api_key.revoke_leaked", About::target},
    KindOfAct{"grant.create", About::nothing},
    KindOfAct{"grant.void", About::nothing},
    KindOfAct{"clock.confirm", About::nothing},
    KindOfAct{"clock.set_back", About::nothing},
    KindOfAct{"journal.accept_loss", About::nothing},
};

const KindOfAct* find_kind_of_act(std::string_view name) {
  const auto found = std::ranges::find(kKindsOfActs, name, &KindOfAct::name);
  return found == kKindsOfActs.end() ? nullptr : &*found;
}

std::string membership_of(const Act& act) {
  const std::string organization =
      act.organization ? OrganizationId{*act.organization}.to_string() : "no organization";
  return ActReplay::name_of_membership(organization, act.target);
}

// Returns the name of what the act changes by a change of that field.
std::string name_of_changed(const KindOfAct& kind, const Act& act, std::string_view field) {
  const bool is_of_membership = kind.about == About::membership && field == "role";
  return is_of_membership ? membership_of(act) : act.target;
}

std::string show_value(const std::optional<std::string>& value) { return value.value_or("none"); }

}  // namespace

std::string ActReplay::name_of_membership(const std::string& organization,
                                          const std::string& user) {
  return "member " + user + " of " + organization;
}

// Acts of earlier versions that made a key had no check of its secret.
bool ActReplay::Thing::knows(const std::string& field) const {
  return fields.contains(field) || (is_made && field != "secret_check");
}

bool ActReplay::has_made(const std::string& name) const {
  const auto found = things_.find(name);
  return found != things_.end() && found->second.is_made;
}

Check ActReplay::next(const Act& act) {
  if (!begins_at_) begins_at_ = act.at;
  const KindOfAct* const kind = find_kind_of_act(act.kind);
  if (kind == nullptr) return expect_equal("the kind", "one that is known", act.kind);
  if (kind->about == About::nothing) return {};
  // The making of a key may be repeated, so the first time may have been before the log began.
  const bool is_new = std::ranges::none_of(
      act.changes, [](const ActChange& change) { return change.before.has_value(); });
  if (kind->makes && is_new) {
    things_[kind->about == About::membership ? membership_of(act) : act.target].is_made = true;
  }
  for (const ActChange& change : act.changes) {
    Thing& thing = things_[name_of_changed(*kind, act, change.field)];
    if (thing.knows(change.field)) {
      const auto known = thing.fields.find(change.field);
      const auto before = known == thing.fields.end() ? std::nullopt : known->second;
      if (auto wrong = expect(before == change.before, change.field + " before it",
                              show_value(before), show_value(change.before))) {
        return wrong;
      }
    }
    thing.fields[change.field] = change.after;
    if (change.field == "role") thing.is_there = change.after.has_value();
  }
  return {};
}

}  // namespace farthing::verify

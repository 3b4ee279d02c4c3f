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
  person,      // erases the texts of the user that is its target, and ends the user's keys
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
    KindOfAct{"user.erase", About::person},
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
    KindOfAct{"entry.erase", About::nothing},
    KindOfAct{"clock.confirm", About::nothing},
    KindOfAct{"clock.set_back", About::nothing},
    KindOfAct{"journal.accept_loss", About::nothing},
};

// What tells of a person: an erased user has none of these.
constexpr std::array<std::string_view, 3> kPersonalFields = {"email", "name", "profile_picture"};

bool is_personal(std::string_view field) {
  return std::ranges::find(kPersonalFields, field) != kPersonalFields.end();
}

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

constexpr std::string_view kErasedValue = "a value that was erased";

std::string show_value(const std::optional<std::string>& value) { return value.value_or("none"); }
std::string show_before(const ActChange& change) {
  return change.has_erased_before() ? std::string(kErasedValue) : show_value(change.before);
}

// Acts of earlier versions name the scope `service` by its first name, between blanks.
std::optional<std::string> in_todays_words(std::string_view field,
                                           std::optional<std::string> value) {
  constexpr std::string_view kFirstName = "meter";
  if (field != "scopes" || !value) return value;
  const std::size_t at = value->find(kFirstName);
  if (at != std::string::npos) value->replace(at, kFirstName.size(), "service");
  return value;
}

// Returns the value that the act gives to the field; nothing when it gives none.
std::optional<std::string> value_after(const Act& act, std::string_view field) {
  const auto found = std::ranges::find(act.changes, field, &ActChange::field);
  return found == act.changes.end() ? std::nullopt : found->after;
}

}  // namespace

std::string ActReplay::name_of_membership(const std::string& organization,
                                          const std::string& user) {
  return "member " + user + " of " + organization;
}

// Acts of earlier versions that made a key had no check of its secret.
bool ActReplay::Thing::knows(const std::string& field) const {
  if (erased.contains(field)) return false;
  return fields.contains(field) || (is_made && field != "secret_check");
}

bool ActReplay::Thing::may_have_had(const std::string& field,
                                    const std::optional<std::string>& value) const {
  const auto had = earlier.find(field);
  const bool is_earlier = had != earlier.end() && had->second.contains(value);
  if (is_earlier || earlier_erased.contains(field) || !knows(field)) return true;
  const auto known = fields.find(field);
  return value == (known == fields.end() ? std::nullopt : known->second);
}

bool ActReplay::has_made(const std::string& name) const {
  const auto found = things_.find(name);
  return found != things_.end() && found->second.is_made;
}

Check ActReplay::take_change(Thing& thing, const ActChange& change, bool makes) {
  const std::string& field = change.field;
  const bool has_before = change.before || change.has_erased_before();
  const auto told_before = in_todays_words(field, change.before);
  if (thing.knows(field)) {
    const auto known = thing.fields.find(field);
    const auto before = known == thing.fields.end() ? std::nullopt : known->second;
    const bool is_same = change.has_erased_before() ? before.has_value() : before == told_before;
    if (auto wrong =
            expect(is_same, field + " before it", show_value(before), show_before(change))) {
      return wrong;
    }
  } else if (thing.erased.contains(field)) {
    if (auto wrong = expect(has_before, field + " before it", kErasedValue, "none")) return wrong;
  }
  if (change.has_erased_before()) {
    thing.earlier_erased.insert(field);
  } else if (!makes) {
    thing.earlier[field].insert(told_before);
  }
  if (change.has_erased_after()) {
    thing.fields.erase(field);
    thing.erased.insert(field);
  } else {
    thing.erased.erase(field);
    thing.fields[field] = in_todays_words(field, change.after);
  }
  if (field == "role") thing.is_there = change.after.has_value();
  return {};
}

// The act names what is gone by fields without values, and by their ids the keys that end with the
// user.
Check ActReplay::take_erasure(const Act& act) {
  has_erased_anybody_ = true;
  Thing& person = things_[act.target];
  const auto erased_at = value_after(act, "erased_at");
  for (const ActChange& change : act.changes) {
    if (is_personal(change.field)) continue;
    const bool is_key = change.field == "api_key" && change.before;
    Thing& thing = is_key ? things_[*change.before] : person;
    const ActChange of_key = {.field = "revoked_at", .before = {}, .after = erased_at};
    if (auto wrong = take_change(thing, is_key ? of_key : change)) return wrong;
  }
  for (const std::string_view field : kPersonalFields) {
    person.erased.erase(std::string(field));
    person.fields[std::string(field)] = std::nullopt;
  }
  return {};
}

Check ActReplay::next(const Act& act) {
  if (!begins_at_) {
    begins_at_ = act.at;
    begins_with_operator_ = act.kind == "user.create" && act.target == UserId{}.to_string();
  }
  const KindOfAct* const kind = find_kind_of_act(act.kind);
  if (kind == nullptr) return expect_equal("the kind", "one that is known", act.kind);
  if (kind->about == About::nothing) return {};
  if (kind->about == About::person) return take_erasure(act);
  // The making of a key may be repeated, so the first time may have been before the log began.
  const bool is_new = std::ranges::none_of(act.changes, [](const ActChange& change) {
    return change.before || change.has_erased_before();
  });
  Thing* made = nullptr;
  if (kind->makes && is_new) {
    made = &things_[kind->about == About::membership ? membership_of(act) : act.target];
    made->is_made = true;
  }
  for (const ActChange& change : act.changes) {
    Thing& thing = things_[name_of_changed(*kind, act, change.field)];
    if (auto wrong = take_change(thing, change, &thing == made)) return wrong;
  }
  return {};
}

}  // namespace farthing::verify

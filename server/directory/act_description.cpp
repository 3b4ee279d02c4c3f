// SPDX-License-Identifier: Apache-2.0
#include "server/directory/act_description.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/digest.hpp"

namespace farthing::directory {
namespace {

struct Field {
  std::string_view name;
  std::optional<std::string> value;
  bool is_personal = false;
};

// The values of a record; empty where there is no record.
using Fields = std::vector<Field>;

template <class T>
std::optional<std::string> text_of(const std::optional<T>& value) {
  if (!value) return {};
  return value->to_string();
}

Fields fields_of(const User& user) {
  return {{"email", user.email, true},
          {"name", user.name, true},
          {"profile_picture", user.profile_picture, true},
          {"default_organization", text_of(user.default_organization)},
          {"disabled_at", text_of(user.disabled_at)},
          {"erased_at", text_of(user.erased_at)}};
}

Fields fields_of(const Organization& organization) {
  return {{"name", organization.name}, {"disabled_at", text_of(organization.disabled_at)}};
}

Fields fields_of(const Membership& membership) {
  return {{"role", std::string(to_string(membership.role))}};
}

Fields fields_of(const MembershipEnd& /*membership*/) { return {{"role", std::nullopt}}; }

std::string text_of(Scopes scopes) {
  std::string text;
  for (const Scope scope : {Scope::user, Scope::service, Scope::admin}) {
    if (!scopes.names(scope)) continue;
    if (!text.empty()) text += ' ';
    text += to_string(scope);
  }
  return text;
}

std::optional<std::string> text_of(const std::vector<IpNetwork>& networks) {
  std::string text;
  for (const IpNetwork& network : networks) {
    if (!text.empty()) text += ' ';
    text += network.to_string();
  }
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> text_of(const std::optional<RateLimit>& limit) {
  if (!limit) return {};
  return std::to_string(limit->requests) + " in " + std::to_string(limit->per_s) + " s";
}

std::optional<std::string> text_of(const ledger::SpendCaps& caps) {
  std::string text;
  for (const ledger::CapPeriod period : ledger::kCapPeriods) {
    const auto& cap = caps.of(period);
    if (!cap) continue;
    if (!text.empty()) text += ", ";
    text.append(ledger::to_string(period)).append(" ").append(cap->to_string());
  }
  return text.empty() ? std::nullopt : std::optional(text);
}

// Returns what tells the key's secrets from others: nobody finds a key by a digest of digests, and
// nobody exchanges a secret unnoticed.
std::string secret_check_of(const ApiKey& key) {
  constexpr std::size_t kBytes = 16;
  std::string bytes(as_bytes(key.secret_digest));
  if (key.previous_secret) {
    ByteWriter(bytes)
        .raw(as_bytes(key.previous_secret->digest))
        .fixed(key.previous_secret->works_until.us());
  }
  return to_hex(as_bytes(sha256(bytes)).substr(0, kBytes));
}

// A secret shows by its hint alone.
Fields fields_of(const ApiKey& key) {
  const auto name = key.name.empty() ? std::nullopt : std::optional(key.name);
  std::optional<std::string> previous;
  if (key.previous_secret) previous = key.previous_secret->hint;
  return {{"user", key.user.to_string()},
          {"name", name},
          {"hint", key.hint},
          {"previous_hint", previous},
          {"secret_check", secret_check_of(key)},
          {"scopes", text_of(key.scopes)},
          {"expires_at", text_of(key.expires_at)},
          {"allowed_networks", text_of(key.allowed_networks)},
          {"rate_limit", text_of(key.rate_limit)},
          {"spend_caps", text_of(key.spend_caps)},
          {"revoked_at", text_of(key.revoked_at)}};
}

// No act changes it.
Fields fields_of(const KeyUse& /*use*/) { return {}; }

template <class Record>
Fields fields_of(const Record* record) {
  return record == nullptr ? Fields() : fields_of(*record);
}

Fields membership_fields(const Directory& directory, OrganizationId organization, UserId user) {
  const auto member = directory.find_member(organization, user);
  return member ? fields_of(member->membership) : Fields();
}

// Returns the fields of the same record as it is before the change.
struct FieldsBefore {
  const Directory& directory;

  Fields operator()(const User& user) const {
    const Account* account = directory.find_account(user.id);
    return fields_of(account == nullptr ? nullptr : &account->user);
  }
  Fields operator()(const Organization& organization) const {
    return fields_of(directory.find_organization(organization.id));
  }
  Fields operator()(const Membership& membership) const {
    return membership_fields(directory, membership.organization, membership.user);
  }
  Fields operator()(const MembershipEnd& membership) const {
    return membership_fields(directory, membership.organization, membership.user);
  }
  Fields operator()(const ApiKey& key) const { return fields_of(directory.find_api_key(key.id)); }
  Fields operator()(const KeyUse& /*use*/) const { return {}; }
  Fields operator()(const DirectoryReceipt& /*receipt*/) const { return {}; }
};

Fields fields_of(const DirectoryReceipt& /*receipt*/) { return {}; }

void append_changes(const Fields& before, const Fields& after, std::vector<ActChange>& changes) {
  for (const Field& field : after) {
    std::optional<std::string> old;
    const auto found = std::ranges::find(before, field.name, &Field::name);
    if (found != before.end()) old = found->value;
    if (old == field.value) continue;
    changes.push_back({.field = std::string(field.name),
                       .before = old,
                       .after = field.value,
                       .is_personal = field.is_personal});
  }
}

// Appends what an erasure does to a record. What is erased is named and not told.
void append_erasure(const Directory& before, const DirectoryRecord& record,
                    std::vector<ActChange>& changes) {
  if (const auto* key = std::get_if<ApiKey>(&record)) {
    changes.push_back(
        {.field = std::string(kEndedKey), .before = key->id.to_string(), .after = {}});
    return;
  }
  const User& user = std::get<User>(record);
  append_changes(FieldsBefore{before}(user), fields_of(user), changes);
  for (ActChange& change : changes) {
    if (change.is_personal) change = {.field = change.field, .before = {}, .after = {}};
  }
}

// Public, and part of what is hashed: never rename.
struct KindOf {
  const Directory& before;

  std::string operator()(const CreateUser&) const { return "user.create"; }
  std::string operator()(const CreateOrganization&) const { return "organization.create"; }
  std::string operator()(const RenameOrganization&) const { return "organization.rename"; }
  std::string operator()(const PutMembership& action) const {
    const Membership& membership = action.membership;
    const bool is_new = !before.find_member(membership.organization, membership.user);
    return is_new ? "member.add" : "member.change_role";
  }
  std::string operator()(const AddMembership&) const { return "member.add"; }
  std::string operator()(const RemoveMembership&) const { return "member.remove"; }
  std::string operator()(const SetDefaultOrganization&) const {
    return "user.choose_default_organization";
  }
  std::string operator()(const CreateApiKey&) const { return "api_key.create"; }
  std::string operator()(const ChangeApiKey&) const { return "api_key.change"; }
  std::string operator()(const RotateApiKey&) const { return "api_key.rotate"; }
  std::string operator()(const RevokeApiKey&) const { return "api_key.revoke"; }
  std::string operator()(const RevokeSecret&) const { return "api_key.revoke_leaked"; }
  std::string operator()(const NoteFirstUse&) const { return {}; }  // never told
  std::string operator()(const SetUserStanding& action) const {
    return action.standing == Standing::disabled ? "user.disable" : "user.enable";
  }
  std::string operator()(const EraseUser& /*action*/) const { return "user.erase"; }
  std::string operator()(const ConfirmClock& /*action*/) const { return "clock.confirm"; }
  std::string operator()(const EraseTexts& /*action*/) const { return "entry.erase"; }
  std::string operator()(const SetOrganizationStanding& action) const {
    return action.standing == Standing::disabled ? "organization.disable" : "organization.enable";
  }
};

void put_target(const User& user, Act& act) { act.target = user.id.to_string(); }
void put_target(const Organization& organization, Act& act) {
  act.target = organization.id.to_string();
}
void put_target(const ApiKey& key, Act& act) { act.target = key.id.to_string(); }
void put_target(const Member& member, Act& act) {
  act.target = member.membership.user.to_string();
  act.organization = member.membership.organization;
}

}  // namespace

Act describe_act(const Directory& before, const DirectoryAction& action,
                 const std::vector<DirectoryRecord>& records, const DirectoryOutcome& outcome) {
  Act act;
  act.kind = std::visit(KindOf{before}, action);
  std::visit([&](const auto& record) { put_target(record, act); }, outcome.record);
  for (const DirectoryRecord& record : records) {
    if (std::holds_alternative<EraseUser>(action)) {
      append_erasure(before, record, act.changes);
      continue;
    }
    const Fields after = std::visit([](const auto& each) { return fields_of(each); }, record);
    append_changes(std::visit(FieldsBefore{before}, record), after, act.changes);
  }
  return act;
}

Act describe_confirmation(Instant before, Instant after) {
  return {.kind = "clock.confirm",
          .target = "clock",
          .organization = {},
          .changes = {{.field = "ledger_time",
                       .before = before.to_string(),
                       .after = std::max(before, after).to_string()}}};
}

Act describe_journal_loss(std::uint64_t known_record, std::uint64_t last_record,
                          const std::string& damage) {
  return {.kind = "journal.accept_loss",
          .target = "journal",
          .organization = {},
          .changes = {{.field = "last_record",
                       .before = std::to_string(known_record),
                       .after = std::to_string(last_record)},
                      {.field = "damage", .before = {}, .after = damage}}};
}

Act describe_erasure(const EraseTexts& erasure) {
  const OrganizationId organization = erasure.of.organization;
  return {.kind = "entry.erase",
          .target = organization.to_string(),
          .organization = organization,
          .changes = {{.field = "entry", .before = {}, .after = std::to_string(erasure.of.seq)},
                      {.field = "texts", .before = erasure.names, .after = {}}}};
}

Act describe_act(const ledger::Outcome& outcome, Credits limit_before) {
  const ledger::Entry& entry = outcome.entry;
  Act act{.kind = {}, .target = {}, .organization = entry.organization, .changes = {}};
  const auto add = [&act](std::string field, std::string after) {
    act.changes.push_back({.field = std::move(field), .before = {}, .after = std::move(after)});
  };
  if (entry.kind == ledger::EntryKind::limit) {
    act.kind = "organization.set_overdraft_limit";
    act.target = entry.organization.to_string();
    act.changes.push_back({.field = "overdraft_limit",
                           .before = limit_before.to_string(),
                           .after = entry.amount.to_string()});
    return act;
  }
  act.target = GrantId{entry.organization, entry.subject}.to_string();
  if (entry.kind == ledger::EntryKind::void_) {
    act.kind = "grant.void";
    add("voided", entry.amount.to_string());
    return act;
  }
  CHECK(entry.kind == ledger::EntryKind::grant && entry.terms);
  const ledger::GrantTerms& terms = *entry.terms;
  act.kind = "grant.create";
  add("amount", entry.amount.to_string());
  add("category", std::string(ledger::to_string(terms.category)));
  add("priority", std::to_string(terms.priority));
  add("effective_at", terms.effective_at.to_string());
  if (terms.expires_at) add("expires_at", terms.expires_at->to_string());
  return act;
}

}  // namespace farthing::directory

// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/directory_inspection.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/digest.hpp"

namespace farthing::inspect {
namespace {

using verify::Check;
using Fields = verify::ActReplay::Fields;

constexpr std::size_t kTimeBytes = 6;  // of an id, milliseconds since 1970

Instant time_of(const Id128& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) ms = ms * 256 + id.bytes[i];
  return Instant::from_us(ms * 1000);
}

// Checks that something was made at the time that is in its id. The operator's id has no time.
Check check_creation(const Id128& id, Instant created_at) {
  const Instant time = time_of(id);
  const std::int64_t us = created_at.us() - time.us();
  const bool is_good = time == Instant() || (us >= 0 && us < 1000);
  return verify::expect(is_good, "created_at", "the time in its id, " + time.to_string(),
                        created_at.to_string());
}

Check check_creation(const directory::DirectoryRecord& record) {
  if (const auto* user = std::get_if<directory::User>(&record)) {
    return check_creation(user->id.value, user->created_at);
  }
  if (const auto* organization = std::get_if<directory::Organization>(&record)) {
    return check_creation(organization->id.value, organization->created_at);
  }
  if (const auto* key = std::get_if<directory::ApiKey>(&record)) {
    return check_creation(key->id.value, key->created_at);
  }
  return {};
}

// Checks that a record has nothing of a later version, which nothing here could be held against.
Check check_extension(const directory::DirectoryRecord& record) {
  std::string_view extension;
  if (const auto* user = std::get_if<directory::User>(&record)) extension = user->extension;
  if (const auto* organization = std::get_if<directory::Organization>(&record)) {
    extension = organization->extension;
  }
  if (const auto* key = std::get_if<directory::ApiKey>(&record)) extension = key->extension;
  return verify::expect_equal("its extension", "", verify::show_bytes(extension));
}

template <class T>
std::optional<std::string> told_text(const std::optional<T>& value) {
  return value ? std::optional(value->to_string()) : std::nullopt;
}

// Adds `text` behind what is there already.
void add(std::optional<std::string>& list, std::string_view separator, std::string_view text) {
  list = list ? *list + std::string(separator) : std::string();
  *list += text;
}

std::string told_text(directory::Scopes scopes) {
  constexpr std::array kNames = {"user", "service", "admin"};
  std::optional<std::string> text;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (((scopes.bits() >> i) & 1) != 0) add(text, " ", kNames[i]);
  }
  return text.value_or("");
}

std::optional<std::string> told_text(const ledger::SpendCaps& caps) {
  std::optional<std::string> text;
  const auto add_cap = [&text](std::string_view name, const std::optional<Credits>& cap) {
    if (cap) add(text, ", ", std::string(name) + " " + cap->to_string());
  };
  add_cap("day", caps.day);
  add_cap("month", caps.month);
  add_cap("total", caps.total);
  return text;
}

// Returns what acts have for the digests of a key's secrets (docs/reference/audit-log.md).
std::string secret_check_of(const directory::ApiKey& key) {
  std::string bytes(as_bytes(key.secret_digest));
  if (const auto& previous = key.previous_secret) {
    bytes += as_bytes(previous->digest);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes += static_cast<char>(previous->works_until.us() >> shift);
    }
  }
  return to_hex(as_bytes(sha256(bytes))).substr(0, 32);
}

std::string name_of_role(directory::Role role) {
  constexpr std::array kNames = {"none", "OWNER", "ACCOUNTANT", "MEMBER"};
  const auto number = static_cast<std::size_t>(role);
  return number < kNames.size() ? kNames[number] : "number " + std::to_string(number);
}

// The names that acts have for what a record is about, and the values of its fields as acts have
// them. Both are empty for what acts do not tell of.
struct Told {
  std::string name;
  Fields fields;
};

struct ToTold {
  Told operator()(const directory::User& user) const {
    return {user.id.to_string(),
            {{"email", user.email},
             {"name", user.name},
             {"profile_picture", user.profile_picture},
             {"default_organization", told_text(user.default_organization)},
             {"disabled_at", told_text(user.disabled_at)},
             {"erased_at", told_text(user.erased_at)}}};
  }
  Told operator()(const directory::Organization& organization) const {
    return {organization.id.to_string(),
            {{"name", organization.name}, {"disabled_at", told_text(organization.disabled_at)}}};
  }
  Told operator()(const directory::Membership& membership) const {
    return {verify::ActReplay::name_of_membership(membership.organization.to_string(),
                                                  membership.user.to_string()),
            {{"role", name_of_role(membership.role)}}};
  }
  Told operator()(const directory::ApiKey& key) const {
    std::optional<std::string> networks;
    for (const IpNetwork& network : key.allowed_networks) add(networks, " ", network.to_string());
    std::optional<std::string> rate;
    if (const auto& limit = key.rate_limit) {
      rate = std::to_string(limit->requests) + " in " + std::to_string(limit->per_s) + " s";
    }
    const auto& previous = key.previous_secret;
    return {key.id.to_string(),
            {{"user", key.user.to_string()},
             {"name", key.name.empty() ? std::nullopt : std::optional(key.name)},
             {"hint", key.hint},
             {"previous_hint", previous ? std::optional(previous->hint) : std::nullopt},
             {"secret_check", secret_check_of(key)},
             {"scopes", told_text(key.scopes)},
             {"expires_at", told_text(key.expires_at)},
             {"allowed_networks", networks},
             {"rate_limit", rate},
             {"spend_caps", told_text(key.spend_caps)},
             {"revoked_at", told_text(key.revoked_at)}}};
  }
  Told operator()(const auto& /*record*/) const { return {}; }
};

std::string show_told(const std::optional<std::string>& value) { return value.value_or("none"); }

Check compare_field(const std::string& field, const std::optional<std::string>& expected,
                    const std::optional<std::string>& found) {
  return verify::expect(expected == found, field, show_told(expected), show_told(found));
}

// Compares the stored values with those that acts tell of.
Check compare_fields(const verify::ActReplay::Thing& thing, const Fields& stored) {
  for (const auto& [field, value] : thing.fields) {
    const auto found = stored.find(field);
    if (found == stored.end()) return compare_field(field, value, "nothing by that name");
    if (auto wrong = compare_field(field, value, found->second)) return wrong;
  }
  for (const std::string& field : thing.erased) {
    const auto found = stored.find(field);
    const bool has_value = found != stored.end() && found->second;
    if (auto wrong =
            verify::expect(has_value, field, "a value that was erased from the log", "none")) {
      return wrong;
    }
  }
  for (const auto& [field, value] : stored) {
    if (!thing.knows(field) || thing.fields.contains(field)) continue;
    if (auto wrong = compare_field(field, std::nullopt, value)) return wrong;
  }
  return {};
}

}  // namespace

Making DirectoryInspection::making_of(OrganizationId organization) const {
  return replay_.has_made(organization.to_string()) ? Making::told : Making::untold;
}

namespace {

// Returns the ids of what a record is about: users, organizations and keys.
std::vector<Id128> subjects_of(const directory::DirectoryRecord& record) {
  if (const auto* user = std::get_if<directory::User>(&record)) return {user->id.value};
  if (const auto* organization = std::get_if<directory::Organization>(&record)) {
    return {organization->id.value};
  }
  if (const auto* key = std::get_if<directory::ApiKey>(&record)) return {key->id.value};
  if (const auto* membership = std::get_if<directory::Membership>(&record)) {
    return {membership->organization.value, membership->user.value};
  }
  return {};
}

}  // namespace

// What was made after the log began has an act. A membership is younger than user and organization.
Check DirectoryInspection::check_untold(const directory::DirectoryRecord& record) const {
  const auto is_younger = [this](const Id128& id) {
    return replay_.begins_at() && time_of(id) >= *replay_.begins_at();
  };
  bool is_told = false;
  if (const auto* user = std::get_if<directory::User>(&record)) {
    is_told = is_younger(user->id.value);
  } else if (const auto* organization = std::get_if<directory::Organization>(&record)) {
    is_told = is_younger(organization->id.value);
  } else if (const auto* key = std::get_if<directory::ApiKey>(&record)) {
    is_told = is_younger(key->id.value);
  } else if (const auto* membership = std::get_if<directory::Membership>(&record)) {
    is_told = replay_.has_made(membership->organization.to_string()) ||
              replay_.has_made(membership->user.to_string());
  }
  is_told = is_told || replay_.begins_with_operator();
  return verify::expect(!is_told, "its making", "an act that tells of it", "none");
}

std::optional<StoreDeviation> DirectoryInspection::compare(const std::string& name,
                                                           const Fields& stored) {
  const verify::ActReplay::Thing& thing = replay_.things().at(name);
  seen_.insert(name);
  if (!thing.is_there) {
    return deviation_of_directory(name,
                                  {.what = "it", .expected = "none any more", .found = "one"});
  }
  const auto wrong = compare_fields(thing, stored);
  return wrong ? std::optional(deviation_of_directory(name, *wrong)) : std::nullopt;
}

std::optional<StoreDeviation> DirectoryInspection::check_receipt(
    const directory::DirectoryReceipt& receipt) const {
  const std::string name = "a receipt of " + receipt.actor.to_string();
  const auto deviation = [&name](const Check& wrong) {
    return wrong ? std::optional(deviation_of_directory(name, *wrong)) : std::nullopt;
  };
  if (!receipt.record) {
    return deviation(verify::expect(replay_.has_erased_anybody(), "its answer", "one",
                                    "that of an erased person, and nobody was erased"));
  }
  const auto check_record = [&](const directory::DirectoryRecord& record) -> Check {
    for (const Id128& id : subjects_of(record)) {
      if (!present_.contains(id)) {
        return verify::Finding{.what = "its answer",
                               .expected = "about what is in the directory",
                               .found = "about something else"};
      }
    }
    if (auto wrong = check_creation(record)) return wrong;
    if (auto wrong = check_extension(record)) return wrong;
    const Told told = std::visit(ToTold(), record);
    const auto thing = replay_.things().find(told.name);
    if (thing == replay_.things().end()) return check_untold(record);
    for (const auto& [field, value] : told.fields) {
      auto wrong = verify::expect(thing->second.may_have_had(field, value), field,
                                  "a value that it has had", show_told(value));
      if (wrong) return wrong;
    }
    return {};
  };
  const auto* member = std::get_if<directory::Member>(&*receipt.record);
  if (member == nullptr) {
    return deviation(std::visit(
        [&](const auto& record) -> Check {
          if constexpr (std::is_constructible_v<directory::DirectoryRecord, decltype(record)>) {
            return check_record(record);
          }
          return {};
        },
        *receipt.record));
  }
  if (auto wrong = check_record(member->membership)) return deviation(wrong);
  const auto user = replay_.things().find(member->membership.user.to_string());
  if (user == replay_.things().end()) return {};
  return deviation(verify::expect(user->second.may_have_had("email", member->email), "email",
                                  "one that the user has had", show_told(member->email)));
}

std::optional<StoreDeviation> DirectoryInspection::take(const directory::DirectoryRecord& record) {
  if (const auto* receipt = std::get_if<directory::DirectoryReceipt>(&record)) {
    return check_receipt(*receipt);
  }
  if (const auto* organization = std::get_if<directory::Organization>(&record)) {
    organizations_.emplace(organization->id, organization->disabled_at);
  }
  const Told told = std::visit(ToTold(), record);
  if (told.name.empty()) return {};
  for (const Id128& id : subjects_of(record)) present_.insert(id);
  auto impossible = check_creation(record);
  if (!impossible) impossible = check_extension(record);
  if (impossible) return deviation_of_directory(told.name, *impossible);
  if (replay_.things().contains(told.name)) return compare(told.name, told.fields);
  const auto wrong = check_untold(record);
  return wrong ? std::optional(deviation_of_directory(told.name, *wrong)) : std::nullopt;
}

std::optional<StoreDeviation> DirectoryInspection::finish() const {
  for (const auto& [name, thing] : replay_.things()) {
    if (!thing.is_there || seen_.contains(name)) continue;
    return deviation_of_directory(name, {.what = "it", .expected = "one", .found = "none"});
  }
  return {};
}

}  // namespace farthing::inspect

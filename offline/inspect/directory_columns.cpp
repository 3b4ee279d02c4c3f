// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/directory_columns.hpp"

#include <cstddef>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

#include "base/digest.hpp"

namespace farthing::inspect {
namespace {

using Columns = std::map<std::string_view, std::optional<std::string>>;

constexpr std::uint8_t kAdminBit = 4;

// Returns the id as PostgreSQL writes it: hex digits with four dashes.
std::string uuid_of(const Id128& id) {
  std::string text = to_hex(id.as_bytes());
  for (const std::size_t place : {20U, 16U, 12U, 8U}) text.insert(place, "-");
  return text;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string column_text(bool is_so) { return is_so ? "true" : "false"; }

struct ToColumns {
  Columns operator()(const directory::User& user) const {
    return {{"id", uuid_of(user.id.value)},
            {"email", user.email ? std::optional(to_hex(lower(*user.email))) : std::nullopt},
            {"is_disabled", column_text(user.disabled_at.has_value())}};
  }
  Columns operator()(const directory::Organization& organization) const {
    return {{"id", uuid_of(organization.id.value)}};
  }
  Columns operator()(const directory::Membership& membership) const {
    return {{"organization_id", uuid_of(membership.organization.value)},
            {"user_id", uuid_of(membership.user.value)},
            {"role", std::to_string(static_cast<int>(membership.role))}};
  }
  Columns operator()(const directory::ApiKey& key) const {
    std::optional<std::string> previous;
    if (key.previous_secret) previous = to_hex(as_bytes(key.previous_secret->digest));
    std::optional<std::string> live_until;
    if (!key.revoked_at) {
      live_until = std::to_string(key.expires_at.value_or(Instant::max()).us());
    }
    Columns columns = {{"id", uuid_of(key.id.value)},
                       {"user_id", uuid_of(key.user.value)},
                       {"secret_digest", to_hex(as_bytes(key.secret_digest))},
                       {"previous_digest", previous},
                       {"live_until", live_until}};
    const bool is_admin = (key.scopes.bits() & kAdminBit) != 0;
    // Keys of admins with spend caps count as theirs where a migration has filled the column.
    if (!is_admin || key.spend_caps.is_empty()) columns["is_admin"] = column_text(is_admin);
    return columns;
  }
  Columns operator()(const directory::DirectoryReceipt& receipt) const {
    return {{"actor_id", uuid_of(receipt.actor.value)},
            {"idempotency_key", to_hex(receipt.idempotency_key)}};
  }
  Columns operator()(const auto& /*record*/) const { return {}; }
};

struct ToName {
  std::string operator()(const directory::Membership& membership) const {
    return "member " + membership.user.to_string() + " of " + membership.organization.to_string();
  }
  std::string operator()(const directory::MembershipEnd& membership) const {
    return "member " + membership.user.to_string() + " of " + membership.organization.to_string();
  }
  std::string operator()(const directory::KeyUse& use) const {
    return "the use of " + use.key.to_string();
  }
  std::string operator()(const directory::DirectoryReceipt& receipt) const {
    return "the receipt of " + receipt.actor.to_string();
  }
  std::string operator()(const auto& record) const { return record.id.to_string(); }
};

}  // namespace

verify::Check check_directory_columns(const store::postgres::DirectoryRow& row) {
  const Columns expected = std::visit(ToColumns(), row.record);
  for (const auto& [name, value] : row.columns) {
    const auto wanted = expected.find(name);
    if (wanted == expected.end()) continue;
    const auto show = [](const auto& each) { return each ? std::string(*each) : "null"; };
    if (auto wrong = verify::expect_equal("the column " + std::string(name), show(wanted->second),
                                          show(value))) {
      return wrong;
    }
  }
  return {};
}

std::string name_of_row(const directory::DirectoryRecord& record) {
  return std::visit(ToName(), record);
}

}  // namespace farthing::inspect

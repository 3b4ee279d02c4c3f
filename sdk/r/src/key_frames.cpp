// SPDX-License-Identifier: Apache-2.0
// Turns API keys, and what a server says of them, into columns.
#include <optional>
#include <string>

#include "ledger_frames.hpp"

namespace farthing::r {
namespace {

std::optional<std::string> secret_text(const sdk::ApiKey& key) {
  if (!key.secret) return {};
  return key.secret->reveal();
}

}  // namespace

cpp11::sexp r_columns(const std::vector<sdk::ApiKey>& keys) {
  Columns columns(keys);
  columns.fields();
  // Only the answer that makes a key has its secret, and it is about that key alone.
  if (keys.size() == 1 && keys.front().secret) columns.text("secret", secret_text);
  return columns.finish();
}

cpp11::sexp r_columns(const std::vector<sdk::KeyVerdict>& verdicts) {
  // Each reads a text of a verified key, or of the refusal.
  const auto of_key = [](auto member) {
    return [member](const sdk::KeyVerdict& verdict) -> std::optional<std::string> {
      if (!verdict.verified) return {};
      return (*verdict.verified).*member;
    };
  };
  const auto of_error = [](auto member) {
    return [member](const sdk::KeyVerdict& verdict) -> std::optional<std::string> {
      if (!verdict.refusal) return {};
      return verdict.refusal->error.*member;
    };
  };
  const auto of_balance = [](auto member) {
    return [member](const sdk::KeyVerdict& verdict) -> std::optional<Credits> {
      if (!verdict.verified) return {};
      return verdict.verified->balance.*member;
    };
  };
  const auto left_of = [](auto cap) {
    return [cap](const sdk::KeyVerdict& verdict) -> std::optional<Credits> {
      if (!verdict.verified || !verdict.verified->spend_caps) return {};
      const auto& status = (*verdict.verified->spend_caps).*cap;
      if (!status) return {};
      return status->left;
    };
  };
  using Key = sdk::VerifiedKey;
  using Caps = sdk::SpendCapStatuses;
  return Columns(verdicts)
      .flag("valid", [](const auto& verdict) { return verdict.is_valid(); })
      .optional_number("status",
                       [](const auto& verdict) -> std::optional<std::int64_t> {
                         if (!verdict.refusal) return {};
                         return verdict.refusal->status;
                       })
      .text("error", of_error(&sdk::Error::name))
      .text("message", of_error(&sdk::Error::message))
      .text("api_key", of_key(&Key::id))
      .text("name", of_key(&Key::name))
      .text("scopes",
            [](const auto& verdict) -> std::optional<std::string> {
              if (!verdict.verified) return {};
              return joined(verdict.verified->scopes);
            })
      .text("expires_at", of_key(&Key::expires_at))
      .text("user", of_key(&Key::user))
      .text("email", of_key(&Key::email))
      .text("organization", of_key(&Key::organization))
      .text("organization_name", of_key(&Key::organization_name))
      .text("role", of_key(&Key::role))
      .optional_amount("available", of_balance(&sdk::LedgerBalance::available))
      .optional_amount("held", of_balance(&sdk::LedgerBalance::held))
      .optional_amount("left_day", left_of(&Caps::day))
      .optional_amount("left_month", left_of(&Caps::month))
      .optional_amount("left_total", left_of(&Caps::total))
      .finish();
}

}  // namespace farthing::r

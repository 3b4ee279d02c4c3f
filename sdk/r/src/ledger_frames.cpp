// SPDX-License-Identifier: Apache-2.0
#include "ledger_frames.hpp"

#include <optional>
#include <string>

#include "columns.hpp"

namespace farthing::r {
namespace {

std::optional<std::string> key_id(const sdk::LedgerEntry& entry) {
  if (!entry.key) return {};
  return entry.key->id;
}

std::optional<std::string> caller_key_id(const sdk::LedgerEntry& entry) {
  if (!entry.key) return {};
  return entry.key->caller;
}

cpp11::sexp r_shares(const std::vector<sdk::GrantShare>& shares) {
  return Columns(shares)
      .text("grant", [](const auto& share) { return std::optional(share.grant); })
      .amount("amount", [](const auto& share) { return share.amount; })
      .finish();
}

cpp11::sexp r_grant_balances(const std::vector<sdk::GrantBalance>& grants) {
  return Columns(grants)
      .text("grant", [](const auto& grant) { return std::optional(grant.grant); })
      .amount("remaining", [](const auto& grant) { return grant.remaining; })
      .amount("held", [](const auto& grant) { return grant.held; })
      .text("expires_at", [](const auto& grant) { return grant.expires_at; })
      .number("priority", [](const auto& grant) { return grant.priority; })
      .text("category", [](const auto& grant) { return std::optional(grant.category); })
      .finish();
}

// Adds what a movement leaves: `available` and `held`.
template <class T>
Columns<T>& add_balance(Columns<T>& columns) {
  return columns.amount("available", [](const auto& model) { return model.balance.available; })
      .amount("held", [](const auto& model) { return model.balance.held; });
}

template <class T>
Columns<T>& add_charge(Columns<T>& columns) {
  columns.text("id", [](const auto& charge) { return std::optional(charge.id); })
      .text("organization", [](const auto& charge) { return std::optional(charge.organization); })
      .text("api_key", [](const auto& charge) { return charge.api_key; })
      .text("hold", [](const auto& charge) { return charge.hold; })
      .amount("amount", [](const auto& charge) { return charge.amount; })
      .amount("refunded", [](const auto& charge) { return charge.refunded; })
      .text("operation", [](const auto& charge) { return charge.operation; })
      .text("engine", [](const auto& charge) { return charge.engine; })
      .text("metadata", [](const auto& charge) { return charge.metadata; });
  return add_balance(columns)
      .text("created_at", [](const auto& charge) { return std::optional(charge.created_at); })
      .list("grants", [](const auto& charge) { return r_shares(charge.grants); });
}

cpp11::sexp r_refunds(const std::vector<sdk::RefundStep>& refunds) {
  return Columns(refunds)
      .text("id", [](const auto& refund) { return std::optional(refund.id); })
      .amount("amount", [](const auto& refund) { return refund.amount; })
      .amount("ended", [](const auto& refund) { return refund.ended; })
      .text("created_at", [](const auto& refund) { return std::optional(refund.created_at); })
      .finish();
}

cpp11::sexp r_captures(const std::vector<sdk::HoldCapture>& captures) {
  return Columns(captures)
      .text("charge", [](const auto& capture) { return std::optional(capture.charge); })
      .amount("amount", [](const auto& capture) { return capture.amount; })
      .text("at", [](const auto& capture) { return std::optional(capture.at); })
      .finish();
}

template <class T>
Columns<T>& add_hold(Columns<T>& columns) {
  return columns.text("id", [](const auto& hold) { return std::optional(hold.id); })
      .text("organization", [](const auto& hold) { return std::optional(hold.organization); })
      .text("api_key", [](const auto& hold) { return hold.api_key; })
      .amount("amount", [](const auto& hold) { return hold.amount; })
      .amount("captured", [](const auto& hold) { return hold.captured; })
      .amount("released", [](const auto& hold) { return hold.released; })
      .text("state", [](const auto& hold) { return std::optional(hold.state); })
      .text("over_capture", [](const auto& hold) { return std::optional(hold.over_capture); })
      .text("expires_at", [](const auto& hold) { return std::optional(hold.expires_at); });
}

}  // namespace

cpp11::sexp r_columns(const std::vector<sdk::User>& users) {
  return Columns(users)
      .text("id", [](const auto& user) { return std::optional(user.id); })
      .text("email", [](const auto& user) { return std::optional(user.email); })
      .text("name", [](const auto& user) { return user.name; })
      .text("profile_picture", [](const auto& user) { return user.profile_picture; })
      .text("default_organization", [](const auto& user) { return user.default_organization; })
      .text("created_at", [](const auto& user) { return std::optional(user.created_at); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Organization>& organizations) {
  return Columns(organizations)
      .text("id", [](const auto& one) { return std::optional(one.id); })
      .text("name", [](const auto& one) { return std::optional(one.name); })
      .optional_amount("overdraft_limit", [](const auto& one) { return one.overdraft_limit; })
      .text("created_at", [](const auto& one) { return std::optional(one.created_at); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::OrganizationBalance>& balances) {
  return Columns(balances)
      .amount("available", [](const auto& balance) { return balance.available; })
      .amount("held", [](const auto& balance) { return balance.held; })
      .amount("expiring", [](const auto& balance) { return balance.expiring; })
      .amount("burn_per_day", [](const auto& balance) { return balance.burn_per_day; })
      .optional_number("runway_s", [](const auto& balance) { return balance.runway_s; })
      .text("as_of", [](const auto& balance) { return std::optional(balance.as_of); })
      .list("grants", [](const auto& balance) { return r_grant_balances(balance.grants); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Membership>& memberships) {
  return Columns(memberships)
      .text("organization", [](const auto& one) { return std::optional(one.organization); })
      .text("user", [](const auto& one) { return std::optional(one.user); })
      .text("role", [](const auto& one) { return std::optional(one.role); })
      .flag("is_default", [](const auto& one) { return one.is_default; })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Member>& members) {
  return Columns(members)
      .text("user", [](const auto& member) { return std::optional(member.user); })
      .text("email", [](const auto& member) { return std::optional(member.email); })
      .text("role", [](const auto& member) { return std::optional(member.role); })
      .flag("is_default", [](const auto& member) { return member.is_default; })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Grant>& grants) {
  return Columns(grants)
      .text("id", [](const auto& grant) { return std::optional(grant.id); })
      .text("organization", [](const auto& grant) { return std::optional(grant.organization); })
      .amount("amount", [](const auto& grant) { return grant.amount; })
      .amount("remaining", [](const auto& grant) { return grant.remaining; })
      .text("category", [](const auto& grant) { return std::optional(grant.category); })
      .number("priority", [](const auto& grant) { return grant.priority; })
      .text("effective_at", [](const auto& grant) { return std::optional(grant.effective_at); })
      .text("expires_at", [](const auto& grant) { return grant.expires_at; })
      .text("metadata", [](const auto& grant) { return grant.metadata; })
      .text("created_at", [](const auto& grant) { return std::optional(grant.created_at); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::VoidedGrant>& grants) {
  Columns columns(grants);
  columns.text("id", [](const auto& grant) { return std::optional(grant.id); })
      .text("organization", [](const auto& grant) { return std::optional(grant.organization); })
      .amount("voided", [](const auto& grant) { return grant.voided; });
  return add_balance(columns)
      .text("voided_at", [](const auto& grant) { return std::optional(grant.voided_at); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Charge>& charges) {
  Columns columns(charges);
  return add_charge(columns).finish();
}

cpp11::sexp r_columns(const std::vector<sdk::ChargeStory>& charges) {
  Columns columns(charges);
  return add_charge(columns)
      .list("refunds", [](const auto& charge) { return r_refunds(charge.refunds); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Refund>& refunds) {
  Columns columns(refunds);
  columns.text("id", [](const auto& refund) { return std::optional(refund.id); })
      .text("organization", [](const auto& refund) { return std::optional(refund.organization); })
      .text("charge", [](const auto& refund) { return std::optional(refund.charge); })
      .amount("amount", [](const auto& refund) { return refund.amount; })
      .amount("ended", [](const auto& refund) { return refund.ended; });
  return add_balance(columns)
      .text("created_at", [](const auto& refund) { return std::optional(refund.created_at); })
      .list("grants", [](const auto& refund) { return r_shares(refund.grants); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::HoldStory>& holds) {
  Columns columns(holds);
  return add_balance(add_hold(columns))
      .text("operation", [](const auto& hold) { return hold.operation; })
      .text("engine", [](const auto& hold) { return hold.engine; })
      .text("metadata", [](const auto& hold) { return hold.metadata; })
      .text("created_at", [](const auto& hold) { return std::optional(hold.created_at); })
      .list("grants", [](const auto& hold) { return r_shares(hold.grants); })
      .list("captures", [](const auto& hold) { return r_captures(hold.captures); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::ChangedHold>& holds) {
  Columns columns(holds);
  return add_balance(add_hold(columns)).finish();
}

cpp11::sexp r_columns(const std::vector<sdk::CapturedHold>& holds) {
  Columns columns(holds);
  return add_balance(add_hold(columns))
      .text("charge", [](const auto& hold) { return std::optional(hold.charge.id); })
      .amount("charged", [](const auto& hold) { return hold.charge.amount; })
      .list("grants", [](const auto& hold) { return r_shares(hold.charge.grants); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::LedgerEntry>& entries) {
  return Columns(entries)
      .number("seq", [](const auto& entry) { return entry.seq; })
      .text("kind", [](const auto& entry) { return std::optional(entry.kind); })
      .amount("amount", [](const auto& entry) { return entry.amount; })
      .amount("available", [](const auto& entry) { return entry.available; })
      .amount("held", [](const auto& entry) { return entry.held; })
      .text("at", [](const auto& entry) { return std::optional(entry.at); })
      .text("ref", [](const auto& entry) { return std::optional(entry.ref); })
      .text("key", key_id)
      .text("caller_key", caller_key_id)
      .text("operation", [](const auto& entry) { return entry.operation; })
      .text("engine", [](const auto& entry) { return entry.engine; })
      .text("metadata", [](const auto& entry) { return entry.metadata; })
      .list("grants", [](const auto& entry) { return r_shares(entry.grants); })
      .text("hash", [](const auto& entry) { return std::optional(entry.hash); })
      .finish();
}

}  // namespace farthing::r

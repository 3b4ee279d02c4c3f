// SPDX-License-Identifier: Apache-2.0
#include "verify/ledger_verifier.hpp"

#include <string>

#include "verify/entry_form.hpp"

namespace farthing::verify {
namespace {

Spool& emptied(Spool& spool) {
  spool.clear();
  return spool;
}

// Returns whether the entry happens by itself, without a request.
bool falls_due(const Entry& entry) {
  return entry.kind == Kind::activate || entry.kind == Kind::expire ||
         (entry.kind == Kind::release && entry.idempotency_key.empty());
}

std::string describe(const Movements::NextDue& due) {
  std::string text(name_of(due.kind));
  text += " at " + due.at.to_string() + " of ";
  due.id.append_to(text);
  return text;
}

bool has_origin(const Entry& entry) {
  return !entry.idempotency_key.empty() || entry.fingerprint != decltype(entry.fingerprint){} ||
         !entry.operation.empty() || !entry.model.empty() || !entry.erasable_digest.empty() ||
         !entry.tags.empty() || entry.price_paid.has_value();
}

}  // namespace

LedgerVerifier::LedgerVerifier(OrganizationId organization, Spool& spool)
    : chain_(organization), movements_(emptied(spool)) {}

Check LedgerVerifier::next(const SealedEntry& sealed) {
  const Entry& entry = sealed.entry;
  place_ = chain_.seq() + 1;
  if (auto wrong = chain_.next(sealed)) return wrong;
  if (auto wrong = check_form(entry)) return wrong;
  if (auto wrong = outcome_.is_open ? check_follower(entry) : check_first(entry)) return wrong;
  if (auto wrong = movements_.move(entry, cause_of(entry))) return wrong;
  if (auto wrong = check_balance(entry)) return wrong;
  outcome_ = {.is_open = entry.is_continued,
              .last_kind = entry.kind,
              .last_parent = entry.parent,
              .at = entry.at,
              .api_key = entry.api_key,
              .caller_key = entry.caller_key};
  return {};
}

// Checks the first entry of an outcome: what falls due is booked in its order, and before any
// request of the same instant.
Check LedgerVerifier::check_first(const Entry& entry) const {
  if (entry.kind == Kind::repay) {
    return Finding{.what = "the outcome", .expected = "one to repay in", .found = "none"};
  }
  const bool is_due = falls_due(entry);
  if (is_due && (has_origin(entry) || entry.api_key || entry.caller_key)) {
    return Finding{.what = "who asked for it", .expected = "nobody", .found = "somebody"};
  }
  if (!is_due && entry.idempotency_key.empty()) {
    return Finding{.what = "its idempotency key", .expected = "one", .found = "none"};
  }
  return check_due(entry, is_due);
}

Check LedgerVerifier::check_due(const Entry& entry, bool is_due) const {
  const auto due = movements_.next_due();
  if (!is_due) {
    if (!due || due->at > entry.at) return {};
    return Finding{.what = "the entry",
                   .expected = describe(*due),
                   .found = std::string(name_of(entry.kind)) + " at " + entry.at.to_string()};
  }
  const Movements::NextDue found{.at = entry.at, .kind = entry.kind, .id = entry.subject};
  const bool is_next = due && due->at == found.at && due->kind == found.kind && due->id == found.id;
  return expect(is_next, "the entry", due ? describe(*due) : "nothing that falls due",
                describe(found));
}

// Checks a later entry of an outcome. Only two kinds follow: the release of a hold's rest after its
// capture, and what a lot that became spendable repays.
Check LedgerVerifier::check_follower(const Entry& entry) const {
  const bool is_rest = entry.kind == Kind::release && outcome_.last_kind == Kind::capture &&
                       outcome_.last_parent == entry.subject;
  if (entry.kind != Kind::repay && !is_rest) {
    return Finding{.what = "the entry",
                   .expected = "one that continues the outcome",
                   .found = std::string(name_of(entry.kind))};
  }
  if (auto wrong = expect_equal("the time", outcome_.at.to_string(), entry.at.to_string())) {
    return wrong;
  }
  const bool is_theirs = entry.api_key == outcome_.api_key &&
                         entry.caller_key == outcome_.caller_key && !has_origin(entry);
  return expect(is_theirs, "who asked for it", "those of the entry before, and no more",
                "something else");
}

ReleaseCause LedgerVerifier::cause_of(const Entry& entry) const {
  if (outcome_.is_open) return ReleaseCause::capture;
  return falls_due(entry) ? ReleaseCause::time : ReleaseCause::request;
}

Check LedgerVerifier::check_balance(const Entry& entry) const {
  if (auto wrong = expect_equal("available", movements_.available(), nano(entry.available)))
    return wrong;
  if (auto wrong = expect_equal("held", movements_.held(), nano(entry.held))) return wrong;
  if (entry.is_continued) return {};
  const bool repays = movements_.owed() > 0 && movements_.spendable() > 0;
  return expect(!repays, "the outcome", "to go on until what is owed is repaid", "at its end");
}

Check LedgerVerifier::finish() const {
  return expect(!outcome_.is_open, "the outcome", "to go on with another entry", "no more entries");
}

}  // namespace farthing::verify

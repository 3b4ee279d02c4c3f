// SPDX-License-Identifier: Apache-2.0
// The models of the ledger: grants, charges, holds, refunds and balances; its entries are in
// entry_models.hpp. Instants, ids, `from_json` and `to_json` are as in models.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/fields.hpp>

namespace farthing::sdk {

// A name that the operator of the server has declared, and what a movement is counted under by it.
struct Tag {
  std::string name{};
  std::string value{};
};

// What was paid.
struct Price {
  Credits amount{};        // of the currency's unit, 0 or more
  std::string currency{};  // three capital letters, as in ISO 4217

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("amount", &Price::amount);
    visit("currency", &Price::currency);
  }
};

// Visit the fields of a model `T` that tell what the request said besides what it moves.
template <class T, class Visit>
void visit_remarks(Visit&& visit) {
  visit("tags", &T::tags);
  visit("reason", &T::reason);
  visit("metadata", &T::metadata, FieldForm::object);
}
template <class T, class Visit>
void visit_payment(Visit&& visit) {
  visit("price_paid", &T::price_paid);
  visit("payment_reference", &T::payment_reference);
}

// A lot of credits given to an organization.
struct FARTHING_API Grant {
  std::string id{};
  std::string organization{};
  Credits amount{};
  Credits remaining{};
  std::string category{};  // `paid` or `promotional`
  std::int64_t priority = 0;
  std::string effective_at{};
  std::optional<std::string> expires_at{};
  std::optional<Price> price_paid{};
  std::optional<std::string> payment_reference{};
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // why it was given, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::string created_at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &Grant::id);
    visit("organization", &Grant::organization);
    visit("amount", &Grant::amount);
    visit("remaining", &Grant::remaining);
    visit("category", &Grant::category);
    visit("priority", &Grant::priority);
    visit("effective_at", &Grant::effective_at);
    visit("expires_at", &Grant::expires_at);
    visit_payment<Grant>(visit);
    visit_remarks<Grant>(visit);
    visit("created_at", &Grant::created_at);
  }

  static Result<Grant> from_json(std::string_view json);
  std::string to_json() const;
};

// One grant's share: what it paid or, in a refund or an entry of another kind, set aside or got
// back.
struct GrantShare {
  std::string grant{};
  Credits amount{};
  bool has_ended = false;  // of an entry: it went back to a grant that had ended, and so ended too

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("grant", &GrantShare::grant);
    visit("amount", &GrantShare::amount);
    visit("ended", &GrantShare::has_ended, FieldForm::flag);
  }
};

struct LedgerBalance {
  Credits available{};  // spendable now
  Credits held{};       // set aside for jobs that are not done

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("available", &LedgerBalance::available);
    visit("held", &LedgerBalance::held);
  }
};

// The part of a grant that was taken back.
struct FARTHING_API VoidedGrant {
  std::string id{};
  std::string organization{};
  Credits voided{};                       // what was neither spent nor held
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  LedgerBalance balance{};                // after it
  std::string voided_at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &VoidedGrant::id);
    visit("organization", &VoidedGrant::organization);
    visit("voided", &VoidedGrant::voided);
    visit_remarks<VoidedGrant>(visit);
    visit("balance", &VoidedGrant::balance);
    visit("voided_at", &VoidedGrant::voided_at);
  }

  static Result<VoidedGrant> from_json(std::string_view json);
  std::string to_json() const;
};

// The credits that one grant has left.
struct GrantBalance {
  std::string grant{};
  Credits remaining{};  // neither spent nor held
  Credits held{};
  std::optional<std::string> expires_at{};
  std::int64_t priority = 0;
  std::string category{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("grant", &GrantBalance::grant);
    visit("remaining", &GrantBalance::remaining);
    visit("held", &GrantBalance::held);
    visit("expires_at", &GrantBalance::expires_at);
    visit("priority", &GrantBalance::priority);
    visit("category", &GrantBalance::category);
  }
};

// The balance of an organization at an instant.
struct FARTHING_API OrganizationBalance {
  Credits available{};  // spendable then; below zero by what is owed
  Credits held{};       // set aside for jobs that were not done
  // First the grants that can be spent from, in burn order, then those of which something is only
  // held.
  std::vector<GrantBalance> grants{};
  Credits expiring{};      // what can be spent of grants that end within 30 days
  Credits burn_per_day{};  // spent a day, on the average of the last 7 days
  // How long `available` lasts at that rate; empty when nothing was spent.
  std::optional<std::int64_t> runway_s{};
  std::string as_of{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("available", &OrganizationBalance::available);
    visit("held", &OrganizationBalance::held);
    visit("grants", &OrganizationBalance::grants);
    visit("expiring", &OrganizationBalance::expiring);
    visit("burn_per_day", &OrganizationBalance::burn_per_day);
    visit("runway_s", &OrganizationBalance::runway_s);
    visit("as_of", &OrganizationBalance::as_of);
  }

  static Result<OrganizationBalance> from_json(std::string_view json);
  std::string to_json() const;
};

// Credits spent at once.
struct FARTHING_API Charge {
  std::string id{};
  std::string organization{};
  std::optional<std::string> api_key{};  // the id of the caller's, if one was presented
  std::optional<std::string> hold{};     // what it was captured from, if it was
  Credits amount{};
  Credits refunded{};  // by all refunds so far
  std::optional<std::string> operation{};
  std::optional<std::string> model{};
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::vector<GrantShare> grants{};       // in burn order
  LedgerBalance balance{};                // after it
  std::string created_at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &Charge::id);
    visit("organization", &Charge::organization);
    visit("api_key", &Charge::api_key);
    visit("hold", &Charge::hold);
    visit("amount", &Charge::amount);
    visit("refunded", &Charge::refunded);
    visit("operation", &Charge::operation);
    visit("model", &Charge::model);
    visit_remarks<Charge>(visit);
    visit("grants", &Charge::grants);
    visit("balance", &Charge::balance);
    visit("created_at", &Charge::created_at);
  }

  static Result<Charge> from_json(std::string_view json);
  std::string to_json() const;
};

// Credits of a charge or a capture given back.
struct FARTHING_API Refund {
  std::string id{};
  std::string organization{};
  std::string charge{};
  Credits amount{};
  Credits ended{};  // how much of it ended at once, with grants that had expired or were voided
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::vector<GrantShare> grants{};       // what each got back, what ended included
  LedgerBalance balance{};                // after it
  std::string created_at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &Refund::id);
    visit("organization", &Refund::organization);
    visit("charge", &Refund::charge);
    visit("amount", &Refund::amount);
    visit("ended", &Refund::ended);
    visit_remarks<Refund>(visit);
    visit("grants", &Refund::grants);
    visit("balance", &Refund::balance);
    visit("created_at", &Refund::created_at);
  }

  static Result<Refund> from_json(std::string_view json);
  std::string to_json() const;
};

// Credits set aside for a job that is not done.
struct FARTHING_API Hold {
  std::string id{};
  std::string organization{};
  std::optional<std::string> api_key{};  // the id of the caller's, if one was presented
  Credits amount{};
  Credits captured{};   // by all captures together; may be more than `amount`
  Credits released{};   // what nobody captured, once the hold has ended
  std::string state{};  // `open`, `captured`, `released` or `expired`
  // The effect of a capture of more than is left: `reject`, `up_to_available` or `overdraft`.
  std::string over_capture{};
  std::string expires_at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &Hold::id);
    visit("organization", &Hold::organization);
    visit("api_key", &Hold::api_key);
    visit("amount", &Hold::amount);
    visit("captured", &Hold::captured);
    visit("released", &Hold::released);
    visit("state", &Hold::state);
    visit("over_capture", &Hold::over_capture);
    visit("expires_at", &Hold::expires_at);
  }

  static Result<Hold> from_json(std::string_view json);
  std::string to_json() const;
};

// A hold as it was placed, extended or released.
struct FARTHING_API ChangedHold : Hold {
  LedgerBalance balance{};  // after it

  template <class Visit>
  static void fields(Visit&& visit) {
    Hold::fields(visit);
    visit("balance", &ChangedHold::balance);
  }

  static Result<ChangedHold> from_json(std::string_view json);
  std::string to_json() const;
};

// A hold of which something was captured.
struct FARTHING_API CapturedHold : ChangedHold {
  Charge charge{};  // what the capture took; its balance is that before the rest was released

  template <class Visit>
  static void fields(Visit&& visit) {
    ChangedHold::fields(visit);
    visit("charge", &CapturedHold::charge);
  }

  static Result<CapturedHold> from_json(std::string_view json);
  std::string to_json() const;
};

}  // namespace farthing::sdk

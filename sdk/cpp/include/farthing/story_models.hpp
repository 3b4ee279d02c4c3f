// SPDX-License-Identifier: Apache-2.0
// Charges and holds with all that became of them. Instants, ids, `from_json` and `to_json` are as
// in models.hpp. A story holds the first 1 000 changes; `has_more` says that there were others.
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
#include <farthing/ledger_models.hpp>

namespace farthing::sdk {

// A refund within the story of its charge.
struct RefundStep {
  std::string id{};
  Credits amount{};
  Credits ended{};                        // how much of it ended at once
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::vector<GrantShare> grants{};       // what each got back, in that order
  std::string created_at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &RefundStep::id);
    visit("amount", &RefundStep::amount);
    visit("ended", &RefundStep::ended);
    visit_remarks<RefundStep>(visit);
    visit("grants", &RefundStep::grants);
    visit("created_at", &RefundStep::created_at);
  }
};

struct FARTHING_API ChargeStory : Charge {
  std::vector<RefundStep> refunds{};
  bool has_more = false;

  template <class Visit>
  static void fields(Visit&& visit) {
    Charge::fields(visit);
    visit("refunds", &ChargeStory::refunds);
    visit("has_more", &ChargeStory::has_more, FieldForm::flag);
  }

  static Result<ChargeStory> from_json(std::string_view json);
  std::string to_json() const;
};

struct HoldExtension {
  std::string expires_at{};               // from then on
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::string at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("expires_at", &HoldExtension::expires_at);
    visit_remarks<HoldExtension>(visit);
    visit("at", &HoldExtension::at);
  }
};

struct HoldCapture {
  std::string charge{};  // the id of what it made
  Credits amount{};
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::string at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("charge", &HoldCapture::charge);
    visit("amount", &HoldCapture::amount);
    visit_remarks<HoldCapture>(visit);
    visit("at", &HoldCapture::at);
  }
};

struct HoldRelease {
  Credits amount{};
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::string at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("amount", &HoldRelease::amount);
    visit_remarks<HoldRelease>(visit);
    visit("at", &HoldRelease::at);
  }
};

struct FARTHING_API HoldStory : Hold {
  std::optional<std::string> operation{};
  std::optional<std::string> model{};
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::vector<GrantShare> grants{};       // what was set aside of each
  std::vector<HoldExtension> extensions{};
  std::vector<HoldCapture> captures{};
  std::vector<HoldRelease> releases{};  // what went back when it ended, if something did
  bool has_more = false;
  LedgerBalance balance{};  // of the organization, now
  std::string created_at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    Hold::fields(visit);
    visit("operation", &HoldStory::operation);
    visit("model", &HoldStory::model);
    visit_remarks<HoldStory>(visit);
    visit("grants", &HoldStory::grants);
    visit("extensions", &HoldStory::extensions);
    visit("captures", &HoldStory::captures);
    visit("releases", &HoldStory::releases);
    visit("has_more", &HoldStory::has_more, FieldForm::flag);
    visit("balance", &HoldStory::balance);
    visit("created_at", &HoldStory::created_at);
  }

  static Result<HoldStory> from_json(std::string_view json);
  std::string to_json() const;
};

// One grant's part in a charge, which has cost it `paid` + `repaid` - `refunded`.
struct GrantPart {
  std::string grant{};
  std::string category{};  // `paid` or `promotional`
  std::int64_t priority = 0;
  std::string effective_at{};
  std::optional<std::string> expires_at{};
  Credits paid{};    // when the charge was made
  Credits repaid{};  // later, of what the charge owed
  Credits refunded{};
  Credits ended{};  // of what was refunded, because the grant had ended

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("grant", &GrantPart::grant);
    visit("category", &GrantPart::category);
    visit("priority", &GrantPart::priority);
    visit("effective_at", &GrantPart::effective_at);
    visit("expires_at", &GrantPart::expires_at);
    visit("paid", &GrantPart::paid);
    visit("repaid", &GrantPart::repaid);
    visit("refunded", &GrantPart::refunded);
    visit("ended", &GrantPart::ended);
  }
};

// The part of a charge that no grant could pay: `owed` is `incurred` - `repaid` - `refunded`.
struct ChargeDebt {
  Credits incurred{};
  Credits repaid{};
  Credits refunded{};
  Credits owed{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("incurred", &ChargeDebt::incurred);
    visit("repaid", &ChargeDebt::repaid);
    visit("refunded", &ChargeDebt::refunded);
    visit("owed", &ChargeDebt::owed);
  }
};

struct ChargeStep {
  std::string kind{};                   // `charge`, `capture`, `repay` or `refund`
  std::optional<std::string> refund{};  // the id of a refund
  Credits amount{};
  std::optional<Credits> debt{};     // by how much it changed what is owed, if it did
  std::vector<GrantShare> grants{};  // what each paid, or got back
  std::string at{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("kind", &ChargeStep::kind);
    visit("refund", &ChargeStep::refund);
    visit("amount", &ChargeStep::amount);
    visit("debt", &ChargeStep::debt);
    visit("grants", &ChargeStep::grants);
    visit("at", &ChargeStep::at);
  }
};

// The grants that paid a charge and those that its refunds went to.
struct FARTHING_API ChargeExplanation {
  Charge charge{};
  std::vector<GrantPart> grants{};  // in the order in which they first paid
  ChargeDebt debt{};
  std::vector<ChargeStep> steps{};  // in the order in which they were taken
  bool has_more = false;

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("charge", &ChargeExplanation::charge);
    visit("grants", &ChargeExplanation::grants);
    visit("debt", &ChargeExplanation::debt);
    visit("steps", &ChargeExplanation::steps);
    visit("has_more", &ChargeExplanation::has_more, FieldForm::flag);
  }

  static Result<ChargeExplanation> from_json(std::string_view json);
  std::string to_json() const;
};

}  // namespace farthing::sdk

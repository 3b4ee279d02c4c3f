// SPDX-License-Identifier: Apache-2.0
// The entries of a ledger, with all that their hashes are taken over, and the outcome of a request.
// Instants, ids, `from_json` and `to_json` are as in models.hpp.
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

// The keys that asked for an entry.
struct EntryKey {
  std::string id{};                     // of the API key that the request came with
  std::optional<std::string> caller{};  // of the caller's API key, if it was presented beside that

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &EntryKey::id);
    visit("caller", &EntryKey::caller);
  }
};

// The terms of a grant, as they were agreed when it was made.
struct GrantTerms {
  Credits amount{};
  std::string effective_at{};
  std::optional<std::string> expires_at{};
  std::int64_t priority = 0;
  std::string category{};  // `paid` or `promotional`

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("amount", &GrantTerms::amount);
    visit("effective_at", &GrantTerms::effective_at);
    visit("expires_at", &GrantTerms::expires_at);
    visit("priority", &GrantTerms::priority);
    visit("category", &GrantTerms::category);
  }
};

// A grant that had nothing left and that a refund makes spendable again.
struct ReturningGrant {
  std::string grant{};
  GrantTerms terms{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("grant", &ReturningGrant::grant);
    visit("terms", &ReturningGrant::terms);
  }
};

// A hold as it is after an entry about it.
struct EntryHold {
  Credits amount{};
  Credits captured{};
  Credits released{};
  std::string expires_at{};
  std::string over_capture{};  // `reject`, `up_to_available` or `overdraft`
  std::string state{};         // `open`, `captured`, `released` or `expired`

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("amount", &EntryHold::amount);
    visit("captured", &EntryHold::captured);
    visit("released", &EntryHold::released);
    visit("expires_at", &EntryHold::expires_at);
    visit("over_capture", &EntryHold::over_capture);
    visit("state", &EntryHold::state);
  }
};

// One movement in the ledger of an organization.
struct FARTHING_API LedgerEntry {
  std::int64_t version = 1;  // of what its hash is taken over
  std::int64_t seq = 0;      // from 1 in every organization, without gaps
  std::string kind{};        // `grant`, `charge`, …: those of the server, which may get more
  Credits amount{};          // what moved; of a limit, the limit
  Credits available{};       // after it; below zero by what is owed
  Credits held{};            // after it
  std::string at{};
  std::string ref{};                    // id of what it made, or else of what it changed
  std::optional<std::string> parent{};  // the hold of a capture, the charge of a refund
  std::optional<EntryKey> key{};        // none when it fell due by itself
  std::optional<std::string> operation{};
  std::optional<std::string> model{};
  std::optional<Price> price_paid{};  // for a grant
  std::optional<std::string> payment_reference{};
  std::vector<Tag> tags{};                // by name
  std::optional<std::string> reason{};    // of the movement, for people
  std::optional<std::string> metadata{};  // a JSON object, as text
  // SHA-256 over the salt and the texts that may be erased, in hex; and the salt, as long as there
  // is a text. Of an entry of version 1 they are those of `metadata`.
  std::optional<std::string> metadata_digest{};
  std::optional<std::string> metadata_salt{};
  std::optional<std::string> erasable_digest{};
  std::optional<std::string> erasable_salt{};
  std::vector<GrantShare> grants{};              // in burn order
  std::vector<ReturningGrant> returning{};       // of a refund
  std::optional<GrantTerms> terms{};             // of a grant
  std::optional<EntryHold> hold{};               // of a hold and what becomes of it
  bool is_continued = false;                     // the next entry belongs to the same outcome
  std::optional<std::string> extension{};        // what a later version adds to this one, in hex
  std::optional<std::string> idempotency_key{};  // of the request
  std::optional<std::string> fingerprint{};      // of what it asked for, in hex
  std::string hash{};  // SHA-256 over the hash of the entry before and this one, in hex
  // Paths of members that this version does not know, as in `hold.purpose`. The hash may be taken
  // over them.
  std::vector<std::string> unknown_members{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("version", &LedgerEntry::version, FieldForm::version);
    visit("seq", &LedgerEntry::seq);
    visit("kind", &LedgerEntry::kind);
    visit("amount", &LedgerEntry::amount);
    visit("available", &LedgerEntry::available);
    visit("held", &LedgerEntry::held);
    visit("at", &LedgerEntry::at);
    visit("ref", &LedgerEntry::ref);
    visit("parent", &LedgerEntry::parent);
    visit("key", &LedgerEntry::key);
    visit("operation", &LedgerEntry::operation);
    visit("model", &LedgerEntry::model);
    visit_payment<LedgerEntry>(visit);
    visit_remarks<LedgerEntry>(visit);
    visit("metadata_digest", &LedgerEntry::metadata_digest);
    visit("metadata_salt", &LedgerEntry::metadata_salt);
    visit("erasable_digest", &LedgerEntry::erasable_digest);
    visit("erasable_salt", &LedgerEntry::erasable_salt);
    visit("grants", &LedgerEntry::grants);
    visit("returning", &LedgerEntry::returning, FieldForm::non_empty);
    visit("terms", &LedgerEntry::terms);
    visit("hold", &LedgerEntry::hold);
    visit("continued", &LedgerEntry::is_continued, FieldForm::flag);
    visit("extension", &LedgerEntry::extension);
    visit("idempotency_key", &LedgerEntry::idempotency_key);
    visit("fingerprint", &LedgerEntry::fingerprint);
    visit("hash", &LedgerEntry::hash);
  }

  static Result<LedgerEntry> from_json(std::string_view json);
  std::string to_json() const;
};

// The outcome of a request that moves credits.
struct FARTHING_API Outcome {
  std::string idempotency_key{};
  std::vector<LedgerEntry> entries{};  // one or more; the request's own first

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("idempotency_key", &Outcome::idempotency_key);
    visit("entries", &Outcome::entries);
  }

  static Result<Outcome> from_json(std::string_view json);
  std::string to_json() const;
};

// A page of entries as a table: a header line, then a line for each entry (RFC 4180).
struct CsvPage {
  std::string text{};
  std::optional<std::string> next{};  // as of a `Page`
};

}  // namespace farthing::sdk

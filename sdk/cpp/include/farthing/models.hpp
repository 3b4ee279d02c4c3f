// SPDX-License-Identifier: Apache-2.0
// The models of the /v1 API. Instants are RFC 3339 in UTC, as the server wrote them; ids are
// opaque. `from_json` is strict, as the models of the user API are. `to_json` writes the shape of
// the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/secret.hpp>

namespace farthing::sdk {

struct FARTHING_API User {
  std::string id{};
  std::string email{};
  std::optional<std::string> name{};
  std::optional<std::string> profile_picture{};
  std::optional<std::string> default_organization{};
  std::string created_at{};

  static Result<User> from_json(std::string_view json);
  std::string to_json() const;
};

struct FARTHING_API Organization {
  std::string id{};
  std::string name{};
  std::string created_at{};

  static Result<Organization> from_json(std::string_view json);
  std::string to_json() const;
};

// What a user is in an organization, as putting a member answers it.
struct FARTHING_API Membership {
  std::string organization{};
  std::string user{};
  std::string role{};
  bool is_default = false;

  static Result<Membership> from_json(std::string_view json);
  std::string to_json() const;
};

// One line of an organization's list of members.
struct FARTHING_API Member {
  std::string user{};
  std::string email{};
  std::string role{};
  bool is_default = false;

  static Result<Member> from_json(std::string_view json);
  std::string to_json() const;
};

struct FARTHING_API ApiKey {
  std::string id{};
  std::string user{};
  std::optional<std::string> name{};
  std::string hint{};  // the secret's first and last characters
  std::vector<std::string> scopes{};
  std::string created_at{};
  std::optional<std::string> expires_at{};
  std::optional<std::string> revoked_at{};
  // Only in the answer that made the key. `to_json` writes it: mind where that goes.
  std::optional<Secret> secret{};

  static Result<ApiKey> from_json(std::string_view json);
  std::string to_json() const;
};

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
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::string created_at{};

  static Result<Grant> from_json(std::string_view json);
  std::string to_json() const;
};

// What one grant paid, or in an entry of another kind set aside or got back.
struct GrantShare {
  std::string grant{};
  Credits amount{};
  bool has_ended = false;  // it went back to a grant that had ended, and so ended too
};

struct LedgerBalance {
  Credits available{};  // spendable now
  Credits held{};       // set aside for jobs that are not done
};

// The balance of an organization at an instant.
struct FARTHING_API OrganizationBalance {
  Credits available{};  // spendable then
  Credits held{};       // set aside for jobs that were not done
  std::string as_of{};

  static Result<OrganizationBalance> from_json(std::string_view json);
  std::string to_json() const;
};

// Credits spent at once.
struct FARTHING_API Charge {
  std::string id{};
  std::string organization{};
  Credits amount{};
  std::optional<std::string> operation{};
  std::optional<std::string> engine{};
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::vector<GrantShare> grants{};       // in burn order
  LedgerBalance balance{};                // after it
  std::string created_at{};

  static Result<Charge> from_json(std::string_view json);
  std::string to_json() const;
};

// Who asked for an entry.
struct EntryKey {
  std::string id{};                     // of the API key that the request came with
  std::optional<std::string> caller{};  // of the caller's API key, if it was presented beside that
};

// What was agreed when a grant was made.
struct GrantTerms {
  Credits amount{};
  std::string effective_at{};
  std::optional<std::string> expires_at{};
  std::int64_t priority = 0;
  std::string category{};  // `paid` or `promotional`
};

// A grant of which nothing was left and that a refund makes spendable again.
struct ReturningGrant {
  std::string grant{};
  GrantTerms terms{};
};

// A hold as it is after an entry about it.
struct EntryHold {
  Credits amount{};
  Credits captured{};
  Credits released{};
  std::string expires_at{};
  std::string over_capture{};  // `reject`, `up_to_available` or `overdraft`
  std::string state{};         // `open`, `captured`, `released` or `expired`
};

// One movement in the ledger of an organization.
struct FARTHING_API LedgerEntry {
  std::int64_t seq = 0;  // from 1 in every organization, without gaps
  std::string kind{};    // `grant`, `charge`, …: those of the server, which may get more
  Credits amount{};      // what moved; of a limit, the limit
  Credits available{};   // after it; below zero by what is owed
  Credits held{};        // after it
  std::string at{};
  std::string ref{};                    // id of what it made, or else of what it changed
  std::optional<std::string> parent{};  // the hold of a capture, the charge of a refund
  std::optional<EntryKey> key{};        // none when it fell due by itself
  std::optional<std::string> operation{};
  std::optional<std::string> engine{};
  std::optional<std::string> metadata{};         // a JSON object, as text
  std::optional<std::string> metadata_digest{};  // SHA-256 over salt and text, in hex
  std::optional<std::string> metadata_salt{};    // in hex; none when the text was erased
  std::vector<GrantShare> grants{};              // in burn order
  std::vector<ReturningGrant> returning{};       // of a refund
  std::optional<GrantTerms> terms{};             // of a grant
  std::optional<EntryHold> hold{};               // of a hold and what becomes of it
  bool is_continued = false;                     // the next entry belongs to the same outcome
  std::optional<std::string> idempotency_key{};  // of the request
  std::optional<std::string> fingerprint{};      // of what it asked for, in hex
  std::string hash{};  // SHA-256 over the hash of the entry before and this one, in hex

  static Result<LedgerEntry> from_json(std::string_view json);
  std::string to_json() const;
};

// One page of a list. `next` asks for the one after it; the last page has none.
template <class T>
struct Page {
  std::vector<T> items{};
  std::optional<std::string> next{};
};

// What a request that writes answers: the model itself, and what came of the request.
template <class T>
struct Receipt : T {
  // True when the server had carried out this idempotency key before and answered it again.
  bool is_replayed = false;
  std::string idempotency_key{};
  std::string request_id{};
};

}  // namespace farthing::sdk

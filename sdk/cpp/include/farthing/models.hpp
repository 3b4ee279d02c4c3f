// SPDX-License-Identifier: Apache-2.0
// The models of the /v1 API: users, organizations and API keys, and what lists and requests that
// write have in common; those of the ledger are in ledger_models.hpp. Instants are RFC 3339 in UTC,
// as the server wrote them; ids are opaque. `from_json` is strict, as the models of the user API
// are. `to_json` writes the shape of the wire.
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
#include <farthing/secret.hpp>

namespace farthing::sdk {

struct FARTHING_API User {
  std::string id{};
  std::optional<std::string> email{};  // empty: the user was erased
  std::optional<std::string> name{};
  std::optional<std::string> profile_picture{};
  std::optional<std::string> default_organization{};
  std::string created_at{};
  std::optional<std::string> disabled_at{};  // since when the user's keys are refused
  std::optional<std::string> erased_at{};    // since when nothing is known of the person

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &User::id);
    visit("email", &User::email, FieldForm::null);
    visit("name", &User::name);
    visit("profile_picture", &User::profile_picture);
    visit("default_organization", &User::default_organization);
    visit("created_at", &User::created_at);
    visit("disabled_at", &User::disabled_at);
    visit("erased_at", &User::erased_at);
  }

  static Result<User> from_json(std::string_view json);
  std::string to_json() const;
};

struct FARTHING_API Organization {
  std::string id{};
  std::string name{};
  // How far below zero it may go; not said in lists.
  std::optional<Credits> overdraft_limit{};
  std::string created_at{};
  std::optional<std::string> disabled_at{};  // since when nothing new may be spent

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &Organization::id);
    visit("name", &Organization::name);
    visit("overdraft_limit", &Organization::overdraft_limit);
    visit("created_at", &Organization::created_at);
    visit("disabled_at", &Organization::disabled_at);
  }

  static Result<Organization> from_json(std::string_view json);
  std::string to_json() const;
};

// A user's membership of an organization, as `put_member` returns it.
struct FARTHING_API Membership {
  std::string organization{};
  std::string user{};
  std::string role{};
  bool is_default = false;

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("organization", &Membership::organization);
    visit("user", &Membership::user);
    visit("role", &Membership::role);
    visit("is_default", &Membership::is_default);
  }

  static Result<Membership> from_json(std::string_view json);
  std::string to_json() const;
};

// One line of an organization's list of members.
struct FARTHING_API Member {
  std::string user{};
  std::optional<std::string> email{};  // empty: the user was erased
  std::string role{};
  bool is_default = false;

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("user", &Member::user);
    visit("email", &Member::email, FieldForm::null);
    visit("role", &Member::role);
    visit("is_default", &Member::is_default);
  }

  static Result<Member> from_json(std::string_view json);
  std::string to_json() const;
};

// At most `requests` requests in `per_s` seconds.
struct RateLimit {
  std::int64_t requests = 0;  // 1 to 1 000 000
  std::int64_t per_s = 0;     // 1 to 86 400

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("requests", &RateLimit::requests);
    visit("per_s", &RateLimit::per_s);
  }
};

// The most credits of each organization that may be spent for a key: on a day and in a month of
// UTC, and in all. An empty field is no cap.
struct SpendCaps {
  std::optional<Credits> day{};
  std::optional<Credits> month{};
  std::optional<Credits> total{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("day", &SpendCaps::day);
    visit("month", &SpendCaps::month);
    visit("total", &SpendCaps::total);
  }
};

// The secret that a key's last rotation replaced, and the instant at which it stops working.
struct PreviousSecret {
  std::string hint{};
  std::string works_until{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("hint", &PreviousSecret::hint);
    visit("works_until", &PreviousSecret::works_until);
  }
};

struct FARTHING_API ApiKey {
  std::string id{};
  std::string user{};
  std::optional<std::string> name{};
  std::string hint{};  // the secret's first and last characters
  std::vector<std::string> scopes{};
  std::vector<std::string> allowed_networks{};  // where it may be used from; none: anywhere
  std::optional<RateLimit> rate_limit{};        // if one was set for this key
  std::optional<SpendCaps> spend_caps{};
  std::string created_at{};
  std::optional<std::string> expires_at{};
  std::optional<std::string> revoked_at{};
  std::optional<PreviousSecret> previous_secret{};
  // It lags by some minutes, and is present only where the key is read.
  std::optional<std::string> last_used_at{};
  // Present only in the answer that made it. `to_json` writes it: mind where that goes.
  std::optional<Secret> secret{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &ApiKey::id);
    visit("user", &ApiKey::user);
    visit("name", &ApiKey::name);
    visit("hint", &ApiKey::hint);
    visit("scopes", &ApiKey::scopes);
    visit("allowed_networks", &ApiKey::allowed_networks, FieldForm::non_empty);
    visit("rate_limit", &ApiKey::rate_limit);
    visit("spend_caps", &ApiKey::spend_caps);
    visit("created_at", &ApiKey::created_at);
    visit("expires_at", &ApiKey::expires_at);
    visit("revoked_at", &ApiKey::revoked_at);
    visit("previous_secret", &ApiKey::previous_secret);
    visit("last_used_at", &ApiKey::last_used_at);
    visit("secret", &ApiKey::secret);
  }

  static Result<ApiKey> from_json(std::string_view json);
  std::string to_json() const;
};

// One page of a list. `next` asks for the one after it; the last page has none.
template <class T>
struct Page {
  std::vector<T> items{};
  std::optional<std::string> next{};
};

// The answer to a request that writes: the model itself, and what came of the request.
template <class T>
struct Receipt : T {
  // True when the server had carried out the request before, under this idempotency key, and only
  // answered it again.
  bool is_replayed = false;
  std::string idempotency_key{};
  std::string request_id{};
};

}  // namespace farthing::sdk

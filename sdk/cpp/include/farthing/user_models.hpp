// SPDX-License-Identifier: Apache-2.0
// The models of the two calls, as the seed names them. `from_json` is strict: malformed JSON, a
// missing field or one of another type is a failure of kind `decoding` that names it; fields that
// are not known are ignored. Field names match exactly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/fields.hpp>

namespace farthing::sdk {

// One organization of a user, and the user's role in it.
struct FARTHING_API OrganizationMembership {
  std::string id{};
  std::string name{};
  std::string role{};  // `OWNER`, `ACCOUNTANT` or `MEMBER`; other servers may know others
  bool is_default = false;

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &OrganizationMembership::id);
    visit("name", &OrganizationMembership::name);
    visit("role", &OrganizationMembership::role);
    visit("is_default", &OrganizationMembership::is_default);
  }

  static Result<OrganizationMembership> from_json(std::string_view json);
  std::string to_json() const;
};

struct FARTHING_API AccountResponseBody {
  std::string id{};
  std::string email{};
  std::vector<OrganizationMembership> organizations{};
  std::optional<std::string> profile_picture{};  // a URI; null counts as absent

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &AccountResponseBody::id);
    visit("email", &AccountResponseBody::email);
    visit("organizations", &AccountResponseBody::organizations);
    visit("profile_picture", &AccountResponseBody::profile_picture);
  }

  static Result<AccountResponseBody> from_json(std::string_view json);
  std::string to_json() const;
};

struct FARTHING_API BalanceResponseBody {
  double credits = 0;          // the nearest double
  std::string credits_text{};  // the number as the server wrote it, no digit lost
  // The exact amount; empty when the number has more than 9 places or is out of range.
  std::optional<Credits> exact_credits{};

  static Result<BalanceResponseBody> from_json(std::string_view json);
  // Writes `credits_text` when it is a JSON number, else the shortest form of `credits`.
  std::string to_json() const;
};

}  // namespace farthing::sdk

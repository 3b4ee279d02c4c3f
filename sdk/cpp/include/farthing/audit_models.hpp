// SPDX-License-Identifier: Apache-2.0
// The audit log: who changed what, from where, and what it was before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/fields.hpp>

namespace farthing::sdk {

// One value that an act changed.
struct ActChange {
  std::string field{};
  std::optional<std::string> before{};  // empty: there was none, or it was erased
  std::optional<std::string> after{};   // empty: there is none any more, or it was erased
  // What is hashed in place of a value that tells of a person, in hex. It stays when that is erased.
  std::optional<std::string> before_digest{};
  std::optional<std::string> after_digest{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("field", &ActChange::field);
    visit("before", &ActChange::before);
    visit("after", &ActChange::after);
    visit("before_digest", &ActChange::before_digest);
    visit("after_digest", &ActChange::after_digest);
  }
};

struct FARTHING_API Act {
  std::int64_t version = 1;  // of what is hashed
  std::int64_t number = 0;   // from 1, without gaps
  std::string at{};
  std::string kind{};    // as in `member.remove`
  std::string target{};  // id of what was changed
  std::optional<std::string> organization{};
  std::optional<std::string> api_key{};  // empty: it was done on the server's own machine
  std::optional<std::string> user{};     // whose key it was
  std::optional<std::string> address{};  // of the client, as the server saw it
  std::optional<std::string> request{};  // its `X-Request-Id`
  std::vector<ActChange> changes{};
  std::optional<std::string> salt{};       // of the digests, in hex; empty: no value is left for it
  std::optional<std::string> extension{};  // of a later server, in hex
  std::string hash{};                      // over the hash before and all of this, in hex

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("version", &Act::version, FieldForm::version);
    visit("number", &Act::number);
    visit("at", &Act::at);
    visit("kind", &Act::kind);
    visit("target", &Act::target);
    visit("organization", &Act::organization);
    visit("api_key", &Act::api_key);
    visit("user", &Act::user);
    visit("address", &Act::address);
    visit("request", &Act::request);
    visit("changes", &Act::changes);
    visit("salt", &Act::salt);
    visit("extension", &Act::extension);
    visit("hash", &Act::hash);
  }

  static Result<Act> from_json(std::string_view json);
  std::string to_json() const;
};

}  // namespace farthing::sdk

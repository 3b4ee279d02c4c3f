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

namespace farthing::sdk {

// One value that an act changed.
struct ActChange {
  std::string field{};
  std::optional<std::string> before{};  // empty: there was none
  std::optional<std::string> after{};   // empty: there is none any more
};

struct FARTHING_API Act {
  std::int64_t number = 0;  // from 1, without gaps
  std::string at{};
  std::string kind{};    // as in `member.remove`
  std::string target{};  // id of what was changed
  std::optional<std::string> organization{};
  std::optional<std::string> api_key{};  // empty: it was done on the server's own machine
  std::optional<std::string> user{};     // whose key it was
  std::optional<std::string> address{};  // of the client, as the server saw it
  std::optional<std::string> request{};  // its `X-Request-Id`
  std::vector<ActChange> changes{};
  std::string hash{};  // over the hash before and all of this, in hex

  static Result<Act> from_json(std::string_view json);
  std::string to_json() const;
};

}  // namespace farthing::sdk

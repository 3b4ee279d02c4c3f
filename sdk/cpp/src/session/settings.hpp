// SPDX-License-Identifier: Apache-2.0
// The checked options, and what every request takes from them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <farthing/failure.hpp>
#include <farthing/options.hpp>

#include "sdk/cpp/src/session/url.hpp"

namespace farthing::sdk {

struct Settings {
  Options options;
  BaseUrl server;
  Header authorization;
  std::vector<Header> headers;  // the others that every request carries
};

// Fails with `usage`, naming the option and never quoting a secret. A missing API key is no failure
// here, because some calls need none; `check_has_key` reports it.
Result<Settings> make_settings(Options options);

// Returns the failure of a call that needs an API key when there is none.
std::optional<Failure> check_has_key(const Settings& settings);

// Returns the failure of a call that only a Farthing server has when the server is the vendor's,
// which is the default of `base_url`.
std::optional<Failure> check_is_farthing(const Settings& settings);

// Returns whether `call` sets anything that `with_overrides` would take over.
bool has_overrides(const CallOptions& call);

Options with_overrides(Options options, const CallOptions& call);

Failure usage_failure(std::string field, std::string message);

}  // namespace farthing::sdk

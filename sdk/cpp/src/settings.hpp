// SPDX-License-Identifier: Apache-2.0
// Options that were checked, and what every request takes from them.
#pragma once

#include <string>
#include <vector>

#include <farthing/failure.hpp>
#include <farthing/options.hpp>

#include "sdk/cpp/src/url.hpp"

namespace farthing::sdk {

struct Settings {
  Options options;
  BaseUrl server;
  std::vector<Header> headers;  // those that every request carries, `Authorization` among them
};

// Fails with `usage`, naming the option and never quoting a secret.
Result<Settings> make_settings(Options options);

// Whether `call` sets anything that `with_overrides` would take over.
bool has_overrides(const CallOptions& call);

Options with_overrides(Options options, const CallOptions& call);

Failure usage_failure(std::string field, std::string message);

}  // namespace farthing::sdk

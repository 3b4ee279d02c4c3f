// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/settings.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>

#include <farthing/version.hpp>

#include "sdk/cpp/src/session/header_rules.hpp"

namespace farthing::sdk {
namespace {

using std::chrono::milliseconds;

// The host of the default server. A key for another server must not get there, by whatever scheme
// or port.
constexpr std::string_view kVendorHost = "api.stability.ai";

std::optional<Failure> check_key(const Secret& key) {
  if (key.is_empty()) return {};
  if (const auto flaw = credential_flaw(key.reveal())) {
    return usage_failure("api_key", "the API key " + *flaw + "; nothing was sent");
  }
  return {};
}

std::optional<Failure> check_version(std::string_view version) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (!version.empty() && std::all_of(version.begin(), version.end(), is_allowed)) return {};
  return usage_failure("api_version", "the API version must be lower-case letters and digits");
}

std::optional<Failure> check_times(const Options& options) {
  const auto check = [](std::string_view name, milliseconds time) -> std::optional<Failure> {
    if (time > milliseconds(0)) return {};
    return usage_failure(std::string(name), std::string(name) + " must be longer than 0 ms");
  };
  if (auto failure = check("connect_timeout", options.connect_timeout)) return failure;
  if (auto failure = check("attempt_timeout", options.attempt_timeout)) return failure;
  return check("deadline", options.deadline);
}

std::optional<Failure> check_retry(const RetryPolicy& retry) {
  if (retry.max_attempts < 1) {
    return usage_failure("retry.max_attempts", "retry.max_attempts must be at least 1");
  }
  if (retry.base_delay < milliseconds(0) || retry.max_delay < milliseconds(0)) {
    return usage_failure("retry", "the delays between attempts must not be negative");
  }
  if (retry.statuses && !std::all_of(retry.statuses->begin(), retry.statuses->end(),
                                     [](int status) { return status >= 400 && status <= 599; })) {
    return usage_failure("retry.statuses", "the statuses to retry must be 400 to 599");
  }
  return {};
}

std::optional<Failure> check_header(const Header& header) {
  if (!is_header_name(header.name)) {
    return usage_failure("headers", "a header's name is empty or has characters it must not have");
  }
  if (is_reserved_header(header.name)) {
    return usage_failure("headers", "the header `" + header.name +
                                        "` is written by the SDK; use the option or the argument "
                                        "that is meant for it");
  }
  if (const auto flaw = header_value_flaw(header.value)) {
    return usage_failure("headers", "the value of the header `" + header.name + "` " + *flaw);
  }
  return {};
}

std::optional<Failure> check(const Options& options) {
  if (auto failure = check_key(options.api_key)) return failure;
  if (auto failure = check_version(options.api_version)) return failure;
  if (auto failure = check_times(options)) return failure;
  if (auto failure = check_retry(options.retry)) return failure;
  if (options.max_response_bytes == 0) {
    return usage_failure("max_response_bytes", "max_response_bytes must be at least 1");
  }
  if (const auto flaw = header_value_flaw(options.user_agent)) {
    return usage_failure("user_agent", "the user agent " + *flaw);
  }
  for (const Header& header : options.headers) {
    if (auto failure = check_header(header)) return failure;
  }
  return {};
}

Header authorization_of(const Options& options) {
  const std::string& key = options.api_key.reveal();
  return {"Authorization", options.auth_scheme == AuthScheme::bearer ? "Bearer " + key : key};
}

std::vector<Header> common_headers(const Options& options) {
  std::vector<Header> headers = {
      {"Accept", "application/json"},
      {"User-Agent",
       options.user_agent.empty() ? "farthing-cpp/" + std::string(kVersion) : options.user_agent},
  };
  for (const Header& header : options.headers) set_header(headers, header);
  return headers;
}

// Returns the value of the first variable that is set and not empty.
std::optional<std::string> read_environment(const char* first, const char* second) {
  for (const char* name : {first, second}) {
    // The SDK never changes the environment; a program that does so on another thread is at fault.
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value && *value) return value;
  }
  return {};
}

}  // namespace

Options options_from_environment() {
  Options options;
  if (auto key = read_environment("FARTHING_API_KEY", "STABILITY_API_KEY")) {
    options.api_key = std::move(*key);
  }
  if (auto url = read_environment("FARTHING_URL", "API_HOST")) options.base_url = std::move(*url);
  return options;
}

Failure usage_failure(std::string field, std::string message) {
  return {.kind = FailureKind::usage, .message = std::move(message), .field = std::move(field)};
}

Result<Settings> make_settings(Options options) {
  if (auto failure = check(options)) return std::move(*failure);
  auto server = parse_base_url(options.base_url);
  if (!server) {
    return usage_failure(
        "base_url",
        "the base URL must be http:// or https://, a host, and at most a port and "
        "a path, as in https://api.stability.ai, or unix: and the absolute path of "
        "a Unix socket");
  }
  Header authorization = authorization_of(options);
  std::vector<Header> headers = common_headers(options);
  return Settings{std::move(options), std::move(*server), std::move(authorization),
                  std::move(headers)};
}

std::optional<Failure> check_has_key(const Settings& settings) {
  if (!settings.options.api_key.is_empty()) return {};
  return usage_failure("api_key",
                       "no API key: set the option `api_key`, or FARTHING_API_KEY or "
                       "STABILITY_API_KEY for options_from_environment()");
}

std::optional<Failure> check_is_farthing(const Settings& settings) {
  const std::string host = host_of(settings.server);
  if (host != kVendorHost) return {};
  return usage_failure("base_url",
                       "no Farthing server is named: " + host +
                           ", the default, has only the calls account and balance. Set the URL of "
                           "a Farthing server, here or in the environment variable FARTHING_URL; "
                           "nothing was sent");
}

bool has_overrides(const CallOptions& call) {
  return call.api_key || call.base_url || call.api_version || call.auth_scheme || call.user_agent ||
         !call.headers.empty() || call.connect_timeout || call.attempt_timeout || call.deadline ||
         call.retry || call.max_response_bytes || call.log || call.transport;
}

Options with_overrides(Options options, const CallOptions& call) {
  const auto take = [](auto& option, const auto& wanted) {
    if (wanted) option = *wanted;
  };
  take(options.api_key, call.api_key);
  take(options.base_url, call.base_url);
  take(options.api_version, call.api_version);
  take(options.auth_scheme, call.auth_scheme);
  take(options.user_agent, call.user_agent);
  take(options.connect_timeout, call.connect_timeout);
  take(options.attempt_timeout, call.attempt_timeout);
  take(options.deadline, call.deadline);
  take(options.retry, call.retry);
  take(options.max_response_bytes, call.max_response_bytes);
  take(options.log, call.log);
  if (call.transport) options.transport = call.transport;
  options.headers.insert(options.headers.end(), call.headers.begin(), call.headers.end());
  return options;
}

}  // namespace farthing::sdk

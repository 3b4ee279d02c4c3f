// SPDX-License-Identifier: Apache-2.0
#include "cli/access/server_access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <farthing/transport.hpp>
#include <farthing/version.hpp>
#include <utility>

#include "cli/access/profile.hpp"
#include "cli/options/input_file.hpp"

namespace farthing::cli {
namespace {

constexpr std::size_t kMaxCaFileSize = std::size_t{16} << 20U;

struct Server {
  std::string base_url{};
  std::string source{};
};

std::optional<Server> find_server(const AccessOptions& given, const Profile& profile,
                                  ProfileChoice choice, const Surroundings& surroundings) {
  if (given.base_url) return Server{*given.base_url, "--base-url"};
  if (choice == ProfileChoice::by_name && profile.base_url) {
    return Server{*profile.base_url, "the profile"};
  }
  for (const char* name : {"FARTHING_URL", "API_HOST"}) {
    if (auto url = surroundings.variable(name)) {
      return Server{std::move(*url), fmt::format("the environment variable {}", name)};
    }
  }
  if (profile.base_url) return Server{*profile.base_url, "the profile"};
  return {};
}

template <class T>
std::optional<T> first_of(const std::optional<T>& option, const std::optional<T>& profile) {
  return option ? option : profile;
}

// Makes a transport that trusts the certificates of that file and no others.
Result<std::shared_ptr<sdk::Transport>> trusting_transport(const std::string& ca_file) {
  // The file is read only to say what is wrong with it before a server is asked.
  const auto text =
      read_file(ca_file, kMaxCaFileSize, fmt::format("the file of CA certificates {}", ca_file));
  if (!text) return text.error();
  return sdk::make_curl_transport({.ca_file = ca_file});
}

void set_patience(sdk::Options& options, std::optional<std::chrono::milliseconds> timeout,
                  std::optional<int> retries) {
  if (timeout) {
    options.deadline = *timeout;
    options.attempt_timeout = std::min(options.attempt_timeout, *timeout);
    options.connect_timeout = std::min(options.connect_timeout, *timeout);
  }
  if (retries) options.retry.max_attempts = *retries + 1;
}

}  // namespace

Result<ServerAccess> resolve_access(const AccessOptions& given, DefaultServer default_server,
                                    const Surroundings& surroundings) {
  const auto choice = given.profile ? ProfileChoice::by_name : ProfileChoice::by_default;
  auto profile = load_profile(surroundings, given.profile.value_or(std::string(kDefaultProfile)));
  if (!profile) return std::move(profile.error());

  ServerAccess access;
  sdk::Options& options = access.options;
  if (auto server = find_server(given, *profile, choice, surroundings)) {
    options.base_url = std::move(server->base_url);
    access.server_source = std::move(server->source);
  } else if (default_server == DefaultServer::of_sdk) {
    access.server_source = "the default";
  } else {
    return usage_problem("There is no server to talk to.",
                         "Name it with --base-url URL, in FARTHING_URL, or in a profile; this "
                         "command has no default, so that no key goes anywhere by accident.");
  }

  if (given.key_need == KeyNeed::needed) {
    auto credentials = find_credentials(given.key, *profile, choice, surroundings);
    if (!credentials) return std::move(credentials.error());
    options.api_key = std::move(credentials->api_key);
    access.key_source = std::move(credentials->source);
  }

  if (auto version = first_of(given.api_version, profile->api_version)) {
    options.api_version = std::move(*version);
  }
  if (const auto scheme = first_of(given.auth_scheme, profile->auth_scheme)) {
    options.auth_scheme = *scheme;
  }
  set_patience(options, first_of(given.timeout, profile->timeout),
               first_of(given.retries, profile->retries));
  options.user_agent = fmt::format("farthing/{}", sdk::kVersion);
  options.transport = surroundings.transport;
  if (const auto ca_file = first_of(given.ca_file, profile->ca_file);
      ca_file && !options.transport) {
    auto transport = trusting_transport(*ca_file);
    if (!transport) return std::move(transport.error());
    options.transport = *std::move(transport);
  }
  access.organization = std::move(profile->organization);
  return access;
}

}  // namespace farthing::cli

// SPDX-License-Identifier: Apache-2.0
// The few rules about URLs that decide where a key may go. A text that is not plainly an http or
// https URL is refused here, so that no other reader can take it for another host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace farthing::sdk {

// A server: scheme, host and port in one canonical text, and the path below which its API lies.
struct BaseUrl {
  std::string origin;  // "https://api.example.com:8443": lower case, no default port
  std::string path;    // "" or "/prefix", without a slash at the end
  // The absolute path of the server's Unix socket; empty when the server is at its host's name.
  std::string unix_socket{};
};

// Reads http(s)://host[:port][/path] or unix:/path/of/the/socket. Returns nothing for anything
// else, user names, queries and fragments included. A server at a Unix socket has the origin
// "http://localhost".
std::optional<BaseUrl> parse_base_url(std::string_view url);

// Returns the name or address of the server's host in lower case, without the dot that may end a
// full name. For IPv6 the brackets are part of it; at a Unix socket it is "localhost".
std::string host_of(const BaseUrl& server);

// Returns the target of a redirect from `url` to `location` if it has the same scheme, host and
// port. `url` must be one that this module made or approved.
std::optional<std::string> same_origin_target(std::string_view url, std::string_view location);

// Escapes all but letters, digits and `-._~`.
std::string percent_encode(std::string_view text);

}  // namespace farthing::sdk

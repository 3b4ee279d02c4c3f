// SPDX-License-Identifier: Apache-2.0
// One request as a handler sees it: complete, with its whole body, and already checked for form.
// Everything is a view into the connection's buffers, valid until the request is answered; copy
// what has to live longer. Any one thread may read it, until it answers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ip_network.hpp"
#include "server/http/method.hpp"
#include "server/http/trusted_proxies.hpp"

namespace farthing::http {

// Headers that are found without a search.
enum class KnownHeader : std::uint8_t {
  authorization,
  organization,
  idempotency_key,
  content_type,
  accept,
  content_encoding,
};

inline constexpr std::size_t kKnownHeaderCount = 6;

// The kind of port by which a request came in.
enum class Entrance : std::uint8_t {
  full,       // the only kind there is: everything can be asked
  callers,    // what is for operators is not there, because it has a port of its own
  operators,  // that port: everything can be asked
};

enum class Version : std::uint8_t { http_1_0, http_1_1 };

class Request {
 public:
  Method method() const { return method_; }
  Version version() const { return version_; }

  // Returns what stood in the request line, in whatever form: "/v1/users?limit=2",
  // "http://host/v1/users".
  std::string_view target() const { return view(target_); }
  // Returns the target's path, from its "/" on; not decoded. "*" never gets here.
  std::string_view path() const { return view(path_); }
  // Returns what follows the first "?", not decoded; empty as well when there is no "?".
  std::string_view query() const { return view(query_); }

  // Returns the value of the first header of that name, without the blanks around it; nothing when
  // there is none. A header that is present may be empty.
  std::optional<std::string_view> header(KnownHeader name) const;
  // Returns the same for any name, whatever its case. Walks over all headers.
  std::optional<std::string_view> header(std::string_view name) const;

  // Returns how often a header was sent.
  std::size_t header_count(KnownHeader name) const;
  std::size_t header_count(std::string_view name) const;

  // Returns the whole body, chunks already joined.
  std::string_view body() const { return body_; }

  // Returns the 32 lower-case hexadecimal digits that the server made for this request and sends as
  // X-Request-Id.
  std::string_view id() const { return {id_.data(), id_.size()}; }

  // Returns the other end of the connection: the client, or the last proxy in front of the server.
  const IpAddress& peer() const { return peer_; }
  // Returns the client that the request came from first, as far as trusted proxies tell by
  // X-Forwarded-For. Walks over all headers when the peer is such a proxy.
  IpAddress client_address() const;
  Entrance entrance() const { return entrance_; }

  // Returns whether the connection outlives this request, as far as the client is concerned.
  bool keep_alive() const { return keep_alive_; }

 private:
  friend class Connection;
  friend class RequestParser;

  // A piece of the head. It holds positions and not pointers, because the buffer may move until the
  // request is complete.
  struct Span {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  struct Field {
    Span name;
    Span value;
  };
  struct Known {
    std::uint16_t count = 0;
    Span first;
  };

  std::string_view view(Span span) const { return {head_ + span.begin, span.size}; }
  void clear();

  const char* head_ = nullptr;
  Method method_ = Method::get;
  Version version_ = Version::http_1_1;
  bool keep_alive_ = false;
  Span target_;
  Span path_;
  Span query_;
  std::array<Known, kKnownHeaderCount> known_{};
  std::vector<Field> fields_;
  std::string_view body_;
  IpAddress peer_;
  Entrance entrance_ = Entrance::full;
  // Null unless the peer is one of them.
  const TrustedProxies* proxies_ = nullptr;
  std::array<char, 32> id_{};
};

}  // namespace farthing::http

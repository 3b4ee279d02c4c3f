// SPDX-License-Identifier: Apache-2.0
// The way in which requests leave the program. The SDK brings a transport on libcurl; a test or a
// program with an HTTP stack of its own brings another. A transport makes one attempt: it does not
// retry, follow redirects, or judge a status.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/export.hpp>
#include <farthing/failure.hpp>

namespace farthing::sdk {

struct Header {
  std::string name{};
  std::string value{};

  friend bool operator==(const Header&, const Header&) = default;
};

// Returns the value of the first header of that name, in any case; null when there is none.
FARTHING_API const std::string* find_header(const std::vector<Header>& headers,
                                            std::string_view name);

struct HttpRequest {
  std::string method{};
  std::string url{};  // absolute, http or https
  std::vector<Header> headers{};
  std::optional<std::string> body{};
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};  // from the start to the last byte of the answer
  std::size_t max_response_bytes = 0;         // of the body
  // False when the server could carry it out twice: the transport must then not send it again, not
  // even when a kept connection turns out to be closed.
  bool is_repeatable = true;
  std::stop_token cancellation{};
  std::function<bool()> should_stop{};  // see CallOptions; empty means nobody wants to be asked
  // The path of the Unix socket where the server is, whatever host the URL names; empty: that host.
  // A transport that cannot connect there must fail, for the request holds a key.
  std::string unix_socket{};
};

struct HttpResponse {
  int status = 0;
  std::vector<Header> headers{};  // in their order, names in lower case
  std::string body{};
};

class FARTHING_API Transport {
 public:
  virtual ~Transport();

  // Sends one request and returns its answer, of any status. Fails with `transport`, `timeout` or
  // `cancelled`, with `is_outcome_unknown` set if the request may have reached the server; or with
  // `decoding` when the answer is larger than allowed. Called from many threads at once. Blocks
  // until the answer is whole, and returns promptly once `cancellation` is requested or
  // `should_stop` returns true.
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

struct CurlTransportOptions {
  // How many connections stay open for the next call; more are opened while more are needed.
  std::size_t max_idle_connections = 32;
  // A file of PEM certificates to trust in place of the system's; empty means the system's.
  std::string ca_file{};
  // A proxy's URL; empty means what libcurl reads from the environment (`https_proxy`, `no_proxy`).
  std::string proxy{};
};

// Makes the transport that clients use by default: libcurl with a pool of kept connections. Does no
// I/O until the first send. Certificates and host names are always verified. A child process made
// by `fork` starts with an empty pool and leaves its parent's connections alone.
FARTHING_API std::shared_ptr<Transport> make_curl_transport(CurlTransportOptions options = {});

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
// One libcurl handle and the connection it keeps between requests. Used by one thread at a time.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <farthing/transport.hpp>

#include "sdk/cpp/src/transport/curl_sink.hpp"
#include "sdk/cpp/src/transport/curl_sockets.hpp"

namespace farthing::sdk {

class CurlHandle {
 public:
  // Returns null when libcurl has no memory. libcurl must be initialised; `options` must outlive
  // the handle.
  static std::unique_ptr<CurlHandle> make(const CurlTransportOptions& options);

  ~CurlHandle();
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  Result<HttpResponse> send(const HttpRequest& request);

  // Closes the sockets in a forked child: see CurlSockets. The handle must not be used or destroyed
  // there.
  void close_inherited_sockets() noexcept { sockets_.close_inherited(); }

 private:
  enum class Ending { done, failed, cancelled };

  CurlHandle(CURLM* multi, CURL* easy, CURLU* url) : multi_(multi), easy_(easy), parsed_url_(url) {}

  void set_constant_options(const CurlTransportOptions& options);
  bool set_request(const HttpRequest& request);
  void set_number(CURLoption option, long value, long& last);
  bool set_url(const std::string& url);
  bool set_unix_socket(const std::string& path);
  bool set_headers(const HttpRequest& request);
  Ending perform(const HttpRequest& request, CURLcode& code);
  Failure failure(const HttpRequest& request, Ending ending, CURLcode code);
  std::string reason(CURLcode code) const;
  bool may_have_been_sent() const;

  CURLM* multi_;
  CURL* easy_;
  CurlSink sink_;
  CurlSockets sockets_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  // The settings of the last request, kept because the next one mostly has the same.
  std::string url_;
  std::optional<std::string> unix_socket_ = std::string();  // nothing: not known
  CURLU* parsed_url_;
  curl_slist* header_list_ = nullptr;  // `headers_` in libcurl's form
  std::vector<Header> headers_;
  bool had_body_ = false;
  long timeout_ms_ = 0;
  long connect_timeout_ms_ = 0;
  long fresh_connect_ = 0;
};

}  // namespace farthing::sdk

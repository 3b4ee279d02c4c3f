// SPDX-License-Identifier: Apache-2.0
// Collects what libcurl receives into an answer of bounded size.
#pragma once

#include <cstddef>
#include <string_view>

#include <farthing/transport.hpp>

namespace farthing::sdk {

class CurlSink {
 public:
  // Forgets what was received before.
  void reset(std::size_t max_body_bytes);

  // The callbacks of libcurl; `sink` is a CurlSink. They end the transfer by returning less than
  // they got.
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* sink);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* sink);

  bool is_too_large() const { return is_too_large_; }
  HttpResponse& response() { return response_; }

 private:
  bool take_header(std::string_view line);
  bool take_body(std::string_view part);

  HttpResponse response_;
  std::size_t max_body_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  bool is_too_large_ = false;
};

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
// The header fields that tell a client what is left of its rate limit, as the IETF's draft
// "RateLimit header fields for HTTP" has them: RateLimit-Policy and RateLimit. A plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/service/rate_meter.hpp"

namespace farthing::api {

class RateFields {
 public:
  // Makes no fields, for there is no limit.
  RateFields() = default;
  // `policy` names the limit in the fields; it lives for ever.
  explicit RateFields(const service::RateVerdict& verdict, std::string_view policy = "key");

  // Appends the lines, each ended by CR LF.
  void append_to(std::string& lines) const;

 private:
  std::string_view policy_;
  directory::RateLimit limit_{.requests = 0, .per_s = 0};
  std::uint32_t remaining_ = 0;
  std::uint32_t reset_s_ = 0;
};

}  // namespace farthing::api

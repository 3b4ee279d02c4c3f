// SPDX-License-Identifier: Apache-2.0
#include "client_options.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <farthing/transport.hpp>

#include "interrupt.hpp"
#include "r_value.hpp"

namespace farthing::r {
namespace {

using std::chrono::milliseconds;

std::shared_ptr<sdk::Transport> shared_transport() {
  static const std::shared_ptr<sdk::Transport> transport = sdk::make_curl_transport();
  return transport;
}

milliseconds from_seconds(double seconds) {
  return milliseconds(static_cast<milliseconds::rep>(seconds * 1'000.0));
}

std::vector<sdk::Header> headers_of(SEXP named_texts) {
  std::vector<sdk::Header> headers;
  if (named_texts == R_NilValue) return headers;
  const cpp11::strings values(named_texts);
  const cpp11::strings names(values.names());
  for (R_xlen_t i = 0; i < values.size(); ++i) {
    headers.push_back({std::string(names[i]), std::string(values[i])});
  }
  return headers;
}

}  // namespace

sdk::Options client_options(SEXP settings) {
  const Arguments in(settings);
  sdk::Options options{.api_key = in.text("api_key"),
                       .base_url = in.text("base_path"),
                       .api_version = in.text("api_version"),
                       .auth_scheme = in.text("auth_scheme") == "bearer" ? sdk::AuthScheme::bearer
                                                                         : sdk::AuthScheme::bare,
                       .user_agent = in.text("user_agent"),
                       .headers = headers_of(in.get("headers")),
                       .transport = shared_transport()};
  if (const auto timeout = in.optional_number("timeout")) {
    options.attempt_timeout = from_seconds(*timeout);
    options.connect_timeout = std::min(options.connect_timeout, options.attempt_timeout);
    options.deadline = std::max(options.deadline, 3 * options.attempt_timeout);
  }
  if (const auto retries = in.optional_number("max_retry_attempts")) {
    options.retry.max_attempts = 1 + static_cast<int>(*retries);
  }
  if (SEXP statuses = in.get("retry_status_codes"); statuses != R_NilValue) {
    const cpp11::integers codes(statuses);
    options.retry.statuses.emplace(codes.begin(), codes.end());
  }
  return options;
}

sdk::CallOptions call_options(SEXP settings) {
  return {.should_stop = is_interrupted,
          .idempotency_key = Arguments(settings).optional_text("idempotency_key")};
}

}  // namespace farthing::r

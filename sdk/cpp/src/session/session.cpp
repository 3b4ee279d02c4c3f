// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/session.hpp"

#include <utility>

#include "sdk/cpp/src/session/exchange.hpp"
#include "sdk/cpp/src/session/request_builder.hpp"

namespace farthing::sdk {
namespace {

Options with_transport(Options options) {
  if (!options.transport) options.transport = make_curl_transport();
  return options;
}

}  // namespace

Session::Session(Options options, std::shared_ptr<Pacer> pacer)
    : options_(with_transport(std::move(options))),
      settings_(make_settings(options_)),
      pacer_(std::move(pacer)) {}

Result<ServerAnswer> Session::exchange(const Call& call, const CallOptions& options) const {
  // Exceptions of a transport of the caller's own, or of memory that ran out, stop here.
  try {
    if (!has_overrides(options)) {
      if (!settings_) return settings_.error();
      return exchange_with(*settings_, call, options);
    }
    const auto settings = make_settings(with_overrides(options_, options));
    if (!settings) return settings.error();
    return exchange_with(*settings, call, options);
  } catch (...) {
    return Failure{.kind = FailureKind::transport,
                   .message = "the call ended with an exception of the transport or the system",
                   .is_outcome_unknown = call.method != "GET"};
  }
}

Result<ServerAnswer> Session::exchange_with(const Settings& settings, const Call& call,
                                            const CallOptions& options) const {
  auto request = make_request(settings, call, options, *pacer_);
  if (!request) return request.error();
  return Exchange(settings, *pacer_, call, std::move(*request)).run();
}

}  // namespace farthing::sdk

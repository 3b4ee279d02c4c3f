// SPDX-License-Identifier: Apache-2.0
// Takes every call of the SDK from its description to the server's answer, with deadlines, retries,
// redirects, idempotency keys and redaction. Immutable once made; every method may be called from
// any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/failure.hpp>
#include <farthing/options.hpp>
#include <farthing/transport.hpp>

#include "sdk/cpp/src/session/pacer.hpp"
#include "sdk/cpp/src/session/settings.hpp"

namespace farthing::sdk {

enum class AnswerType { json, csv };

// One request of the API.
struct Call {
  std::string_view method = "GET";
  std::string_view version{};        // empty means the option `api_version`
  std::string_view path_template{};  // below the version, for the log: "/users/{user}"
  std::string path{};                // the same with its ids and its query, percent-encoded
  std::optional<std::string> organization{};  // for the header of that name; empty is not sent
  std::optional<std::string> body{};          // JSON
  // API keys in the body; they are cut out of the server's answers, too.
  std::vector<Secret> presented_keys{};
  AnswerType answer_type = AnswerType::json;
  bool needs_api_key = true;  // false: none is sent, and the client need not have one
  // True when the body has an idempotency key for each item and the request has none.
  bool has_own_keys = false;
  // True for the two calls of the user API, which the vendor's server has as well. Any other call
  // goes to a Farthing server and to nobody else.
  bool is_of_user_api = false;
};

// A server's answer to a call, after the last attempt, with the API key cut out.
struct ServerAnswer {
  int status = 0;
  std::vector<Header> headers{};
  std::string body{};
  std::optional<Error> error{};  // of a status outside 200 to 299, when its body was readable
  std::string url{};
  std::string request_id{};
  int attempts = 0;
  std::string idempotency_key{};
  bool is_outcome_unknown = false;
  // The wait that the server asked for, when it kept the call from being retried.
  std::optional<std::chrono::milliseconds> refused_wait{};

  bool is_good() const { return status >= 200 && status <= 299; }
};

class Session {
 public:
  explicit Session(Options options, std::shared_ptr<Pacer> pacer = make_system_pacer());

  // Returns an answer of any status, or the failure that kept one from coming.
  Result<ServerAnswer> exchange(const Call& call, const CallOptions& options) const;

 private:
  Result<ServerAnswer> exchange_with(const Settings& settings, const Call& call,
                                     const CallOptions& options) const;

  Options options_;
  Result<Settings> settings_;  // of `options_`
  std::shared_ptr<Pacer> pacer_;
};

}  // namespace farthing::sdk

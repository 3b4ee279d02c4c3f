// SPDX-License-Identifier: Apache-2.0
// The options of a client and of a single call. They are plain values, checked when a call is made;
// a wrong one is a failure of kind `usage` that names the option. Every field has an initializer,
// so that designated initializers may leave any of them out.
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
#include <farthing/secret.hpp>
#include <farthing/transport.hpp>

namespace farthing::sdk {

// The form of the API key in `Authorization`.
enum class AuthScheme {
  bare,    // the key and nothing else, as the seed's examples send it
  bearer,  // `Bearer ` and the key
};

// Requests that may be repeated (GET, PUT, and those with an idempotency key) are retried after a
// failed transport or the statuses 408, 429, 500, 502, 503 and 504. An error named
// `insufficient_balance` or `insufficient_credits` is never retried. `Retry-After` replaces the
// computed delay; when it ends after the call's deadline, the call fails at once.
struct RetryPolicy {
  int max_attempts = 3;  // in all, at least 1
  // The wait before attempt n + 1 is drawn evenly from 0 to min(max_delay, base_delay · 2^(n-1)).
  std::chrono::milliseconds base_delay{500};
  std::chrono::milliseconds max_delay{8'000};
  // Replaces the statuses above; an empty list means that no status is retried.
  std::optional<std::vector<int>> statuses{};
};

// All that may be logged of an attempt: no header, no query, no body, no key.
struct LogLine {
  enum class Event { answer, failure, retry };

  Event event = Event::answer;
  std::string_view method{};
  std::string_view path{};  // with places for ids: `/v1/users/{user}`
  int attempt = 0;          // from 1
  int status = 0;           // 0 without an answer
  std::optional<FailureKind> failure{};
  // How long the attempt took; for `retry`, the wait before the next one.
  std::chrono::microseconds duration{0};
  std::string_view request_id{};
};

// The SDK calls it on the calling thread, from many threads at once. The line lives as long as that
// call. An exception from it is ignored.
using LogCallback = std::function<void(const LogLine&)>;

struct Options {
  Secret api_key{};
  // http(s)://host[:port][/path]; or unix:/path/of/the/socket. The default server has the two calls
  // of the user API only.
  std::string base_url = "https://api.stability.ai";
  std::string api_version = "v1alpha";  // of account and balance; the rest of the API is `v1`
  AuthScheme auth_scheme = AuthScheme::bare;
  std::string user_agent{};       // empty means the SDK's own
  std::vector<Header> headers{};  // sent with every request
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds attempt_timeout{30'000};
  std::chrono::milliseconds deadline{90'000};  // of a call with all its attempts and waits
  RetryPolicy retry{};
  std::size_t max_response_bytes = std::size_t{16} * 1024 * 1024;
  LogCallback log{};
  std::shared_ptr<Transport> transport{};  // null means libcurl
};

// Returns the defaults, with the key from FARTHING_API_KEY or STABILITY_API_KEY and the server from
// FARTHING_URL or API_HOST; a variable that is not set or empty leaves the default.
FARTHING_API Options options_from_environment();

// Replaces the client's options for one call. An empty field leaves the client's.
struct CallOptions {
  // Stops the call at once, also while it waits for a retry; it then fails with `cancelled`.
  std::stop_token cancellation{};
  // Serves programs that learn only on the calling thread that a call shall stop, such as the
  // interpreters of other languages. The SDK asks it on that thread some twenty times a second
  // while the call waits, and when a signal arrives during a transfer. True stops the call as
  // `cancellation` does. It must not throw.
  std::function<bool()> should_stop{};
  // The key of a request that writes. Without one the SDK makes a fresh, time-ordered key, so that
  // its own retries are safe; give one to make the program's own retries safe as well.
  std::optional<std::string> idempotency_key{};

  std::optional<Secret> api_key{};
  std::optional<std::string> base_url{};
  std::optional<std::string> api_version{};
  std::optional<AuthScheme> auth_scheme{};
  std::optional<std::string> user_agent{};
  std::vector<Header> headers{};  // sent after the client's; one of the same name replaces it
  std::optional<std::chrono::milliseconds> connect_timeout{};
  std::optional<std::chrono::milliseconds> attempt_timeout{};
  std::optional<std::chrono::milliseconds> deadline{};
  std::optional<RetryPolicy> retry{};
  std::optional<std::size_t> max_response_bytes{};
  std::optional<LogCallback> log{};
  std::shared_ptr<Transport> transport{};
};

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
// The composition root: a store, the API over it and the HTTP server in front, put together and
// taken apart in the right order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/ed25519.hpp"
#include "base/key_form.hpp"
#include "base/result.hpp"
#include "server/api/api.hpp"
#include "server/http/options.hpp"
#include "server/http/server.hpp"
#include "server/service/key_use_writer.hpp"
#include "server/service/refusal_log.hpp"
#include "server/service/request_limits.hpp"
#include "server/service/services.hpp"
#include "server/service/tag_names.hpp"
#include "server/service/user_limits.hpp"
#include "server/store/store.hpp"

namespace farthing::app {

class ServerApp {
 public:
  // Serves `store` from now on, signs statements with `statement_key`, and begins new secrets of keys
  // with `key_prefix`. The error is a sentence for the operator.
  static BasicResult<std::unique_ptr<ServerApp>, std::string> start(
      std::unique_ptr<store::Store> store, std::optional<SigningKey> statement_key,
      http::ServerOptions options, const service::RateLimits& limits,
      const service::UserLimits& user_limits = {}, const KeyPrefix& key_prefix = {},
      service::TagNames tag_names = {});

  // Stops: accepts no new connections, finishes what is in flight within the shutdown timeout, then
  // closes the store.
  ~ServerApp();
  ServerApp(const ServerApp&) = delete;
  ServerApp& operator=(const ServerApp&) = delete;

  // These do what they do in http::Server.
  std::uint16_t port(std::size_t at = 0) const { return server_->port(at); }
  std::uint16_t admin_port() const { return server_->admin_port(); }
  void set_tls(std::shared_ptr<const http::TlsContext> tls) { server_->set_tls(std::move(tls)); }

 private:
  ServerApp(std::unique_ptr<store::Store> store, std::optional<SigningKey> statement_key,
            const service::RateLimits& limits, const service::UserLimits& user_limits,
            const KeyPrefix& key_prefix, std::shared_ptr<spdlog::logger> logger);

  // Both go last: a store that closes may still give an answer to them.
  service::Services services_;
  api::Api api_;
  std::unique_ptr<store::Store> store_;
  // Writes once more when the server has stopped.
  service::KeyUseWriter key_use_writer_;
  std::optional<service::RefusalLog> refusal_log_;  // nothing when there is no log
  std::unique_ptr<http::Server> server_;
};

}  // namespace farthing::app

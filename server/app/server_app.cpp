// SPDX-License-Identifier: Apache-2.0
#include "server/app/server_app.hpp"

#include <spdlog/logger.h>

#include <chrono>
#include <optional>
#include <utility>

namespace farthing::app {
namespace {

constexpr std::chrono::minutes kKeyUseInterval{1};

}  // namespace

ServerApp::ServerApp(std::unique_ptr<store::Store> store, std::optional<SigningKey> statement_key,
                     const service::RateLimits& limits, const service::UserLimits& user_limits,
                     const KeyPrefix& key_prefix, std::shared_ptr<spdlog::logger> logger)
    : services_(*store, std::move(statement_key), limits, user_limits, key_prefix),
      api_(services_),
      store_(std::move(store)),
      key_use_writer_(*store_, services_.admission.uses(), kKeyUseInterval,
                      [logger = std::move(logger)](const std::string& line) {
                        if (logger) logger->warn(line);
                      }) {}

BasicResult<std::unique_ptr<ServerApp>, std::string> ServerApp::start(
    std::unique_ptr<store::Store> store, std::optional<SigningKey> statement_key,
    http::ServerOptions options, const service::RateLimits& limits,
    const service::UserLimits& user_limits, const KeyPrefix& key_prefix,
    service::TagNames tag_names) {
  std::unique_ptr<ServerApp> app(new ServerApp(std::move(store), std::move(statement_key), limits,
                                               user_limits, key_prefix, options.logger));
  app->services_.tag_names = std::move(tag_names);
  if (options.logger) {
    app->refusal_log_.emplace(
        app->services_.admission.refusals(), service::RefusalLog::Pace{},
        [logger = options.logger](const std::string& line) { logger->warn(line); });
    app->services_.tell_operator = [logger = options.logger](const std::string& line) {
      logger->warn(line);
    };
  }
  options.on_failed_handshake = [&refusals =
                                     app->services_.admission.refusals()](const IpAddress& peer) {
    refusals.note(service::Refusal::handshake, peer);
  };
  options.on_shortage = [&api = app->api_](http::Shortage shortage,
                                           const std::optional<IpAddress>& peer) {
    api.note_shortage(shortage, peer);
  };
  auto server = http::Server::start(std::move(options), app->api_);
  if (!server) return std::move(server).error();
  app->server_ = *std::move(server);
  app->api_.set_ready(true);
  return app;
}

ServerApp::~ServerApp() {
  api_.set_ready(false);
  if (server_) server_->stop();
}

}  // namespace farthing::app

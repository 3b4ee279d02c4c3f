// SPDX-License-Identifier: Apache-2.0
#include "server/app/server_app.hpp"

#include <utility>

namespace farthing::app {

ServerApp::ServerApp(std::unique_ptr<store::Store> store, std::optional<SigningKey> statement_key)
    : api_(*store, std::move(statement_key)), store_(std::move(store)) {}

BasicResult<std::unique_ptr<ServerApp>, std::string> ServerApp::start(
    std::unique_ptr<store::Store> store, std::optional<SigningKey> statement_key,
    http::ServerOptions options) {
  std::unique_ptr<ServerApp> app(new ServerApp(std::move(store), std::move(statement_key)));
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

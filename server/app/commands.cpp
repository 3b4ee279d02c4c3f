// SPDX-License-Identifier: Apache-2.0
#include "server/app/commands.hpp"

#include <spdlog/logger.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "base/secret.hpp"
#include "server/app/await.hpp"
#include "server/app/first_key.hpp"
#include "server/app/json_log.hpp"
#include "server/app/listen_url.hpp"
#include "server/app/server_app.hpp"
#include "server/app/server_options.hpp"
#include "server/app/statement_key.hpp"
#include "server/app/stop_request.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/operator_key.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/rocksdb/rocksdb_store.hpp"

namespace farthing::app {
namespace {

using Logger = std::shared_ptr<spdlog::logger>;

int complain(const std::string& sentence, int exit_code) {
  std::fprintf(stderr, "farthing: %s\n", sentence.c_str());
  return exit_code;
}

Result<std::unique_ptr<store::RocksdbStore>> open_store(
    const std::filesystem::path& directory, std::function<void(const std::string&)> on_fatal) {
  store::RocksdbOptions options;
  options.directory = directory;
  options.monotonic_clock = store::system_monotonic_clock();
  options.on_fatal_error = std::move(on_fatal);
  return store::RocksdbStore::open(std::move(options));
}

// Serves until it is told to stop or must; every error from here on is in the log.
int run(const ServerOptions& options, const Logger& logger, const StopRequest& stop) {
  const auto fail = [&logger](const std::string& sentence) {
    logger->error(sentence);
    return kExitFailure;
  };
  auto store = open_store(options.data, [&logger, &stop](const std::string& what) {
    logger->critical("the store has failed and cannot go on: {}", what);
    stop.fail();
  });
  if (!store) return fail(store.error().message);

  const auto first_key = ensure_first_key(**store, options.data);
  if (!first_key) return fail(first_key.error());
  if (*first_key == FirstKey::written) {
    logger->info("the first admin key is in {}", (options.data / kAdminKeyFile).string());
  }

  auto statement_key = ensure_statement_key(options.data);
  if (!statement_key) return fail(statement_key.error());

  http::ServerOptions http = options.http;
  http.logger = logger;
  auto app = ServerApp::start(*std::move(store), *std::move(statement_key), std::move(http));
  if (!app) return fail(app.error());
  logger->info("listening on {}", listen_url(options.http.address, (*app)->port()));

  const bool was_asked = stop.wait();
  logger->info("stopping");
  (*app).reset();
  logger->info("stopped");
  return was_asked ? kExitOk : kExitFailure;
}

}  // namespace

int serve(const ServeArguments& arguments) {
  const auto options = resolve_options(arguments);
  if (!options) return complain(options.error(), kExitUsage);
  const auto stop = StopRequest::make();
  if (!stop) return complain(stop.error(), kExitFailure);
  return run(*options, make_json_logger(options->log_level), *stop);
}

int admin_key(const AdminKeyArguments& arguments) {
  const std::filesystem::path directory = arguments.data;
  if (!std::filesystem::is_directory(directory)) {
    return complain("there is no data directory " + directory.string(), kExitUsage);
  }
  // A failed sync shows as the refusal of the one command that is asked for.
  const auto store = open_store(directory, [](const std::string&) {});
  if (!store) return complain(store.error().message, kExitFailure);

  const Secret secret = service::make_api_key_secret();
  const auto key = await<store::ApiKey>([&](store::Reply<store::ApiKey> reply) {
    service::create_operator_key(**store, secret, std::move(reply));
  });
  if (!key) return complain(key.error().message, kExitFailure);
  const std::string_view text = secret.reveal();
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                          std::fputc('\n', stdout) == '\n' && std::fflush(stdout) == 0;
  return is_written ? kExitOk : complain("cannot write the key to stdout", kExitFailure);
}

}  // namespace farthing::app

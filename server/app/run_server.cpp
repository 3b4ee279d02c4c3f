// SPDX-License-Identifier: Apache-2.0
#include "server/app/run_server.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "server/app/core_dumps.hpp"
#include "server/app/file_limit.hpp"
#include "server/app/first_key.hpp"
#include "server/app/heap.hpp"
#include "server/app/json_log.hpp"
#include "server/app/listen_url.hpp"
#include "server/app/secret_file.hpp"
#include "server/app/server_app.hpp"
#include "server/app/server_options.hpp"
#include "server/app/statement_key.hpp"
#include "server/app/stop_request.hpp"
#include "server/app/store_location.hpp"
#include "server/store/embedded/data_directory.hpp"

namespace farthing::app {
namespace {

using Logger = std::shared_ptr<spdlog::logger>;

BasicResult<std::shared_ptr<const http::TlsContext>, std::string> load_tls(
    const ServerOptions& options, const Logger& logger) {
  const http::TlsFiles& files = *options.tls;
  if (auto done = check_secret_file(files.key, options.shared_secrets); !done) return done.error();
  auto tls = http::TlsContext::load(files);
  if (!tls) return tls;
  const Instant expires_at = (*tls)->expires_at();
  logger->info("the TLS certificate of {} expires at {}", files.certificate,
               expires_at.to_string());
  if (expires_at <= SystemClock().now()) logger->warn("the TLS certificate has expired");
  return tls;
}

// Reads certificate and key again; keeps what there is when the new pair is of no use.
void reload_tls(const ServerOptions& options, const Logger& logger, ServerApp& app) {
  auto tls = load_tls(options, logger);
  if (!tls) {
    logger->error("the TLS certificate in use is kept: {}", tls.error());
    return;
  }
  app.set_tls(*std::move(tls));
}

// Nodes on one database have no folder of their own in common: there it must be named.
std::optional<std::filesystem::path> find_statement_key_file(const ServerOptions& options) {
  if (options.statement_key_file) return options.statement_key_file;
  if (options.store.is_database()) return {};
  return options.store.data / store::embedded::kStatementKeyFile;
}

// Finds the key that statements are signed with; nothing when no file is named for it.
BasicResult<std::optional<SigningKey>, std::string> find_statement_key(const ServerOptions& options,
                                                                       const Logger& logger) {
  const auto file = find_statement_key_file(options);
  if (!file) {
    logger->warn("statements are not signed, so none are given: set statement_key");
    return std::optional<SigningKey>();
  }
  auto key = ensure_statement_key(*file, options.shared_secrets);
  if (!key) return std::move(key).error();
  return std::optional(*std::move(key));
}

// Takes back connections for which there are no files, so that idle ones make room before the files
// run out.
BasicResult<Done, std::string> fit_connections(http::ServerOptions& http, const Logger& logger) {
  const std::size_t fitting = make_room_for(http.max_connections);
  if (fitting == 0) {
    return "the limit of open files is too low: a server needs " + std::to_string(kFewestFiles) +
           " at least";
  }
  if (fitting < http.max_connections) {
    logger->warn("the limit of open files has room for {} connections, and {} are configured",
                 fitting, http.max_connections);
    http.max_connections = fitting;
  }
  return Done{};
}

// The line about callers is the last: whoever waits for it may begin.
void tell_places(const ServerOptions& options, const ServerApp& app, const Logger& logger) {
  const std::string_view scheme = options.tls ? "https" : "http";
  if (options.http.admin) {
    logger->info("listening for operators on {}",
                 listen_url(scheme, *options.http.admin, app.admin_port()));
  }
  std::string places;
  for (std::size_t at = 0; at < options.http.listen.size(); ++at) {
    if (at > 0) places += " and ";
    places += listen_url(scheme, options.http.listen[at], app.port(at));
  }
  logger->info("listening on {}", places);
}

// Serves until it is told to stop or must; every error from here on is in the log.
Ending run(const ServerOptions& options, const Logger& logger, const StopRequest& stop) {
  const auto fail = [&logger](const std::string& sentence) {
    logger->error(sentence);
    return Ending::failed;
  };
  bound_heap(options.http.threads);
  http::ServerOptions http = options.http;
  http.logger = logger;
  if (options.tls) {
    auto tls = load_tls(options, logger);
    if (!tls) return fail(tls.error());
    http.tls = *std::move(tls);
  }
  // Until this is set, a store that is made here has served nobody, and is not to stay.
  const auto is_started = std::make_shared<std::atomic<bool>>(false);
  std::atomic<bool> has_failed = false;  // while it stops, too
  auto store = open_store(
      options.store,
      {.on_fatal =
           [&](const std::string& what) {
             logger->critical("the store has failed and cannot go on: {}", what);
             has_failed = true;
             stop.fail();
           },
       .on_event = [&logger](const std::string& what) { logger->warn("store: {}", what); }},
      {.disk_marks = options.disk_marks,
       .memory = options.memory,
       .erase_after = options.erase_after},
      is_started, options.max_clock_gap);
  if (!store) return fail(store.error().message);

  FirstKey first_key = FirstKey::existed;
  const std::filesystem::path key_file = options.store.data / store::embedded::kAdminKeyFile;
  if (!options.store.is_database()) {
    const auto ensured = ensure_first_key(**store, key_file, options.key_prefix);
    if (!ensured) return fail(ensured.error());
    first_key = *ensured;
  }
  auto statement_key = find_statement_key(options, logger);
  if (!statement_key) return fail(statement_key.error());
  if (auto done = fit_connections(http, logger); !done) return fail(done.error());
  auto app = ServerApp::start(*std::move(store), *std::move(statement_key), std::move(http),
                              options.rate_limits, options.user_limits, options.key_prefix,
                              options.tag_names);
  if (!app) return fail(app.error());
  *is_started = true;
  if (first_key == FirstKey::written) {
    logger->info("the first admin key is in {}", key_file.string());
  }
  tell_places(options, **app, logger);

  Wake wake = stop.wait();
  for (; wake == Wake::reload; wake = stop.wait()) reload_tls(options, logger, **app);
  logger->info("stopping");
  (*app).reset();
  logger->info("stopped");
  return wake == Wake::stop && !has_failed ? Ending::orderly : Ending::failed;
}

}  // namespace

BasicResult<Ending, std::string> run_server(const ServerOptions& options) {
  if (options.core_dumps == CoreDumps::forbidden) {
    if (auto error = forbid_core_dumps()) return *std::move(error);
  }
  const auto stop = StopRequest::make(options.tls ? HangUp::reloads : HangUp::stops);
  if (!stop) return stop.error();
  return run(options, make_json_logger(options.log_level), *stop);
}

}  // namespace farthing::app

// SPDX-License-Identifier: Apache-2.0
#include "server/app/commands.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "server/app/await.hpp"
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
#include "server/service/api_key_secret.hpp"
#include "server/service/operator_key.hpp"
#include "server/store/embedded/clock_set_back.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/postgres/clock_set_back.hpp"
#include "server/store/postgres/connection.hpp"
#include "server/store/postgres/schema.hpp"

namespace farthing::app {
namespace {

using Logger = std::shared_ptr<spdlog::logger>;

void tell(const std::string& sentence) { std::fprintf(stderr, "farthing: %s\n", sentence.c_str()); }

int complain(const std::string& sentence, int exit_code) {
  tell(sentence);
  return exit_code;
}

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

// Keeps what there is when the new pair is of no use.
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

// Serves until it is told to stop or must; every error from here on is in the log.
int run(const ServerOptions& options, const Logger& logger, const StopRequest& stop) {
  const auto fail = [&logger](const std::string& sentence) {
    logger->error(sentence);
    return kExitFailure;
  };
  bound_heap(options.http.threads);
  http::ServerOptions http = options.http;
  http.logger = logger;
  if (options.tls) {
    auto tls = load_tls(options, logger);
    if (!tls) return fail(tls.error());
    http.tls = *std::move(tls);
  }
  // Until then a store that is made here has served nobody, and is not to stay.
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
      {.disk_marks = options.disk_marks, .memory = options.memory}, is_started,
      options.max_clock_gap);
  if (!store) return fail(store.error().message);

  FirstKey first_key = FirstKey::existed;
  const std::filesystem::path key_file = options.store.data / store::embedded::kAdminKeyFile;
  if (!options.store.is_database()) {
    const auto ensured = ensure_first_key(**store, key_file);
    if (!ensured) return fail(ensured.error());
    first_key = *ensured;
  }
  std::optional<SigningKey> statement_key;
  if (const auto file = find_statement_key_file(options)) {
    auto made = ensure_statement_key(*file, options.shared_secrets);
    if (!made) return fail(made.error());
    statement_key = *std::move(made);
  } else {
    logger->warn("statements are not signed, so none are given: set statement_key");
  }

  const std::size_t fitting = make_room_for(http.max_connections);
  if (fitting == 0) {
    return fail("the limit of open files is too low: a server needs " +
                std::to_string(kFewestFiles) + " at least");
  }
  if (fitting < http.max_connections) {
    logger->warn("the limit of open files has room for {} connections, and {} are configured",
                 fitting, http.max_connections);
    // So that idle ones make room before the files run out.
    http.max_connections = fitting;
  }
  auto app = ServerApp::start(*std::move(store), std::move(statement_key), std::move(http),
                              options.rate_limits, options.user_limits);
  if (!app) return fail(app.error());
  *is_started = true;
  if (first_key == FirstKey::written) {
    logger->info("the first admin key is in {}", key_file.string());
  }
  const std::string_view scheme = options.tls ? "https" : "http";
  if (options.http.admin) {
    logger->info("listening for operators on {}",
                 listen_url(scheme, *options.http.admin, (*app)->admin_port()));
  }
  std::string places;
  for (std::size_t at = 0; at < options.http.listen.size(); ++at) {
    if (at > 0) places += " and ";
    places += listen_url(scheme, options.http.listen[at], (*app)->port(at));
  }
  // Last: whoever waits for it may begin.
  logger->info("listening on {}", places);

  Wake wake = stop.wait();
  for (; wake == Wake::reload; wake = stop.wait()) reload_tls(options, logger, **app);
  logger->info("stopping");
  (*app).reset();
  logger->info("stopped");
  return wake == Wake::stop && !has_failed ? kExitOk : kExitFailure;
}

int make_first_key(const StoreLocation& location, const std::filesystem::path& file) {
  const auto store = open_store(location, {});
  if (!store) return complain(store.error().message, kExitFailure);
  const auto first_key = ensure_first_key(**store, file);
  if (!first_key) return complain(first_key.error(), kExitFailure);
  if (*first_key == FirstKey::written) {
    std::fprintf(stderr, "farthing: the first admin key is in %s\n", file.c_str());
  } else {
    std::fprintf(stderr, "farthing: there are keys already, so none was made\n");
  }
  return kExitOk;
}

}  // namespace

int serve(const ServeArguments& arguments) {
  keep_new_files_private();
  const auto options = resolve_options(arguments);
  if (!options) return complain(options.error(), kExitUsage);
  if (options->core_dumps == CoreDumps::forbidden) {
    if (const auto error = forbid_core_dumps()) return complain(*error, kExitFailure);
  }
  const auto stop = StopRequest::make(options->tls ? HangUp::reloads : HangUp::stops);
  if (!stop) return complain(stop.error(), kExitFailure);
  return run(*options, make_json_logger(options->log_level), *stop);
}

int admin_key(const StoreArguments& arguments) {
  keep_new_files_private();
  const auto location = find_store(arguments);
  if (!location) return complain(location.error(), kExitUsage);
  if (!*location) {
    return complain("say where the store is: --data DIR or --store URL", kExitUsage);
  }
  if (!(*location)->is_database() &&
      !store::embedded::DataDirectory::holds_store((*location)->data)) {
    return complain("there is no store in " + (*location)->data.string(), kExitUsage);
  }
  // What fails shows as the refusal of the one command that is asked for.
  const auto store = open_store(**location, {.on_fatal = {}, .on_event = tell});
  if (!store) return complain(store.error().message, kExitFailure);

  const Secret secret = service::make_api_key_secret();
  const auto key = await<directory::ApiKey>([&](Reply<directory::ApiKey> reply) {
    service::create_operator_key(**store, secret, std::move(reply));
  });
  if (!key) return complain(key.error().message, kExitFailure);
  const std::string_view text = secret.reveal();
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                          std::fputc('\n', stdout) == '\n' && std::fflush(stdout) == 0;
  return is_written ? kExitOk : complain("cannot write the key to stdout", kExitFailure);
}

int set_clock_back(const SetClockBackArguments& arguments) {
  keep_new_files_private();
  const auto location = find_store(arguments.store);
  if (!location) return complain(location.error(), kExitUsage);
  if (!*location) return complain("say where the store is: --data DIR or --store URL", kExitUsage);
  const auto mode = arguments.is_agreed ? store::SetBackMode::act : store::SetBackMode::look;
  const auto set_back =
      (*location)->is_database()
          ? store::postgres::set_clock_back(std::string((*location)->database.reveal()), mode)
          : store::embedded::set_clock_back((*location)->data, SystemClock().now(), mode);
  if (!set_back) return complain(set_back.error().message, kExitFailure);

  std::printf("ledger_time\t%s\nclock\t%s\n", set_back->ledger_time.to_string().c_str(),
              set_back->clock.to_string().c_str());
  for (const store::ClockSetBack::Ahead& each : set_back->ahead) {
    std::printf("organization\t%s\t%s\n", each.organization.to_string().c_str(),
                each.last_at.to_string().c_str());
  }
  if (std::fflush(stdout) != 0) return complain("cannot write to stdout", kExitFailure);
  if (!set_back->is_needed()) {
    std::fprintf(stderr, "farthing: ledger time is not ahead of the clock, and stays\n");
  } else if (mode == store::SetBackMode::look) {
    std::fprintf(stderr, "farthing: nothing was done; --yes sets ledger time back to the clock\n");
  } else {
    std::fprintf(stderr, "farthing: ledger time was set back to the clock\n");
  }
  return kExitOk;
}

int migrate(const MigrateArguments& arguments) {
  keep_new_files_private();
  const auto location = find_store(arguments.store);
  if (!location) return complain(location.error(), kExitUsage);
  if (!*location || !(*location)->is_database()) {
    return complain("say which database: --store URL, --store-file FILE or FARTHING_STORE",
                    kExitUsage);
  }
  const auto connection =
      store::postgres::Connection::connect(std::string((*location)->database.reveal()));
  if (!connection) return complain(connection.error().message, kExitFailure);
  const auto applied = store::postgres::migrate(**connection);
  if (!applied) return complain(applied.error().message, kExitFailure);
  std::fprintf(stderr, "farthing: %lld migrations applied\n", static_cast<long long>(*applied));
  if (!arguments.admin_key_file) return kExitOk;

  int exit_code = kExitFailure;
  const auto acted = store::postgres::act_alone(
      **connection, [&] { exit_code = make_first_key(**location, *arguments.admin_key_file); });
  if (!acted && exit_code == kExitOk) return complain(acted.error().message, kExitFailure);
  return exit_code;
}

}  // namespace farthing::app

// SPDX-License-Identifier: Apache-2.0
#include "server/app/store_tasks.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "base/await.hpp"
#include "base/clock.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/operator_key.hpp"
#include "server/store/embedded/clock_set_back.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/postgres/clock_set_back.hpp"
#include "server/store/postgres/database_connection.hpp"

namespace farthing::app {
namespace {

using store::postgres::DatabaseConnection;

store::postgres::Checked<std::unique_ptr<DatabaseConnection>> connect(
    const StoreLocation& location) {
  return DatabaseConnection::connect(std::string(location.database.reveal()));
}

}  // namespace

bool is_store_there(const StoreLocation& location) {
  return location.is_database() || store::embedded::DataDirectory::holds_store(location.data);
}

BasicResult<Secret, std::string> make_admin_key(const StoreLocation& location,
                                                const KeyPrefix& prefix,
                                                std::function<void(const std::string&)> tell) {
  // What fails shows as the refusal of the one command that is asked for.
  const auto store = open_store(location, {.on_fatal = {}, .on_event = std::move(tell)});
  if (!store) return store.error().message;
  Secret secret = service::make_api_key_secret(prefix);
  const auto key = await<Result<directory::ApiKey>>([&](Reply<directory::ApiKey> reply) {
    service::create_operator_key(**store, secret, std::move(reply));
  });
  if (!key) return key.error().message;
  return secret;
}

BasicResult<store::ClockSetBack, std::string> set_clock_back(const StoreLocation& location,
                                                             store::SetBackMode mode) {
  auto set_back =
      location.is_database()
          ? store::postgres::set_clock_back(std::string(location.database.reveal()), mode)
          : store::embedded::set_clock_back(location.data, SystemClock().now(), mode);
  if (!set_back) return set_back.error().message;
  return *std::move(set_back);
}

BasicResult<store::embedded::JournalLoss, std::string> accept_journal_loss(
    const std::filesystem::path& data, const std::optional<std::string>& word) {
  auto loss = store::embedded::accept_journal_loss(data, word);
  if (!loss) return loss.error().message;
  return *std::move(loss);
}

BasicResult<Migrated, std::string> migrate_database(const StoreLocation& location, Spread spread) {
  const auto connection = connect(location);
  if (!connection) return connection.error().message;
  auto migrated = store::postgres::migrate(**connection, spread);
  if (!migrated) return migrated.error().message;
  return *std::move(migrated);
}

BasicResult<std::vector<std::int64_t>, std::string> finish_migrations(
    const StoreLocation& location) {
  const auto connection = connect(location);
  if (!connection) return connection.error().message;
  auto finished = store::postgres::finish(**connection);
  if (!finished) return finished.error().message;
  return *std::move(finished);
}

BasicResult<FirstKey, std::string> make_first_key(const StoreLocation& location,
                                                  const std::filesystem::path& file,
                                                  const KeyPrefix& prefix) {
  const auto connection = connect(location);
  if (!connection) return connection.error().message;
  std::optional<BasicResult<FirstKey, std::string>> first_key;
  const auto acted = store::postgres::act_alone(**connection, [&] {
    const auto store = open_store(location, {});
    if (store) {
      first_key = ensure_first_key(**store, file, prefix);
    } else {
      first_key = store.error().message;
    }
  });
  // What kept the key from being made says more than that the turn was lost afterwards.
  if (!acted && (!first_key || *first_key)) return acted.error().message;
  return *std::move(first_key);
}

}  // namespace farthing::app

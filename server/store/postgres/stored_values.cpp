// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/stored_values.hpp"

#include <optional>
#include <utility>

#include "server/ledger/soundness.hpp"

namespace farthing::store::postgres {
namespace {

std::string text_of(const Id128& id) {
  std::string text;
  id.append_to(text);
  return text;
}

}  // namespace

DatabaseError damaged(std::string what) {
  return {.failure = Failure::damaged,
          .message =
              "the database is damaged: " + std::move(what) + "; restore that row from a backup"};
}

Error unreadable() {
  return make_error(ErrorCode::server_error,
                    "What the server has stored about this cannot be read, so nothing was done. "
                    "The operator finds the place in the server's log.");
}

Checked<ledger::OrganizationState> read_state(const Rows& rows, std::size_t row, int column,
                                              OrganizationId organization) {
  auto state = ledger::decode_state(rows.bytes(row, column));
  if (state && state->organization == organization && ledger::is_sound(*state)) {
    return *std::move(state);
  }
  return damaged("ledger_state of " + organization.to_string() + " cannot be read");
}

Checked<ledger::Entry> read_entry(std::string_view stored, OrganizationId organization) {
  auto entry = ledger::decode_entry(stored);
  if (entry && entry->organization == organization && ledger::is_sound(*entry)) {
    return *std::move(entry);
  }
  return damaged("a ledger_entry of " + organization.to_string() + " cannot be read");
}

Checked<ledger::Record> read_record(std::string_view stored, OrganizationId organization,
                                    const Id128& id) {
  auto record = ledger::decode_record(stored);
  if (record && ledger::is_sound(*record)) return *std::move(record);
  return damaged("ledger_record " + text_of(id) + " of " + organization.to_string() +
                 " cannot be read");
}

Checked<ledger::SpendingRecord> read_spending_record(std::string_view stored,
                                                     OrganizationId organization,
                                                     const Id128& caller_key) {
  const auto record = ledger::decode_spending_record(stored);
  if (record) return *record;
  return damaged("ledger_spending of " + ApiKeyId{caller_key}.to_string() + " and " +
                 organization.to_string() + " cannot be read");
}

std::optional<ledger::Record> record_made_by(const ledger::Entry& maker, const Id128& id) {
  if (maker.subject != id) return {};
  return ledger::make_record(maker);
}

Checked<directory::DirectoryRecord> read_directory_record(std::string_view stored,
                                                          std::string_view table, const Id128& id) {
  auto record = directory::decode_directory_record(stored);
  if (record) return *std::move(record);
  return damaged(std::string(table) + " " + text_of(id) + " cannot be read");
}

}  // namespace farthing::store::postgres

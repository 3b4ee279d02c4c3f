// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/audit_log.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "server/directory/audit_page.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/stored_values.hpp"

namespace farthing::store::postgres {
namespace {

// How many records are read at a time.
constexpr std::int64_t kRecordsAtATime = 512;

}  // namespace

Checked<directory::AuditHead> read_audit_head(const Rows& rows) {
  if (rows.is_empty()) return concerning_all(damaged("audit_head has no row"));
  // The next number must be a valid one, too.
  if (const std::int64_t number = rows.number(0, 0);
      number < 0 || number == std::numeric_limits<std::int64_t>::max()) {
    return concerning_all(damaged("audit_head cannot be read"));
  }
  directory::AuditHead head{.number = static_cast<std::uint64_t>(rows.number(0, 0)),
                            .hash = {},
                            .at = rows.instant(0, 2)};
  const std::string_view hash = rows.bytes(0, 1);
  if (hash.size() != head.hash.size()) return concerning_all(damaged("audit_head cannot be read"));
  std::ranges::copy(hash, head.hash.begin());
  return head;
}

Checked<std::vector<Call>> add_audit_record_calls(const Rows& rows, Instant at,
                                                  const ApiKeyId& api_key,
                                                  directory::ActOrigin origin, directory::Act act) {
  const auto head = read_audit_head(rows);
  if (!head) return head.error();
  std::vector<Call> calls;
  append_audit_record(
      directory::make_audit_record(*head, at, api_key, std::move(origin), std::move(act)), calls);
  return calls;
}

void append_audit_record(const directory::AuditRecord& record, std::vector<Call>& calls) {
  std::string encoded;
  append_encoded(record, encoded);
  Parameters added;
  added.add(as_number(record.number)).add(std::string_view(encoded));
  Parameters moved;
  moved.add(as_number(record.number))
      .add(as_bytes(record.hash))
      .add(directory::head_after(record).at.us());
  calls.push_back({kAddAuditRecord, std::move(added)});
  calls.push_back({kMoveAuditHead, std::move(moved)});
}

Checked<Page<directory::AuditRecord>> list_audit_log(Session& session,
                                                     const directory::AuditFilter& filter,
                                                     const PageRequest<Id128>& page) {
  directory::AuditPage records(filter, page);
  std::uint64_t next = directory::first_audit_number(page);
  for (bool is_wanting = true; is_wanting;) {
    Parameters parameters;
    parameters.add(as_number(next)).add(kRecordsAtATime);
    const auto answers = session.run({Call{kReadAuditLog, std::move(parameters)}});
    if (!answers) return answers.error();
    const Rows& rows = answers->front();
    for (std::size_t row = 0; row < rows.size() && is_wanting; ++row) {
      auto record = directory::decode_audit_record(rows.bytes(row, 0));
      if (!record) {
        return damaged("audit_record " + std::to_string(rows.number(row, 1)) + " cannot be read");
      }
      if (record->number < next) {
        return damaged("audit_record " + std::to_string(rows.number(row, 1)) +
                       " has another's number");
      }
      next = record->number + 1;
      is_wanting = records.take(*std::move(record));
    }
    is_wanting = is_wanting && rows.size() == static_cast<std::size_t>(kRecordsAtATime);
  }
  return records.finish();
}

}  // namespace farthing::store::postgres

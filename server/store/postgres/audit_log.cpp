// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/audit_log.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "server/store/audit_page.hpp"
#include "server/store/postgres/statements.hpp"

namespace farthing::store::postgres {
namespace {

// Records are read so many at a time.
constexpr std::int64_t kRecordsAtATime = 512;

std::int64_t as_number(std::uint64_t number) { return static_cast<std::int64_t>(number); }

}  // namespace

AuditHead audit_head_of(const Rows& rows) {
  CHECK(rows.size() == 1);
  AuditHead head{.number = static_cast<std::uint64_t>(rows.number(0, 0)),
                 .hash = {},
                 .at = rows.instant(0, 2)};
  const std::string_view hash = rows.bytes(0, 1);
  CHECK(hash.size() == head.hash.size());
  std::ranges::copy(hash, head.hash.begin());
  return head;
}

std::vector<Call> add_audit_record_calls(const Rows& head, Instant at, const ApiKeyId& api_key,
                                         ActOrigin origin, Act act) {
  std::vector<Call> calls;
  append_audit_record(
      make_audit_record(audit_head_of(head), at, api_key, std::move(origin), std::move(act)),
      calls);
  return calls;
}

void append_audit_record(const AuditRecord& record, std::vector<Call>& calls) {
  std::string encoded;
  append_encoded(record, encoded);
  Parameters added;
  added.add(as_number(record.number)).add(std::string_view(encoded));
  Parameters moved;
  moved.add(as_number(record.number)).add(as_bytes(record.hash)).add(record.at.us());
  calls.push_back({kAddAuditRecord, std::move(added)});
  calls.push_back({kMoveAuditHead, std::move(moved)});
}

Checked<Page<AuditRecord>> list_audit_log(Session& session, const AuditFilter& filter,
                                          const PageRequest<Id128>& page) {
  AuditPage records(filter, page);
  std::uint64_t next = first_audit_number(page);
  for (bool is_wanting = true; is_wanting;) {
    Parameters parameters;
    parameters.add(as_number(next)).add(kRecordsAtATime);
    const auto answers = session.run({Call{kReadAuditLog, std::move(parameters)}});
    if (!answers) return answers.error();
    const Rows& rows = answers->front();
    for (std::size_t row = 0; row < rows.size() && is_wanting; ++row) {
      auto record = decode_audit_record(rows.bytes(row, 0));
      CHECK(record);
      next = record->number + 1;
      is_wanting = records.take(*std::move(record));
    }
    is_wanting = is_wanting && rows.size() == static_cast<std::size_t>(kRecordsAtATime);
  }
  return records.finish();
}

}  // namespace farthing::store::postgres

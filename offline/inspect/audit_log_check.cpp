// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/audit_log_check.hpp"

#include <string>
#include <utility>

namespace farthing::inspect {

// The chain is recomputed by code that knows the stored form alone.
Result<AuditLogReport> check_audit_log(const store::TransferSource& source) {
  AuditLogReport report;
  const auto visited =
      source.visit_audit_log(0, [&](const directory::AuditRecord& record) -> Result<Done> {
        std::string stored;
        directory::append_encoded(record, stored);
        const auto act = verify::decode_stored_act(stored);
        if (!act) {
          return make_error(ErrorCode::server_error, "A record of the audit log is malformed.");
        }
        auto wrong = report.chain.next(*act);
        if (!wrong) wrong = report.replay.next(*act);
        if (wrong) {
          report.deviation =
              verify::ActDeviation{.number = act->number, .finding = *std::move(wrong)};
          return make_error(ErrorCode::server_error);  // ends the visit
        }
        return Done{};
      });
  if (!visited && !report.deviation) return visited.error();
  return report;
}

}  // namespace farthing::inspect

// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/audit_log_check.hpp"

#include <string>
#include <utility>

namespace farthing::inspect {

// The chain is recomputed by code that knows the stored form alone.
Result<std::optional<verify::ActDeviation>> check_audit_log(const store::TransferSource& source) {
  verify::AuditChain chain;
  std::optional<verify::ActDeviation> deviation;
  const auto visited =
      source.visit_audit_log(0, [&](const directory::AuditRecord& record) -> Result<Done> {
        std::string stored;
        directory::append_encoded(record, stored);
        const auto act = verify::decode_stored_act(stored);
        if (!act) {
          return make_error(ErrorCode::server_error, "A record of the audit log is malformed.");
        }
        auto wrong = chain.next(*act);
        if (!wrong) return Done{};
        deviation = verify::ActDeviation{.number = act->number, .finding = *std::move(wrong)};
        return make_error(ErrorCode::server_error);  // ends the visit
      });
  if (deviation) return deviation;
  if (!visited) return visited.error();
  return deviation;
}

}  // namespace farthing::inspect

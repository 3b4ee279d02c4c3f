// SPDX-License-Identifier: Apache-2.0
#include "server/service/operations.hpp"

#include <utility>

namespace farthing::service {

void Operations::list_audit_log(directory::AuditFilter filter, PageRequest<Id128> page,
                                Reply<Page<directory::AuditRecord>> reply) const {
  store_.list_audit_log(std::move(filter), page, std::move(reply));
}

void Operations::confirm_clock(Requester requester, Reply<ClockStatus> reply) const {
  const ClockStatus status = clock_status();
  if (status.doubt == ClockDoubt::none) return reply(status);
  registry_.confirm_clock(std::move(requester), status.clock,
                          [this, reply = std::move(reply)](Result<Done> confirmed) mutable {
                            if (!confirmed) return reply(std::move(confirmed).error());
                            reply(clock_status());
                          });
}

}  // namespace farthing::service

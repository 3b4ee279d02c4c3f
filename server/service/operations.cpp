// SPDX-License-Identifier: Apache-2.0
#include "server/service/operations.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace farthing::service {
namespace {

Error no_such_entry() {
  Error error = make_error(ErrorCode::not_found, "There is no such entry.");
  error.field = "entry";
  return error;
}

// Returns the names of the texts that there are.
std::string names_of(const ledger::Erasable& texts) {
  std::string names;
  const auto add = [&names](std::string_view name, const std::string& text) {
    if (text.empty()) return;
    if (!names.empty()) names += ", ";
    names += name;
  };
  add("metadata", texts.metadata);
  add("reason", texts.reason);
  add("payment_reference", texts.payment_reference);
  return names;
}

}  // namespace

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

void Operations::read_entry(directory::EntryTexts of, Reply<ledger::Entry> reply) const {
  store_.read_entries(of.organization, {of.seq},
                      [reply = std::move(reply)](Result<std::vector<ledger::Entry>> read) mutable {
                        if (!read) return reply(std::move(read).error());
                        if (read->empty()) return reply(no_such_entry());
                        reply(std::move(read->front()));
                      });
}

void Operations::erase_texts(Requester requester, directory::EntryTexts of,
                             Reply<ledger::Entry> reply) const {
  read_entry(of, [this, of, requester = std::move(requester),
                  reply = std::move(reply)](Result<ledger::Entry> entry) mutable {
    if (!entry || entry->origin.erasable.is_empty()) return reply(std::move(entry));
    const std::string names = names_of(entry->origin.erasable);
    registry_.erase_texts(std::move(requester), of, names,
                          [this, of, reply = std::move(reply)](Result<Done> erased) mutable {
                            if (!erased) return reply(std::move(erased).error());
                            read_entry(of, std::move(reply));
                          });
  });
}

}  // namespace farthing::service

// SPDX-License-Identifier: Apache-2.0
#include "server/service/books.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

#include "server/ledger/entry_id.hpp"
#include "server/store/past_state.hpp"

namespace farthing::service {

void Books::read_balance(OrganizationId organization, std::optional<Instant> at,
                         Reply<BalanceSheet> reply) const {
  Reply<store::CurrentState> take_state =
      [this, organization, reply = std::move(reply)](Result<store::CurrentState> state) mutable {
        if (!state) return reply(std::move(state).error());
        add_burn_rate(organization, *std::move(state), std::move(reply));
      };
  if (at) {
    store::read_state_at(store_, organization, *at, std::move(take_state));
  } else {
    store_.read_state(organization, std::move(take_state));
  }
}

void Books::add_burn_rate(OrganizationId organization, store::CurrentState current,
                          Reply<BalanceSheet> reply) const {
  const std::uint64_t last_seq = current.state.last_seq;
  const std::uint64_t passed = last_seq > kBurnEntries ? last_seq - kBurnEntries : 0;
  const PageRequest<Id128> page{.after = ledger::make_entry_id(current.at, passed),
                                .limit = kBurnEntries};
  ledger::EntryFilter filter;
  filter.from = current.at.plus(-kBurnPeriod);
  filter.to = current.at.plus(std::chrono::microseconds(1));
  store_.list_entries(
      organization, std::move(filter), page,
      [current = std::move(current),
       reply = std::move(reply)](Result<Page<ledger::Entry>> latest) mutable {
        if (!latest) return reply(std::move(latest).error());
        reply(BalanceSheet{
            .report = make_balance_report(current),
            .burn = make_burn_rate(latest->records, current.state.balance.available, current.at),
            .as_of = current.at});
      });
}

void Books::read_grant(GrantId id, Reply<ledger::GrantStatus> reply) const {
  store_.read_grant(id, std::move(reply));
}

void Books::read_outcome(OrganizationId organization, std::string idempotency_key,
                         Reply<ledger::Outcome> reply) const {
  store_.read_outcome(organization, std::move(idempotency_key), std::move(reply));
}

void Books::list_grants(OrganizationId organization, PageRequest<Id128> page,
                        Reply<Page<ledger::GrantStatus>> reply) const {
  store_.list_grants(organization, page, std::move(reply));
}

void Books::list_charges(OrganizationId organization, PageRequest<Id128> page,
                         Reply<Page<ledger::ChargeStatus>> reply) const {
  store_.list_charges(organization, page, std::move(reply));
}

void Books::list_entries(OrganizationId organization, ledger::EntryFilter filter,
                         PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) const {
  store_.list_entries(organization, std::move(filter), page, std::move(reply));
}

}  // namespace farthing::service

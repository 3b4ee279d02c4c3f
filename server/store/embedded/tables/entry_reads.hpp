// SPDX-License-Identifier: Apache-2.0
// Reads of an organization's entries, of those in the database and the fresh ones alike: everything
// that was published before a read began is seen. May wait for the disk. Safe to use from any
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/embedded/memory/published_ledger.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/store.hpp"

namespace farthing::store::embedded {

class EntryReads {
 public:
  // Both must outlive this.
  EntryReads(const Database& database, const PublishedLedgers& ledgers)
      : database_(database), ledgers_(ledgers) {}

  // The entry that made what has this id; nothing if none did.
  Result<std::optional<ledger::Entry>> find_maker(OrganizationId organization,
                                                  const Id128& id) const;
  // Those with these numbers, which rise; those that are not there are left out.
  Result<std::vector<ledger::Entry>> find_all(OrganizationId organization,
                                              const std::vector<std::uint64_t>& seqs) const;
  // Grants are few among the entries, so they have an index; charges are most of them, so they are
  // picked out, and the page says so where it had to pass over too many others.
  Result<Page<ledger::Entry>> list_grants(OrganizationId organization,
                                          const PageRequest<Id128>& page) const;
  Result<Page<ledger::Entry>> list_charges(OrganizationId organization,
                                           const PageRequest<Id128>& page) const;
  // Those that pass the filter. Its time is looked up in the order of the entries; by the rest of
  // it they are picked out, as charges are.
  Result<Page<ledger::Entry>> list(OrganizationId organization, const ledger::EntryFilter& filter,
                                   const PageRequest<Id128>& page) const;
  // Every entry, in order; none when there is no such organization.
  Result<std::vector<ledger::Entry>> read_all(OrganizationId organization) const;

 private:
  // The stored form of an entry: of the one with that number, or of all from it on, in order, until
  // `visit` returns false.
  Result<std::optional<std::string>> find(OrganizationId organization, std::uint64_t seq) const;
  Result<Done> visit_from(OrganizationId organization, std::uint64_t seq,
                          const std::function<bool(std::string_view)>& visit) const;
  enum class Verdict : std::uint8_t { wanted, unwanted, past_the_end };
  // Those of the entries from `seq` on that `judge` wants: up to `limit` of them, until one is past
  // the end.
  Result<Page<ledger::Entry>> pick(OrganizationId organization, std::uint64_t seq,
                                   std::size_t limit,
                                   const std::function<Verdict(const ledger::Entry&)>& judge) const;
  // The number of the first entry that is not before `at`, or of the one that comes next.
  Result<std::uint64_t> find_first_since(OrganizationId organization, Instant at) const;
  // False also for an entry that is not there.
  Result<bool> is_before(OrganizationId organization, std::uint64_t seq, Instant at) const;

  const Database& database_;
  const PublishedLedgers& ledgers_;
};

}  // namespace farthing::store::embedded

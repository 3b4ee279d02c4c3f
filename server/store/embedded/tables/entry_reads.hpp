// SPDX-License-Identifier: Apache-2.0
// Reads an organization's entries, those in the database and the fresh ones alike. A read sees
// everything that was published before it began. May wait for the disk. Safe to use from any
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

  // Finds the entry that made what has this id; nothing if none did.
  Result<std::optional<ledger::Entry>> find_maker(OrganizationId organization,
                                                  const Id128& id) const;
  // Finds the entries with these numbers, which must rise. Entries that are not there are left out.
  Result<std::vector<ledger::Entry>> find_all(OrganizationId organization,
                                              const std::vector<std::uint64_t>& seqs) const;
  // Lists grants by an index, because they are few among the entries. Charges are most of them, so
  // list_charges picks them out, and the page says so when it had to pass over too many others.
  Result<Page<ledger::Entry>> list_grants(OrganizationId organization,
                                          const PageRequest<Id128>& page) const;
  Result<Page<ledger::Entry>> list_charges(OrganizationId organization,
                                           const PageRequest<Id128>& page) const;
  // Lists the entries that pass the filter. The filter's time is looked up in the order of the
  // entries; by the rest of it they are picked out, as charges are.
  Result<Page<ledger::Entry>> list(OrganizationId organization, const ledger::EntryFilter& filter,
                                   const PageRequest<Id128>& page) const;
  // Reads every entry, in order; none when there is no such organization.
  Result<std::vector<ledger::Entry>> read_all(OrganizationId organization) const;

 private:
  // `find` reads the stored form of the entry with that number; `visit_from` visits those of all
  // entries from it on, in order, until `visit` returns false.
  Result<std::optional<std::string>> find(OrganizationId organization, std::uint64_t seq) const;
  Result<Done> visit_from(OrganizationId organization, std::uint64_t seq,
                          const std::function<bool(std::string_view)>& visit) const;
  enum class Verdict : std::uint8_t { wanted, unwanted, past_the_end };
  // Picks out the entries from `seq` on that `judge` wants: up to `limit` of them, until one is
  // past the end.
  Result<Page<ledger::Entry>> pick(OrganizationId organization, std::uint64_t seq,
                                   std::size_t limit,
                                   const std::function<Verdict(const ledger::Entry&)>& judge) const;
  // Returns the number of the first entry that is not before `at`; without one, the number that the
  // next entry will get.
  Result<std::uint64_t> find_first_since(OrganizationId organization, Instant at) const;
  // Returns whether the entry is before `at`; false also for an entry that is not there.
  Result<bool> is_before(OrganizationId organization, std::uint64_t seq, Instant at) const;

  const Database& database_;
  const PublishedLedgers& ledgers_;
};

}  // namespace farthing::store::embedded

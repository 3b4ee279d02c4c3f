// SPDX-License-Identifier: Apache-2.0
// How the content of a store leaves it, and how it comes into another one, whatever both are. Only
// three things go over: the records of the directory, each whole, the entries in their stored form,
// as they were hashed, and the audit log. All else (states, records, indexes, snapshots) follows
// from the entries, and a target makes it by the rules of the ledger. Calls block; for one thread.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/directory/audit_record.hpp"
#include "server/directory/record.hpp"

namespace farthing::store {

// What whoever opens a store makes of one that was copied there and is not finished.
enum class Unfinished : std::uint8_t { refused, accepted };

// Where an entry stands when those of all organizations are put in one order: by organization, then
// by number.
struct EntryPlace {
  OrganizationId organization;
  std::uint64_t seq = 0;

  friend auto operator<=>(const EntryPlace&, const EntryPlace&) = default;
};

// A store to be read, as it is at one moment.
class TransferSource {
 public:
  using VisitRecord = std::function<Result<Done>(const directory::DirectoryRecord& record)>;
  // The view lives until it returns.
  using VisitEntry = std::function<Result<Done>(const EntryPlace& place, std::string_view stored)>;
  using VisitAct = std::function<Result<Done>(const directory::AuditRecord& record)>;

  virtual ~TransferSource() = default;

  // Every record of the directory in the order of their keys, so that what refers to something
  // comes after it. Ends with the error of a visit.
  virtual Result<Done> visit_directory(const VisitRecord& visit) const = 0;
  // Every entry behind `after`, in order. Ends with the error of a visit.
  virtual Result<Done> visit_entries(const EntryPlace& after, const VisitEntry& visit) const = 0;
  // Every record of the audit log behind the one with that number, in order. Ends with the error of
  // a visit.
  virtual Result<Done> visit_audit_log(std::uint64_t after, const VisitAct& visit) const = 0;
  // Whether somebody has changed the store since this began to read it.
  virtual Result<bool> has_changed() const = 0;
};

struct TransferEntry {
  EntryPlace place;
  std::string stored;
};

// A store that is written to, and that serves nobody until it is whole: while it has a mark, a
// server refuses it.
class TransferTarget {
 public:
  virtual ~TransferTarget() = default;

  // Whether there is nothing in it.
  virtual Result<bool> is_empty() const = 0;
  // What an unfinished transfer into it is known by; nothing when there is none.
  virtual Result<std::optional<std::string>> read_mark() const = 0;
  // Durable when it returns, as all that follows.
  virtual Result<Done> set_mark(const std::string& mark) = 0;
  virtual Result<Done> clear_mark() = 0;

  // What records refer to must be there or come before them. Records that are there already change
  // nothing.
  virtual Result<Done> put_directory(std::span<const directory::DirectoryRecord> records) = 0;
  // The entry that was added last; nothing when there is none yet.
  virtual Result<std::optional<EntryPlace>> find_last_entry() const = 0;
  // The next entries, in order: all or none of them. Their organizations must be there.
  virtual Result<Done> add_entries(std::span<const TransferEntry> entries) = 0;
  // The number of the record of the audit log that was added last; 0 when there is none yet.
  virtual Result<std::uint64_t> find_last_act() const = 0;
  // The next records, in order: all or none of them.
  virtual Result<Done> add_acts(std::span<const directory::AuditRecord> acts) = 0;
};

}  // namespace farthing::store

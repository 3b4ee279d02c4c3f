// SPDX-License-Identifier: Apache-2.0
// Copies the content of one store into another, of whatever kinds they are. Only three things are
// copied: the records of the directory, each whole, the entries in their stored form, as they were
// hashed, and the audit log. All else (states, records, indexes, snapshots) follows from the
// entries, and the target makes it by the rules of the ledger. Calls block; for one thread.
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
#include "server/directory/directory_record.hpp"

namespace farthing::store {

// Whether a store is opened although a copy into it is not finished.
enum class Unfinished : std::uint8_t { refused, accepted };

// The place of an entry in the order of all organizations' entries: by organization, then by
// number.
struct EntryPlace {
  OrganizationId organization;
  std::uint64_t seq = 0;

  friend auto operator<=>(const EntryPlace&, const EntryPlace&) = default;
};

// A store to be read, as it was at one moment.
class TransferSource {
 public:
  using VisitRecord = std::function<Result<Done>(const directory::DirectoryRecord& record)>;
  // The view `stored` is valid until the visit returns.
  using VisitEntry = std::function<Result<Done>(const EntryPlace& place, std::string_view stored)>;
  using VisitAct = std::function<Result<Done>(const directory::AuditRecord& record)>;

  virtual ~TransferSource() = default;

  // Visits every record of the directory in the order of their keys, so that what refers to
  // something comes after it. Ends with the error of a visit.
  virtual Result<Done> visit_directory(const VisitRecord& visit) const = 0;
  // Visits every entry behind `after`, in order. Ends with the error of a visit.
  virtual Result<Done> visit_entries(const EntryPlace& after, const VisitEntry& visit) const = 0;
  // Visits every record of the audit log behind the number `after`, in order. Ends with the error
  // of a visit.
  virtual Result<Done> visit_audit_log(std::uint64_t after, const VisitAct& visit) const = 0;
  // Returns whether somebody has changed the store since this began to read it.
  virtual Result<bool> has_changed() const = 0;
};

struct TransferEntry {
  EntryPlace place;
  std::string stored;
};

// A store that is written to and serves nobody until it is whole: a server refuses it while it has
// a mark.
class TransferTarget {
 public:
  virtual ~TransferTarget() = default;

  // Returns whether there is nothing in it.
  virtual Result<bool> is_empty() const = 0;
  // Returns what an unfinished transfer into it is known by; nothing when there is none.
  virtual Result<std::optional<std::string>> read_mark() const = 0;
  // Sets the mark. What this and the calls below change is durable when they return.
  virtual Result<Done> set_mark(const std::string& mark) = 0;
  virtual Result<Done> clear_mark() = 0;

  // Stores records of the directory. What they refer to must be there or come before them. Records
  // that are there already change nothing.
  virtual Result<Done> put_directory(std::span<const directory::DirectoryRecord> records) = 0;
  // Returns the place of the entry that was added last; nothing when there is none yet.
  virtual Result<std::optional<EntryPlace>> find_last_entry() const = 0;
  // Adds the next entries, in order: all or none of them. Their organizations must be there.
  virtual Result<Done> add_entries(std::span<const TransferEntry> entries) = 0;
  // Returns the number of the record of the audit log that was added last; 0 when there is none
  // yet.
  virtual Result<std::uint64_t> find_last_act() const = 0;
  // Adds the next records of the audit log, in order: all or none of them.
  virtual Result<Done> add_acts(std::span<const directory::AuditRecord> acts) = 0;
};

}  // namespace farthing::store

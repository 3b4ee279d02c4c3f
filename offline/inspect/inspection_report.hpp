// SPDX-License-Identifier: Apache-2.0
// The findings of an audit of a whole store, and what two stores must have in common to be the
// same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "server/directory/directory_record.hpp"
#include "verify/counts.hpp"
#include "verify/finding.hpp"

namespace farthing::inspect {

// Returns the finding that `what` is stored in a form that nobody can read.
inline verify::Finding unreadable(std::string what) {
  return {.what = std::move(what), .expected = "what can be read", .found = "something else"};
}

// The end of an organization's chain.
struct Head {
  std::uint64_t seq = 0;  // 0: no entry
  Digest hash{};
  Digest content{};  // taken over the stored forms, so it has the metadata in it, too

  void add(std::uint64_t entry_seq, const Digest& entry_hash, std::string_view stored) {
    seq = entry_seq;
    hash = entry_hash;
    content = sha256({as_bytes(content), stored});
  }

  friend bool operator==(const Head&, const Head&) = default;
};

// Records of the directory, counted, and a digest of all of them in the order in which they came.
struct DirectorySummary {
  std::uint64_t users = 0;
  std::uint64_t api_keys = 0;
  Digest content{};

  void add(const directory::DirectoryRecord& record);
};

// The first thing that deviates, after which nothing was looked at.
struct StoreDeviation {
  std::string part;  // of the store: "ledger", "directory", "audit log"
  std::string what;  // one line: "organization org-… entry 17: available: expected 12.5, found 13"

  const std::string& to_string() const { return what; }
};

StoreDeviation deviation_of_directory(const std::string& name, const verify::Finding& finding);
StoreDeviation deviation_of_ledger(OrganizationId organization, std::uint64_t seq,
                                   const verify::Finding& finding);

struct InspectionReport {
  verify::Counts counts;
  std::optional<StoreDeviation> deviation;
  DirectorySummary directory;
  std::map<OrganizationId, Head> heads;  // of every organization
};

}  // namespace farthing::inspect

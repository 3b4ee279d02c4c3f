// SPDX-License-Identifier: Apache-2.0
// The chain of the audit log: numbers without gaps, time that goes back only directly after an act
// that sets it back, and hashes of which each follows from the one before and the bytes of its
// record. It relies on the format alone (docs/reference/formats.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "verify/finding.hpp"

namespace farthing::verify {

struct ActChange {
  std::string field;
  std::optional<std::string> before;
  std::optional<std::string> after;
  // What is hashed in place of values that tell of a person. These may be erased; it stays.
  std::optional<Digest> before_digest = {};
  std::optional<Digest> after_digest = {};

  bool is_personal() const { return before_digest || after_digest; }
  // Returns whether there was, or is, a value that was erased.
  bool has_erased_before() const { return before_digest && !before; }
  bool has_erased_after() const { return after_digest && !after; }
};

struct Act {
  std::uint8_t version = 1;
  std::uint64_t number = 0;
  Instant at;
  std::optional<Id128> api_key;
  Id128 user;  // zeros without a key
  std::string address;
  std::string request;
  std::string kind;
  std::string target;
  std::optional<Id128> organization;
  std::vector<ActChange> changes;
  std::string salt = {};       // of the digests; empty where no value is left that they are of
  std::string extension = {};  // of a later program
  Digest hash{};
};

// Returns nothing when the bytes are not a stored record.
std::optional<Act> decode_stored_act(std::string_view stored);

// The first finding, and the record that it is about.
struct ActDeviation {
  std::uint64_t number = 0;
  Finding finding;

  // Returns one line: "record 17: the hash: expected …, found …".
  std::string to_string() const;
};

class AuditChain {
 public:
  // Checks `act`, which must be the next record. Must not be called after a finding.
  Check next(const Act& act);

  std::uint64_t number() const { return number_; }  // of the last record
  const Digest& hash() const { return hash_; }
  Instant at() const { return at_; }  // no record that comes next is earlier

 private:
  std::uint64_t number_ = 0;
  Digest hash_{};
  Instant at_;  // the next record is not before it
};

}  // namespace farthing::verify

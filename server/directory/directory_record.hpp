// SPDX-License-Identifier: Apache-2.0
// The effects of changes to the directory, as they are journaled and stored: each is a whole record
// as it is after the change, so applying one twice, or an older one before a newer one, does no
// harm; of uses of a key the latest counts. Stored: docs/reference/formats.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/id.hpp"
#include "server/directory/command.hpp"
#include "server/directory/entities.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::directory {

// A receipt of what an idempotency key of a directory command led to.
struct DirectoryReceipt {
  ApiKeyId actor;
  std::string idempotency_key;
  ledger::Fingerprint fingerprint{};
  // The first answer; nothing: it was about a person who was erased, and the fingerprint is gone
  // with it.
  std::optional<std::variant<User, Organization, Member, ApiKey>> record;
  std::optional<Instant> answered_at = {};  // the first time; nothing: long ago
};

// Takes the place of a membership that has ended.
struct MembershipEnd {
  OrganizationId organization;
  UserId user;
};

using DirectoryRecord =
    std::variant<User, Organization, Membership, ApiKey, KeyUse, DirectoryReceipt, MembershipEnd>;

// Returns the person whom the answer tells of; nothing when it tells of none.
std::optional<UserId> person_of(const DirectoryReceipt& receipt);
// Returns the receipt to store in place of one that tells of the person, by its answer or by its
// fingerprint; nothing when it tells nothing.
std::optional<DirectoryReceipt> without_person(const DirectoryReceipt& receipt, UserId user);

void append_encoded(const DirectoryRecord& record, std::string& out);
// Returns nothing when the bytes are not those of a record.
std::optional<DirectoryRecord> decode_directory_record(std::string_view bytes);

// Returns the key that a record is stored under: its kind, then its ids. A later record with the
// same key takes the place of an earlier one; kinds sort so that what refers comes after what it
// refers to.
std::string directory_key(const DirectoryRecord& record);
// Returns the key of a receipt. The keys of all receipts lie from `receipts_begin` on and before
// `receipts_end`.
std::string receipt_key(ApiKeyId actor, std::string_view idempotency_key);
std::string receipts_begin();
std::string receipts_end();

}  // namespace farthing::directory

// SPDX-License-Identifier: Apache-2.0
// The audit log: who changed what, from where, and what it was before. A store has one log,
// numbered without gaps, with each record hashed together with the one before it. A record is
// written with what it tells of, or not at all. Secrets are never in it. Texts about a person stand
// in the chain as digests with salt, so that they can be erased. Stored: docs/reference/formats.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/directory/entities.hpp"

namespace farthing::directory {

// The credential that a request was let in with. The step that decides the change decides by it
// what the key may do. Not stored.
struct Credential {
  Digest secret_digest{};            // of the secret that was presented
  Scopes counted = Scopes::every();  // which scopes count at the port that the request came by
};

// The origin of a request for a change, beside its API key.
struct ActOrigin {
  UserId user;             // whose key it is; all zeros, as the operator's: see AuditRecord
  std::string address;     // the client's, as text; empty: not known
  std::string request_id;  // empty: it came by no request
  std::optional<Credential> credential = {};  // of its API key; a record of the log has none
};

// A value that has become another one. That a person was erased is told by fields without values.
struct ActChange {
  std::string field;
  std::optional<std::string> before;  // nothing: there was none, or it was erased
  std::optional<std::string> after;   // nothing: there is none any more, or it was erased
  // Whether the values tell of a person, and can be erased.
  bool is_personal = false;
  // What stands in the chain for values that were erased, or that are not those which were hashed.
  std::optional<Digest> erased_before = {};
  std::optional<Digest> erased_after = {};
};

// The field of a user's key that ends with the user. Its value before is the key's id. Stored.
inline constexpr std::string_view kEndedKey = "api_key";

// Something that was done. Kinds are "noun.verb", as in "member.remove"; ids are as on the wire.
struct Act {
  std::string kind;
  std::string target;                          // the id of what was changed
  std::optional<OrganizationId> organization;  // to which it belongs, if it does
  std::vector<ActChange> changes;
};

// The version of the records that are written now. Records of version 1 have no personal values:
// all that they say is hashed as it is, and stays.
inline constexpr std::uint8_t kAuditVersion = 2;

struct AuditRecord {
  std::uint8_t version = kAuditVersion;
  std::uint64_t number = 0;  // from 1
  Instant at;
  // Nothing: it was done on the machine of the store, by no key.
  std::optional<ApiKeyId> api_key;
  ActOrigin origin;
  Act act;
  std::array<std::uint8_t, 16> salt{};  // of the digests of personal values; gone with these
  // What a later version of the server has added to a record of this version. It is hashed and kept
  // as it is.
  std::string extension = {};
  Digest hash{};  // SHA-256(hash of the record before ‖ canonical bytes); before the first zeros
};

// Returns what stands in the chain for the values of a personal change of the record.
std::optional<Digest> digest_before(const AuditRecord& record, const ActChange& change);
std::optional<Digest> digest_after(const AuditRecord& record, const ActChange& change);

// Returns whether a personal value is there to be read, and with it the salt.
bool has_personal_texts(const AuditRecord& record);
// Takes the personal values and the salt away; the digests stay, and the hash stays right. Returns
// whether anything was there.
bool erase_texts(AuditRecord& record);
// Returns whether the record tells of the user's own values. It knows of records of version 1 too,
// whose texts cannot be erased.
bool tells_of_person(const AuditRecord& record, UserId user);

void append_encoded(const AuditRecord& record, std::string& out);
// Returns nothing when the bytes are not those of a record.
std::optional<AuditRecord> decode_audit_record(std::string_view bytes);

// Describes the act that sets ledger time back, offline. It is the one act after which the log may
// be earlier than before. Stored: the verifier knows it too.
Act describe_set_back(Instant from, Instant to);
// Returns the time to which the act sets ledger time back; nothing for every other act.
std::optional<Instant> find_set_back(const Act& act);

// A filter of records: a record passes when it agrees with every part that is set.
struct AuditFilter {
  std::optional<ApiKeyId> api_key;
  std::optional<UserId> user;  // whose key it was
  // What was changed, the organization that it belongs to, or a key that ended with its user.
  std::string target;
  std::string kind;
  std::optional<Instant> from;  // the first instant
  std::optional<Instant> to;    // the instant before which they are

  bool accepts(const AuditRecord& record) const;
};

// Returns the key by which a list goes on after a record.
Id128 audit_position(const AuditRecord& record);

// The end of the log.
struct AuditHead {
  std::uint64_t number = 0;
  Digest hash{};
  Instant at;  // no record after it is earlier
};
AuditHead head_after(const AuditRecord& record);

// Returns the hash of a record that follows one with the hash `previous`.
Digest hash_after(const Digest& previous, const AuditRecord& record);

// Makes the record that comes next, with a salt of its own. Its time is not before that of the last
// one, unless that has set ledger time back.
AuditRecord make_audit_record(const AuditHead& head, Instant at, const ApiKeyId& api_key,
                              ActOrigin origin, Act act);

}  // namespace farthing::directory

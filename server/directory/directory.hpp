// SPDX-License-Identifier: Apache-2.0
// The directory in memory: users, organizations, memberships, API keys, and what idempotency keys
// of directory commands led to. It changes only by applying records (record.hpp); the rules that
// make them are in rules.hpp. Records are shared and immutable, so a second directory with the same
// content costs little. Not synchronised: one thread may change it, or many may read it.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/page.hpp"
#include "server/directory/directory_record.hpp"
#include "server/directory/entities.hpp"
#include "server/directory/key_table.hpp"

namespace farthing::directory {

// Returns the email with its ASCII letters in lower case. Emails that are the same in this form are
// the same.
std::string fold_email(std::string_view email);

class Directory {
 public:
  Directory() = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  // What a record refers to must have been applied before it.
  void apply(const DirectoryRecord& record) { apply(record, nullptr); }
  // Follows `source`, to which the record has been applied, and shares what is in it. Receipts are
  // left out: they matter only where commands are decided.
  void follow(const DirectoryRecord& record, const Directory& source);
  // Follows everything in `source`. This must be empty.
  void follow_all(const Directory& source);

  // These return null when there is none. Pointers are valid until the next change.
  const Account* find_account(UserId id) const;
  const Account* find_account_by_email(std::string_view email) const;
  const Organization* find_organization(OrganizationId id) const;
  const ApiKey* find_api_key(ApiKeyId id) const;
  const DirectoryReceipt* find_receipt(ApiKeyId actor, std::string_view idempotency_key) const;
  std::optional<Member> find_member(OrganizationId organization, UserId user) const;
  // Returns whether anybody but the user is an owner of the organization, which must exist, and
  // enabled.
  bool has_other_owner(OrganizationId organization, UserId user) const;
  // Returns how many keys of the user are valid at that instant, counted up to `max`. This and the
  // next one know only what was applied, and nothing of what was followed.
  std::size_t count_live_keys(UserId user, Instant at, std::size_t max) const;
  // Returns whether there is a key, of those that `counts` accepts, that manages as an admin, is
  // valid at that instant and belongs to an enabled user.
  bool has_admin_key(Instant at, const std::function<bool(const ApiKey&)>& counts) const;
  // Returns the user's keys that are not revoked, in the order of their ids.
  std::vector<ApiKey> unrevoked_keys(UserId user) const;
  // Returns what takes the place of the receipts that tell of the person.
  std::vector<DirectoryReceipt> receipts_without_person(UserId user) const;
  // Never allocates.
  std::optional<Principal> find_principal(const Digest& secret_digest) const;
  // Returns nothing when no use of it has been applied.
  std::optional<Instant> last_use(ApiKeyId key) const;

  // These return pages in the order of the ids.
  Page<User> list_users(const PageRequest<UserId>& page) const;
  Page<Organization> list_organizations(std::optional<UserId> member,
                                        const PageRequest<OrganizationId>& page) const;
  Page<ApiKey> list_api_keys(std::optional<UserId> user, const PageRequest<ApiKeyId>& page) const;
  // The organization must exist.
  Page<Member> list_members(OrganizationId organization, const PageRequest<UserId>& page) const;

 private:
  struct OrganizationNode {
    std::shared_ptr<const Organization> organization;
    std::map<UserId, Role> members;
  };
  using ReceiptKey = std::pair<ApiKeyId, std::string>;
  struct ReceiptBefore {
    using is_transparent = void;
    using View = std::pair<ApiKeyId, std::string_view>;
    static View view(const ReceiptKey& key) { return {key.first, key.second}; }
    static View view(const View& key) { return key; }
    bool operator()(const auto& a, const auto& b) const { return view(a) < view(b); }
  };

  // With a `source`, values are taken from there instead of being made.
  void apply(const DirectoryRecord& record, const Directory* source);
  void apply_record(const User& user, const Directory* source);
  void apply_record(const Organization& organization, const Directory* source);
  void apply_record(const Membership& membership, const Directory* source);
  void apply_record(const ApiKey& key, const Directory* source);
  void apply_record(const KeyUse& use, const Directory* source);
  void apply_record(const DirectoryReceipt& receipt, const Directory* source);
  void apply_record(const MembershipEnd& membership, const Directory* source);
  void forget_email(std::string_view email, UserId user);
  // Puts the key into the two indexes below, unless it is revoked.
  void index_key(const ApiKey& key);
  void forget_key(const ApiKey& key);
  // Makes the account of a user anew after something in it changed.
  void rebuild_account(const User& user, std::vector<AccountMembership> memberships,
                       const Directory* source);

  std::map<UserId, std::shared_ptr<const Account>> accounts_;
  std::unordered_map<std::string, UserId> users_by_email_;  // in lower case
  std::map<OrganizationId, OrganizationNode> organizations_;
  std::map<ApiKeyId, KeyNode> api_keys_;
  std::map<std::pair<UserId, ApiKeyId>, const KeyNode*> api_keys_by_user_;
  // Keys that are not revoked, by the instant at which they end by themselves: of each user, and
  // those with the scope `admin`. They are for the rules; a directory that follows another does
  // without.
  std::set<std::tuple<UserId, Instant, ApiKeyId>> ends_by_user_;
  std::set<std::pair<Instant, ApiKeyId>> admin_ends_;
  KeyTable keys_by_digest_;
  std::map<ApiKeyId, Instant> key_uses_;
  std::map<ReceiptKey, std::shared_ptr<const DirectoryReceipt>, ReceiptBefore> receipts_;
};

}  // namespace farthing::directory

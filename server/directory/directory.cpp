// SPDX-License-Identifier: Apache-2.0
#include "server/directory/directory.hpp"

#include <algorithm>
#include <chrono>

#include "base/check.hpp"
#include "server/directory/bounds.hpp"

namespace farthing::directory {
namespace {

// A key that ends at an instant is not valid at it any more.
constexpr std::chrono::microseconds kMoment{1};

// Returns the page of an ordered map that `request` asks for; `to_record` makes a record of an
// element.
template <class Map, class Key, class ToRecord>
auto page_of(const Map& map, const PageRequest<Key>& request, ToRecord to_record) {
  Page<decltype(to_record(*map.begin()))> page;
  auto at = request.after ? map.upper_bound(*request.after) : map.begin();
  for (; at != map.end() && page.records.size() < request.limit; ++at) {
    page.records.push_back(to_record(*at));
  }
  page.has_more = at != map.end();
  return page;
}

Member make_member(const Account& account, OrganizationId organization, Role role) {
  return {.membership = {.organization = organization, .user = account.user.id, .role = role},
          .email = account.user.email,
          .is_default = account.user.default_organization == organization};
}

}  // namespace

std::string fold_email(std::string_view email) {
  std::string lower(email);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

void Directory::apply(const DirectoryRecord& record, const Directory* source) {
  std::visit([&](const auto& each) { apply_record(each, source); }, record);
}

void Directory::follow(const DirectoryRecord& record, const Directory& source) {
  if (!std::holds_alternative<DirectoryReceipt>(record)) apply(record, &source);
}

void Directory::follow_all(const Directory& source) {
  CHECK(accounts_.empty() && organizations_.empty());
  accounts_ = source.accounts_;
  users_by_email_ = source.users_by_email_;
  organizations_ = source.organizations_;
  for (const auto& [id, node] : source.api_keys_) apply_record(*node.key, &source);
  key_uses_ = source.key_uses_;
}

void Directory::rebuild_account(const User& user, std::vector<AccountMembership> memberships,
                                const Directory* source) {
  if (source != nullptr) {
    accounts_[user.id] = source->accounts_.at(user.id);
    return;
  }
  for (AccountMembership& each : memberships) {
    each.is_default = each.organization == user.default_organization;
  }
  accounts_[user.id] =
      std::make_shared<const Account>(Account{.user = user, .memberships = std::move(memberships)});
}

// Another user may have the address by now.
void Directory::forget_email(std::string_view email, UserId user) {
  const auto known = users_by_email_.find(fold_email(email));
  if (known != users_by_email_.end() && known->second == user) users_by_email_.erase(known);
}

void Directory::apply_record(const User& user, const Directory* source) {
  std::vector<AccountMembership> memberships;
  if (const Account* old = find_account(user.id)) {
    if (old->user.email) forget_email(*old->user.email, user.id);
    memberships = old->memberships;
  }
  if (user.email) users_by_email_[fold_email(*user.email)] = user.id;
  rebuild_account(user, std::move(memberships), source);
}

void Directory::apply_record(const Organization& organization, const Directory* source) {
  OrganizationNode& node = organizations_[organization.id];
  node.organization = source != nullptr ? source->organizations_.at(organization.id).organization
                                        : std::make_shared<const Organization>(organization);
  for (const auto& [user, role] : node.members) {
    const Account old = *accounts_.at(user);
    if (source != nullptr) {
      // An account that was taken over with an earlier record may be ahead of this one.
      rebuild_account(old.user, {}, source);
      continue;
    }
    std::vector<AccountMembership> memberships = old.memberships;
    AccountMembership& present =
        *std::ranges::find(memberships, organization.id, &AccountMembership::organization);
    present.name = organization.name;
    present.is_disabled = organization.disabled_at.has_value();
    rebuild_account(old.user, std::move(memberships), source);
  }
}

void Directory::apply_record(const Membership& membership, const Directory* source) {
  const auto node = organizations_.find(membership.organization);
  CHECK(node != organizations_.end());
  const Account* old = find_account(membership.user);
  CHECK(old != nullptr);
  node->second.members[membership.user] = membership.role;

  std::vector<AccountMembership> memberships = old->memberships;
  const auto place = std::ranges::lower_bound(memberships, membership.organization, {},
                                              &AccountMembership::organization);
  if (place != memberships.end() && place->organization == membership.organization) {
    place->role = membership.role;
  } else {
    const Organization& organization = *node->second.organization;
    memberships.insert(place, {.organization = organization.id,
                               .name = organization.name,
                               .role = membership.role,
                               .is_disabled = organization.disabled_at.has_value()});
  }
  rebuild_account(User(old->user), std::move(memberships), source);
}

void Directory::apply_record(const ApiKey& key, const Directory* source) {
  const auto account = accounts_.find(key.user);
  CHECK(account != accounts_.end());
  KeyNode& node = api_keys_[key.id];
  if (node.key) keys_by_digest_.erase(node);
  if (source == nullptr) {
    if (node.key) forget_key(*node.key);
    index_key(key);
  }
  node = {.key = source != nullptr ? source->api_keys_.at(key.id).key
                                   : std::make_shared<const ApiKey>(key),
          .account = &account->second};
  keys_by_digest_.insert(node);
  api_keys_by_user_[{key.user, key.id}] = &node;
}

void Directory::index_key(const ApiKey& key) {
  if (key.revoked_at) return;
  ends_by_user_.emplace(key.user, key.valid_until(), key.id);
  if (manages_as_admin(key)) admin_ends_.emplace(key.valid_until(), key.id);
}

void Directory::forget_key(const ApiKey& key) {
  ends_by_user_.erase({key.user, key.valid_until(), key.id});
  admin_ends_.erase({key.valid_until(), key.id});
}

void Directory::apply_record(const KeyUse& use, const Directory* /*source*/) {
  Instant& last = key_uses_[use.key];
  last = std::max(last, use.at);
}

void Directory::apply_record(const DirectoryReceipt& receipt, const Directory* /*source*/) {
  receipts_[{receipt.actor, receipt.idempotency_key}] =
      std::make_shared<const DirectoryReceipt>(receipt);
}

// In a store that is read anew, the membership itself is not there any more.
void Directory::apply_record(const MembershipEnd& membership, const Directory* source) {
  const auto node = organizations_.find(membership.organization);
  const Account* old = find_account(membership.user);
  if (node == organizations_.end() || old == nullptr) return;
  node->second.members.erase(membership.user);
  std::vector<AccountMembership> memberships = old->memberships;
  std::erase_if(memberships, [&](const AccountMembership& each) {
    return each.organization == membership.organization;
  });
  rebuild_account(User(old->user), std::move(memberships), source);
}

const Account* Directory::find_account(UserId id) const {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : found->second.get();
}

const Account* Directory::find_account_by_email(std::string_view email) const {
  const auto found = users_by_email_.find(fold_email(email));
  return found == users_by_email_.end() ? nullptr : find_account(found->second);
}

const Organization* Directory::find_organization(OrganizationId id) const {
  const auto found = organizations_.find(id);
  return found == organizations_.end() ? nullptr : found->second.organization.get();
}

const ApiKey* Directory::find_api_key(ApiKeyId id) const {
  const auto found = api_keys_.find(id);
  return found == api_keys_.end() ? nullptr : found->second.key.get();
}

const DirectoryReceipt* Directory::find_receipt(ApiKeyId actor,
                                                std::string_view idempotency_key) const {
  const auto found = receipts_.find(ReceiptBefore::View{actor, idempotency_key});
  return found == receipts_.end() ? nullptr : found->second.get();
}

std::optional<Member> Directory::find_member(OrganizationId organization, UserId user) const {
  const Account* account = find_account(user);
  if (account == nullptr) return {};
  const AccountMembership* membership = account->find_membership(organization);
  if (membership == nullptr) return {};
  return make_member(*account, organization, membership->role);
}

bool Directory::has_other_owner(OrganizationId organization, UserId user) const {
  return std::ranges::any_of(organizations_.at(organization).members, [&](const auto& member) {
    return member.first != user && member.second == Role::OWNER &&
           !accounts_.at(member.first)->user.disabled_at;
  });
}

std::size_t Directory::count_live_keys(UserId user, Instant at, std::size_t max) const {
  std::size_t count = 0;
  auto next = ends_by_user_.lower_bound({user, at.plus(kMoment), ApiKeyId{}});
  for (; next != ends_by_user_.end() && std::get<UserId>(*next) == user && count < max; ++next) {
    ++count;
  }
  return count;
}

bool Directory::has_admin_key(Instant at, const std::function<bool(const ApiKey&)>& counts) const {
  const auto first = admin_ends_.lower_bound({at.plus(kMoment), ApiKeyId{}});
  return std::any_of(first, admin_ends_.end(), [&](const auto& end) {
    const KeyNode& node = api_keys_.at(end.second);
    return !(*node.account)->user.disabled_at && counts(*node.key);
  });
}

std::vector<ApiKey> Directory::unrevoked_keys(UserId user) const {
  std::vector<ApiKey> keys;
  auto at = api_keys_by_user_.lower_bound({user, ApiKeyId{}});
  for (; at != api_keys_by_user_.end() && at->first.first == user; ++at) {
    if (!at->second->key->revoked_at) keys.push_back(*at->second->key);
  }
  return keys;
}

std::vector<DirectoryReceipt> Directory::receipts_without_person(UserId user) const {
  std::vector<DirectoryReceipt> receipts;
  for (const auto& [key, receipt] : receipts_) {
    if (auto without = without_person(*receipt, user)) receipts.push_back(*std::move(without));
  }
  return receipts;
}

std::optional<Principal> Directory::find_principal(const Digest& secret_digest) const {
  const KeyNode* node = keys_by_digest_.find(secret_digest);
  if (node == nullptr) return {};
  return Principal{.key = node->key,
                   .account = *node->account,
                   .is_previous_secret = node->key->secret_digest != secret_digest};
}

std::optional<Instant> Directory::last_use(ApiKeyId key) const {
  const auto found = key_uses_.find(key);
  if (found == key_uses_.end()) return {};
  return found->second;
}

Page<User> Directory::list_users(const PageRequest<UserId>& page) const {
  return page_of(accounts_, page, [](const auto& element) { return element.second->user; });
}

Page<Organization> Directory::list_organizations(std::optional<UserId> member,
                                                 const PageRequest<OrganizationId>& page) const {
  if (!member) {
    return page_of(organizations_, page,
                   [](const auto& element) { return *element.second.organization; });
  }
  Page<Organization> own;
  const Account* account = find_account(*member);
  if (account == nullptr) return own;
  for (const AccountMembership& each : account->memberships) {
    if (page.after && each.organization <= *page.after) continue;
    own.has_more = own.records.size() == page.limit;
    if (own.has_more) break;
    own.records.push_back(*organizations_.at(each.organization).organization);
  }
  return own;
}

Page<ApiKey> Directory::list_api_keys(std::optional<UserId> user,
                                      const PageRequest<ApiKeyId>& page) const {
  if (!user) {
    return page_of(api_keys_, page, [](const auto& element) { return *element.second.key; });
  }
  Page<ApiKey> keys;
  auto at = page.after ? api_keys_by_user_.upper_bound({*user, *page.after})
                       : api_keys_by_user_.lower_bound({*user, ApiKeyId{}});
  const auto is_users = [&] { return at != api_keys_by_user_.end() && at->first.first == *user; };
  for (; is_users() && keys.records.size() < page.limit; ++at) {
    keys.records.push_back(*at->second->key);
  }
  keys.has_more = is_users();
  return keys;
}

Page<Member> Directory::list_members(OrganizationId organization,
                                     const PageRequest<UserId>& page) const {
  const auto node = organizations_.find(organization);
  CHECK(node != organizations_.end());
  return page_of(node->second.members, page, [&](const auto& element) {
    return make_member(*accounts_.at(element.first), organization, element.second);
  });
}

}  // namespace farthing::directory

// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/directory_reads.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>
#include <variant>

#include "server/directory/directory_record.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/stored_values.hpp"

namespace farthing::store::postgres {
namespace {

// In the order of the steps of kLoadDirectory.
constexpr std::array kTables = {"directory_user", "directory_organization", "directory_membership",
                                "directory_api_key"};

// Returns whether all that the record refers to is there, which the directory relies on.
struct IsAtHome {
  const directory::Directory& directory;

  bool operator()(const directory::Membership& membership) const {
    return directory.find_organization(membership.organization) != nullptr &&
           directory.find_account(membership.user) != nullptr;
  }
  bool operator()(const directory::ApiKey& key) const {
    return directory.find_account(key.user) != nullptr;
  }
  bool operator()(const auto& /*record*/) const { return true; }
};

// Returns the least id that the page may have; nothing when there can be none.
template <class Id>
std::optional<Id128> first_id(const PageRequest<Id>& page) {
  Id128 id;
  if (!page.after) return id;
  id = page.after->value;
  for (std::size_t i = id.bytes.size(); i-- > 0;) {
    if (++id.bytes[i] != 0) return id;
  }
  return {};
}

// Reads one row more than the page has, to find out whether anything follows.
template <class Record, class Id, class ToRecord>
Checked<Page<Record>> list(Session& session, const Statement& statement,
                           const PageRequest<Id>& request, std::optional<Id128> owner,
                           ToRecord to_record) {
  Page<Record> page;
  const auto first = first_id(request);
  if (!first) return page;
  Parameters parameters;
  parameters.add(*first).add(static_cast<std::int64_t>(request.limit) + 1);
  if (owner) parameters.add(*owner);
  const auto answers = session.run({Call{statement, std::move(parameters)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  const std::size_t size = std::min(rows.size(), request.limit);
  for (std::size_t row = 0; row < size; ++row) {
    Checked<Record> record = to_record(rows, row);
    if (!record) return std::move(record).error();
    page.records.push_back(*std::move(record));
  }
  page.has_more = rows.size() > request.limit;
  return page;
}

template <class Id>
void add_if_any(const std::optional<Id>& id, Parameters& parameters) {
  if (id) {
    parameters.add(id->value);
  } else {
    parameters.add_null();
  }
}

}  // namespace

Call load_directory_call(const DirectoryPart& part) {
  const auto value_of = [](const auto& id) { return id.value; };
  Parameters parameters;
  parameters.add_ids(part.users, value_of)
      .add_byte_strings(part.emails,
                        [](const std::string& email) { return directory::fold_email(email); })
      .add_ids(part.organizations, value_of)
      .add_ids(part.api_keys, value_of)
      .add_byte_strings(part.digests, [](const Digest& digest) { return as_bytes(digest); })
      .add_ids(part.owners_of, value_of);
  return {kLoadDirectory, std::move(parameters)};
}

Call load_live_keys_call(std::optional<UserId> user, std::optional<ApiKeyId> key,
                         std::uint32_t max) {
  Parameters parameters;
  add_if_any(user, parameters);
  add_if_any(key, parameters);
  parameters.add(std::int64_t{max});
  return {kLoadLiveKeys, std::move(parameters)};
}

Call load_admin_keys_call(std::optional<UserId> user) {
  Parameters parameters;
  add_if_any(user, parameters);
  return {kLoadAdminKeys, std::move(parameters)};
}

Checked<std::unique_ptr<directory::Directory>> make_directory(const Rows& rows) {
  auto directory = std::make_unique<directory::Directory>();
  auto added = add_to_directory(rows, *directory);
  if (!added) return std::move(added).error();
  return directory;
}

Checked<Done> add_to_directory(const Rows& rows, directory::Directory& directory) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto step = static_cast<std::size_t>(rows.number(row, 1));
    const std::string table = kTables.at(std::clamp<std::size_t>(step, 1, kTables.size()) - 1);
    auto record = read_directory_record(rows.bytes(row, 0), table, rows.id(row, 2));
    if (!record) return std::move(record).error();
    if (!std::visit(IsAtHome{directory}, *record)) {
      std::string what = table + " ";
      rows.id(row, 2).append_to(what);
      what += " refers to what is not there";
      return damaged(what);
    }
    directory.apply(*record);
  }
  return Done{};
}

Checked<std::unique_ptr<directory::Directory>> load_directory(Session& session,
                                                              const DirectoryPart& part) {
  const auto answers = session.run({load_directory_call(part)});
  if (!answers) return answers.error();
  return make_directory(answers->front());
}

Call note_key_uses_call(std::vector<directory::KeyUse> uses) {
  // Nodes that note the same keys at the same time must lock them in the same order.
  std::ranges::sort(uses, {}, &directory::KeyUse::key);
  Parameters parameters;
  parameters.add_ids(uses, [](const directory::KeyUse& use) { return use.key.value; })
      .add_numbers(uses, [](const directory::KeyUse& use) { return use.at.us(); });
  return {kNoteKeyUses, std::move(parameters)};
}

Checked<std::vector<std::optional<Instant>>> read_key_uses(Session& session,
                                                           const std::vector<ApiKeyId>& keys) {
  Parameters parameters;
  parameters.add_ids(keys, [](const ApiKeyId& key) { return key.value; });
  const auto answers = session.run({Call{kReadKeyUses, std::move(parameters)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  std::unordered_map<Id128, Instant, Id128Hash> found;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found[rows.id(row, 0)] = rows.instant(row, 1);
  }
  std::vector<std::optional<Instant>> uses(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const auto use = found.find(keys[i].value); use != found.end()) uses[i] = use->second;
  }
  return uses;
}

Checked<Page<directory::User>> list_users(Session& session, const PageRequest<UserId>& page) {
  return list<directory::User>(session, kListUsers, page, {},
                               [](const Rows& rows, std::size_t row) {
                                 return read_directory_record_as<directory::User>(
                                     rows.bytes(row, 0), "directory_user", rows.id(row, 1));
                               });
}

Checked<Page<directory::Organization>> list_organizations(Session& session,
                                                          std::optional<UserId> member,
                                                          const PageRequest<OrganizationId>& page) {
  const auto to_organization = [](const Rows& rows, std::size_t row) {
    return read_directory_record_as<directory::Organization>(
        rows.bytes(row, 0), "directory_organization", rows.id(row, 1));
  };
  if (!member)
    return list<directory::Organization>(session, kListOrganizations, page, {}, to_organization);
  return list<directory::Organization>(session, kListOrganizationsOfUser, page, member->value,
                                       to_organization);
}

Checked<Page<directory::ApiKey>> list_api_keys(Session& session, std::optional<UserId> user,
                                               const PageRequest<ApiKeyId>& page) {
  const auto to_key = [](const Rows& rows, std::size_t row) {
    return read_directory_record_as<directory::ApiKey>(rows.bytes(row, 0), "directory_api_key",
                                                       rows.id(row, 1));
  };
  if (!user) return list<directory::ApiKey>(session, kListApiKeys, page, {}, to_key);
  return list<directory::ApiKey>(session, kListApiKeysOfUser, page, user->value, to_key);
}

Checked<std::optional<Page<directory::Member>>> list_members(Session& session,
                                                             OrganizationId organization,
                                                             const PageRequest<UserId>& page) {
  Parameters id;
  id.add(organization.value);
  const auto found = session.run({Call{kHasOrganization, std::move(id)}});
  if (!found) return found.error();
  if (found->front().is_empty()) return std::optional<Page<directory::Member>>();
  auto members = list<directory::Member>(
      session, kListMembers, page, organization.value,
      [&](const Rows& rows, std::size_t row) -> Checked<directory::Member> {
        const Id128 member = rows.id(row, 2);
        const auto user =
            read_directory_record_as<directory::User>(rows.bytes(row, 1), "directory_user", member);
        if (!user) return user.error();
        const auto membership = read_directory_record_as<directory::Membership>(
            rows.bytes(row, 0), "directory_membership of user", member);
        if (!membership) return membership.error();
        return directory::Member{.membership = *membership,
                                 .email = user->email,
                                 .is_default = user->default_organization == organization};
      });
  if (!members) return std::move(members).error();
  return std::optional(*std::move(members));
}

}  // namespace farthing::store::postgres

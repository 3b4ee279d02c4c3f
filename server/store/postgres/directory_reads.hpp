// SPDX-License-Identifier: Apache-2.0
// Reads of who there is: parts of the directory, loaded into memory where its rules and its shapes
// are (directory.hpp). Each call sees all that was answered before it began.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "server/directory/directory.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

// Which part: these, and all that belongs to the users and to the users of the keys.
struct DirectoryPart {
  std::vector<UserId> users;
  std::vector<std::string> emails;
  std::vector<OrganizationId> organizations;
  std::vector<ApiKeyId> api_keys;
  std::vector<Digest> digests;
  // Two enabled owners of these together, if there are as many: enough to tell whether one is the
  // last.
  std::vector<OrganizationId> owners_of;
};

Call load_directory_call(const DirectoryPart& part);
// What the rules about bounds (directory_bounds.hpp) look at besides. Of one user, or of the user
// of a key, so many keys of those that are not revoked, the ones that end last first; the user is
// not among it.
Call load_live_keys_call(std::optional<UserId> user, std::optional<ApiKeyId> key,
                         std::uint32_t max);
// Of keys with the scope `admin` that are not revoked and belong to enabled users the one of `user`
// that ends last, and the two of others: enough to tell whether one key, or the user, is the last.
Call load_admin_keys_call(std::optional<UserId> user);
// Of the answer to the first call.
Checked<std::unique_ptr<directory::Directory>> make_directory(const Rows& rows);
// Adds what the others were answered.
Checked<Done> add_to_directory(const Rows& rows, directory::Directory& directory);
Checked<std::unique_ptr<directory::Directory>> load_directory(Session& session,
                                                              const DirectoryPart& part);

// Where a later use was noted already, that one stays.
Call note_key_uses_call(std::vector<directory::KeyUse> uses);
// One for each key, in their order.
Checked<std::vector<std::optional<Instant>>> read_key_uses(Session& session,
                                                           const std::vector<ApiKeyId>& keys);

Checked<Page<directory::User>> list_users(Session& session, const PageRequest<UserId>& page);
Checked<Page<directory::Organization>> list_organizations(Session& session,
                                                          std::optional<UserId> member,
                                                          const PageRequest<OrganizationId>& page);
Checked<Page<directory::ApiKey>> list_api_keys(Session& session, std::optional<UserId> user,
                                               const PageRequest<ApiKeyId>& page);
// Nothing when there is no such organization.
Checked<std::optional<Page<directory::Member>>> list_members(Session& session,
                                                             OrganizationId organization,
                                                             const PageRequest<UserId>& page);

}  // namespace farthing::store::postgres

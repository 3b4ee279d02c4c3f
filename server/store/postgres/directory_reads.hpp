// SPDX-License-Identifier: Apache-2.0
// Reads parts of the directory into memory, where its rules and its types are (directory.hpp). Each
// call sees all that was answered before it began.
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

// A part of the directory: these, and all that belongs to the users and to the users of the keys.
struct DirectoryPart {
  std::vector<UserId> users;
  std::vector<std::string> emails;
  std::vector<OrganizationId> organizations;
  std::vector<ApiKeyId> api_keys;
  std::vector<Digest> digests;
  // Two enabled owners of these together, if there are as many, which is enough to tell whether one
  // is the last.
  std::vector<OrganizationId> owners_of;
};

Call load_directory_call(const DirectoryPart& part);
// Returns the call that loads keys for the rules about bounds (directory_bounds.hpp): up to `max`
// keys of one user, or of the user of a key, that are not revoked, those that end last first. It
// does not load the user.
Call load_live_keys_call(std::optional<UserId> user, std::optional<ApiKeyId> key,
                         std::uint32_t max);
// Returns the call that loads keys with the scope `admin` that are not revoked and belong to
// enabled users: of `user` the one that ends last, and of all others the two that end last. That is
// enough to tell whether one key, or the user, is the last.
Call load_admin_keys_call(std::optional<UserId> user);
// Makes a directory of the answer to load_directory_call.
Checked<std::unique_ptr<directory::Directory>> make_directory(const Rows& rows);
// Adds the answer to one of the other calls.
Checked<Done> add_to_directory(const Rows& rows, directory::Directory& directory);
Checked<std::unique_ptr<directory::Directory>> load_directory(Session& session,
                                                              const DirectoryPart& part);

// Returns the call that notes the uses. A later use that was noted already stays.
Call note_key_uses_call(std::vector<directory::KeyUse> uses);
// Reads one time for each key, in their order.
Checked<std::vector<std::optional<Instant>>> read_key_uses(Session& session,
                                                           const std::vector<ApiKeyId>& keys);

Checked<Page<directory::User>> list_users(Session& session, const PageRequest<UserId>& page);
Checked<Page<directory::Organization>> list_organizations(Session& session,
                                                          std::optional<UserId> member,
                                                          const PageRequest<OrganizationId>& page);
Checked<Page<directory::ApiKey>> list_api_keys(Session& session, std::optional<UserId> user,
                                               const PageRequest<ApiKeyId>& page);
// Returns nothing when there is no such organization.
Checked<std::optional<Page<directory::Member>>> list_members(Session& session,
                                                             OrganizationId organization,
                                                             const PageRequest<UserId>& page);

}  // namespace farthing::store::postgres

// SPDX-License-Identifier: Apache-2.0
#include "server/service/registry.hpp"

#include <utility>
#include <variant>

#include "base/check.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/fingerprint.hpp"
#include "server/service/operator_key.hpp"

namespace farthing::service {
namespace {

directory::DirectoryOrigin directory_origin_of(Requester requester,
                                               ledger::Fingerprint fingerprint) {
  directory::ActOrigin act = act_origin_of(requester);
  return {.actor = requester.api_key,
          .idempotency_key = std::move(requester.idempotency_key),
          .fingerprint = fingerprint,
          .act = std::move(act)};
}

ledger::Fingerprint standing_of(std::string_view kind, const Id128& id,
                                directory::Standing standing) {
  return FingerprintBuilder(kind)
      .add("id", id.as_bytes())
      .add("disabled", std::int64_t{standing == directory::Standing::disabled ? 1 : 0})
      .finish();
}

template <class Record>
Record take_record(directory::DirectoryOutcome& outcome) {
  auto* record = std::get_if<Record>(&outcome.record);
  CHECK(record != nullptr);
  return std::move(*record);
}

// Makes the store's reply to a change whose record is of this kind.
template <class Record>
Reply<directory::DirectoryOutcome> unpack(Reply<Change<Record>> reply) {
  return [reply = std::move(reply)](Result<directory::DirectoryOutcome> outcome) mutable {
    if (!outcome) return reply(std::move(outcome).error());
    reply(Change<Record>{.record = take_record<Record>(*outcome),
                         .is_replayed = outcome->is_replayed});
  };
}

// Makes the store's reply to a change whose outcome has no record that means anything.
Reply<directory::DirectoryOutcome> without_record(Reply<Done> reply) {
  return [reply = std::move(reply)](Result<directory::DirectoryOutcome> outcome) mutable {
    if (!outcome) return reply(std::move(outcome).error());
    reply(Done{});
  };
}

// Makes the store's reply to an action that made a secret.
Reply<directory::DirectoryOutcome> unpack(Secret secret, Reply<MadeApiKey> reply) {
  return [secret = std::move(secret),
          reply = std::move(reply)](Result<directory::DirectoryOutcome> outcome) mutable {
    if (!outcome) return reply(std::move(outcome).error());
    MadeApiKey made{.key = take_record<directory::ApiKey>(*outcome),
                    .secret = {},
                    .is_replayed = outcome->is_replayed};
    if (made.key.secret_digest == sha256(secret.reveal())) made.secret = std::move(secret);
    reply(std::move(made));
  };
}

void add_networks(FingerprintBuilder& builder, const std::vector<IpNetwork>& networks) {
  for (const IpNetwork& network : networks) builder.add("allowed_network", network.to_string());
}

void add_rate_limit(FingerprintBuilder& builder, const std::optional<directory::RateLimit>& limit) {
  if (!limit) return;
  builder.add("requests", std::int64_t{limit->requests}).add("per_s", std::int64_t{limit->per_s});
}

void add_spend_cap(FingerprintBuilder& builder, std::string_view name,
                   const std::optional<Credits>& cap) {
  if (cap) builder.add(name, *cap);
}

// Adds a cap that changes; one that is taken away counts as well.
void add_spend_cap(FingerprintBuilder& builder, std::string_view name,
                   const std::optional<std::optional<Credits>>& cap) {
  if (!cap) return;
  builder.add("spend_cap", name);
  add_spend_cap(builder, name, *cap);
}

template <class Caps>
void add_spend_caps(FingerprintBuilder& builder, const Caps& caps) {
  add_spend_cap(builder, "spend_cap_day", caps.day);
  add_spend_cap(builder, "spend_cap_month", caps.month);
  add_spend_cap(builder, "spend_cap_total", caps.total);
}

ledger::Fingerprint fingerprint_of(const NewApiKey& key) {
  FingerprintBuilder builder("api_key");
  builder.add("user", key.user.value.as_bytes())
      .add("name", key.name)
      .add("scopes", std::int64_t{key.scopes.bits()})
      .add("expires_at", key.expires_at);
  add_networks(builder, key.allowed_networks);
  add_rate_limit(builder, key.rate_limit);
  add_spend_caps(builder, key.spend_caps);
  return builder.finish();
}

// Makes a fingerprint in which what is taken away counts as well, and is not what stays.
ledger::Fingerprint fingerprint_of(ApiKeyId key, const directory::ApiKeyChange& change) {
  FingerprintBuilder builder("api_key_change");
  builder.add("key", key.value.as_bytes()).add("name", change.name);
  if (change.scopes) builder.add("scopes", std::int64_t{change.scopes->bits()});
  if (change.expires_at)
    builder.add("expiry", std::int64_t{1}).add("expires_at", *change.expires_at);
  if (change.allowed_networks) {
    builder.add("networks", std::int64_t{1});
    add_networks(builder, *change.allowed_networks);
  }
  if (change.rate_limit) {
    builder.add("rate_limit", std::int64_t{1});
    add_rate_limit(builder, *change.rate_limit);
  }
  add_spend_caps(builder, change.spend_caps);
  return builder.finish();
}

}  // namespace

void Registry::create_user(Requester requester, NewUser user,
                           Reply<Change<directory::User>> reply) {
  const auto fingerprint = FingerprintBuilder("user")
                               .add("email", user.email)
                               .add("name", user.name)
                               .add("profile_picture", user.profile_picture)
                               .finish();
  const Instant now = store_.now();
  store_.change(
      {.origin = directory_origin_of(std::move(requester), fingerprint),
       .action = directory::CreateUser{{.id = UserId::make(now),
                                        .email = std::move(user.email),
                                        .name = std::move(user.name),
                                        .profile_picture = std::move(user.profile_picture),
                                        .default_organization = {},
                                        .created_at = now}}},
      unpack(std::move(reply)));
}

void Registry::create_organization(Requester requester, NewOrganization organization,
                                   Reply<Change<directory::Organization>> reply) {
  const auto fingerprint =
      FingerprintBuilder("organization").add("name", organization.name).finish();
  const Instant now = store_.now();
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = directory::CreateOrganization{{.id = OrganizationId::make(now),
                                                          .name = std::move(organization.name),
                                                          .created_at = now}}},
                unpack(std::move(reply)));
}

void Registry::rename_organization(Requester requester, OrganizationId organization,
                                   std::string name, std::optional<Credits> overdraft_limit,
                                   Reply<Change<directory::Organization>> reply) {
  const auto fingerprint = FingerprintBuilder("organization_name")
                               .add("organization", organization.value.as_bytes())
                               .add("name", name)
                               .add("overdraft_limit", overdraft_limit)
                               .finish();
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = directory::RenameOrganization{.organization = organization,
                                                         .name = std::move(name)}},
                unpack(std::move(reply)));
}

void Registry::put_membership(Requester requester, directory::Membership membership,
                              Reply<Change<directory::Member>> reply) {
  const auto fingerprint = FingerprintBuilder("membership")
                               .add("organization", membership.organization.value.as_bytes())
                               .add("user", membership.user.value.as_bytes())
                               .add("role", directory::to_string(membership.role))
                               .finish();
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = directory::PutMembership{membership}},
                unpack(std::move(reply)));
}

void Registry::add_membership(Requester requester, directory::AddMembership membership,
                              Reply<Change<directory::Member>> reply) {
  FingerprintBuilder fingerprint("new_membership");
  fingerprint.add("organization", membership.organization.value.as_bytes());
  if (membership.user) fingerprint.add("user", membership.user->value.as_bytes());
  fingerprint.add("email", membership.email).add("role", directory::to_string(membership.role));
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint.finish()),
                 .action = std::move(membership)},
                unpack(std::move(reply)));
}

void Registry::remove_membership(Requester requester, OrganizationId organization, UserId user,
                                 Reply<Change<directory::Member>> reply) {
  const auto fingerprint = FingerprintBuilder("membership_end")
                               .add("organization", organization.value.as_bytes())
                               .add("user", user.value.as_bytes())
                               .finish();
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = directory::RemoveMembership{.organization = organization, .user = user}},
                unpack(std::move(reply)));
}

void Registry::set_standing(Requester requester, UserId user, directory::Standing standing,
                            Reply<Change<directory::User>> reply) {
  const auto fingerprint = standing_of("user_standing", user.value, standing);
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = directory::SetUserStanding{.user = user, .standing = standing}},
                unpack(std::move(reply)));
}

void Registry::set_standing(Requester requester, OrganizationId organization,
                            directory::Standing standing,
                            Reply<Change<directory::Organization>> reply) {
  const auto fingerprint = standing_of("organization_standing", organization.value, standing);
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = directory::SetOrganizationStanding{.organization = organization,
                                                              .standing = standing}},
                unpack(std::move(reply)));
}

void Registry::erase_user(Requester requester, UserId user, Reply<Change<directory::User>> reply) {
  if (user == kOperator) {
    return reply(
        make_error(ErrorCode::conflict, "The operator is no person and cannot be erased."));
  }
  const auto fingerprint =
      FingerprintBuilder("user_erasure").add("user", user.value.as_bytes()).finish();
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = directory::EraseUser{user}},
                unpack(std::move(reply)));
}

void Registry::confirm_clock(Requester requester, Instant clock, Reply<Done> reply) {
  store_.change({.origin = directory_origin_of(std::move(requester), {}),
                 .action = directory::ConfirmClock{.clock = clock}},
                without_record(std::move(reply)));
}

void Registry::erase_texts(Requester requester, directory::EntryTexts of, std::string names,
                           Reply<Done> reply) {
  store_.change({.origin = directory_origin_of(std::move(requester), {}),
                 .action = directory::EraseTexts{.of = of, .names = std::move(names)}},
                without_record(std::move(reply)));
}

void Registry::set_default_organization(Requester requester, UserId user,
                                        OrganizationId organization,
                                        Reply<Change<directory::User>> reply) {
  const auto fingerprint = FingerprintBuilder("default_organization")
                               .add("user", user.value.as_bytes())
                               .add("organization", organization.value.as_bytes())
                               .finish();
  store_.change(
      {.origin = directory_origin_of(std::move(requester), fingerprint),
       .action = directory::SetDefaultOrganization{.user = user, .organization = organization}},
      unpack(std::move(reply)));
}

void Registry::create_api_key(Requester requester, NewApiKey key, Reply<MadeApiKey> reply) {
  const Instant now = store_.now();
  const auto fingerprint = fingerprint_of(key);
  Secret secret = make_api_key_secret(key_prefix_);
  directory::ApiKey record{.id = ApiKeyId::make(now),
                           .user = key.user,
                           .secret_digest = sha256(secret.reveal()),
                           .hint = hint_of(secret),
                           .name = std::move(key.name),
                           .scopes = key.scopes,
                           .created_at = now,
                           .expires_at = key.expires_at,
                           .revoked_at = {},
                           .allowed_networks = std::move(key.allowed_networks),
                           .rate_limit = key.rate_limit,
                           .spend_caps = key.spend_caps};
  const auto max_live_keys = requester.max_live_keys;
  store_.change(
      {.origin = directory_origin_of(std::move(requester), fingerprint),
       .action = directory::CreateApiKey{.key = std::move(record), .max_live_keys = max_live_keys}},
      unpack(std::move(secret), std::move(reply)));
}

void Registry::change_api_key(Requester requester, ApiKeyId key, directory::ApiKeyChange change,
                              Reply<Change<directory::ApiKey>> reply) {
  const auto fingerprint = fingerprint_of(key, change);
  const auto max_live_keys = requester.max_live_keys;
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action =
                     directory::ChangeApiKey{
                         .key = key, .change = std::move(change), .max_live_keys = max_live_keys}},
                unpack(std::move(reply)));
}

void Registry::rotate_api_key(Requester requester, ApiKeyId key, std::chrono::seconds overlap,
                              Reply<MadeApiKey> reply) {
  const auto fingerprint = FingerprintBuilder("api_key_rotation")
                               .add("key", key.value.as_bytes())
                               .add("overlap_s", std::int64_t{overlap.count()})
                               .finish();
  Secret secret = make_api_key_secret(key_prefix_);
  directory::RotateApiKey rotation{.key = key,
                                   .secret_digest = sha256(secret.reveal()),
                                   .hint = hint_of(secret),
                                   .overlap = overlap};
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = std::move(rotation)},
                unpack(std::move(secret), std::move(reply)));
}

void Registry::revoke_api_key(Requester requester, ApiKeyId key,
                              Reply<Change<directory::ApiKey>> reply) {
  const auto fingerprint =
      FingerprintBuilder("api_key_revocation").add("key", key.value.as_bytes()).finish();
  store_.change({.origin = directory_origin_of(std::move(requester), fingerprint),
                 .action = directory::RevokeApiKey{key}},
                unpack(std::move(reply)));
}

void Registry::revoke_secret(const Digest& secret_digest, directory::ActOrigin from,
                             Reply<EndedSecret> reply) {
  store_.change({.origin = {.actor = {}, .idempotency_key = {}, .act = std::move(from)},
                 .action = directory::RevokeSecret{.secret_digest = secret_digest}},
                [reply = std::move(reply)](Result<directory::DirectoryOutcome> outcome) mutable {
                  if (!outcome) return reply(std::move(outcome).error());
                  reply(EndedSecret{.key = take_record<directory::ApiKey>(*outcome),
                                    .was_last_admin = outcome->ends_last_admin});
                });
}

void Registry::read_user(UserId id, Reply<directory::User> reply) const {
  store_.read_user(id, std::move(reply));
}

void Registry::read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) const {
  store_.read_api_key(id, std::move(reply));
}

void Registry::list_users(PageRequest<UserId> page, Reply<Page<directory::User>> reply) const {
  store_.list_users(page, std::move(reply));
}

void Registry::list_organizations(std::optional<UserId> member, PageRequest<OrganizationId> page,
                                  Reply<Page<directory::Organization>> reply) const {
  store_.list_organizations(member, page, std::move(reply));
}

void Registry::list_members(OrganizationId organization, PageRequest<UserId> page,
                            Reply<Page<directory::Member>> reply) const {
  store_.list_members(organization, page, std::move(reply));
}

}  // namespace farthing::service

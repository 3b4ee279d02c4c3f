// SPDX-License-Identifier: Apache-2.0
#include "server/service/directory.hpp"

#include <utility>
#include <variant>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/fingerprint.hpp"

namespace farthing::service {
namespace {

store::DirectoryOrigin origin_of(Requester requester, ledger::Fingerprint fingerprint) {
  store::ActOrigin act = act_origin_of(requester);
  return {.actor = requester.api_key,
          .idempotency_key = std::move(requester.idempotency_key),
          .fingerprint = fingerprint,
          .owner_of = requester.owner_of,
          .act = std::move(act)};
}

ledger::Fingerprint standing_of(std::string_view kind, const Id128& id, store::Standing standing) {
  return FingerprintBuilder(kind)
      .add("id", id.as_bytes())
      .add("disabled", std::int64_t{standing == store::Standing::disabled ? 1 : 0})
      .finish();
}

template <class Record>
Record take_record(store::DirectoryOutcome& outcome) {
  auto* record = std::get_if<Record>(&outcome.record);
  CHECK(record != nullptr);
  return std::move(*record);
}

// The store's reply to a change whose record is of this kind.
template <class Record>
store::Reply<store::DirectoryOutcome> unpack(store::Reply<Change<Record>> reply) {
  return [reply = std::move(reply)](Result<store::DirectoryOutcome> outcome) mutable {
    if (!outcome) return reply(std::move(outcome).error());
    reply(Change<Record>{.record = take_record<Record>(*outcome),
                         .is_replayed = outcome->is_replayed});
  };
}

}  // namespace

void Directory::create_user(Requester requester, NewUser user,
                            store::Reply<Change<store::User>> reply) {
  const auto fingerprint = FingerprintBuilder("user")
                               .add("email", user.email)
                               .add("name", user.name)
                               .add("profile_picture", user.profile_picture)
                               .finish();
  const Instant now = store_.now();
  store_.change({.origin = origin_of(std::move(requester), fingerprint),
                 .action = store::CreateUser{{.id = UserId::make(now),
                                              .email = std::move(user.email),
                                              .name = std::move(user.name),
                                              .profile_picture = std::move(user.profile_picture),
                                              .default_organization = {},
                                              .created_at = now}}},
                unpack(std::move(reply)));
}

void Directory::create_organization(Requester requester, NewOrganization organization,
                                    store::Reply<Change<store::Organization>> reply) {
  const auto fingerprint =
      FingerprintBuilder("organization").add("name", organization.name).finish();
  const Instant now = store_.now();
  store_.change({.origin = origin_of(std::move(requester), fingerprint),
                 .action = store::CreateOrganization{{.id = OrganizationId::make(now),
                                                      .name = std::move(organization.name),
                                                      .created_at = now}}},
                unpack(std::move(reply)));
}

void Directory::rename_organization(Requester requester, OrganizationId organization,
                                    std::string name, std::optional<Credits> overdraft_limit,
                                    store::Reply<Change<store::Organization>> reply) {
  const auto fingerprint = FingerprintBuilder("organization_name")
                               .add("organization", organization.value.as_bytes())
                               .add("name", name)
                               .add("overdraft_limit", overdraft_limit)
                               .finish();
  store_.change(
      {.origin = origin_of(std::move(requester), fingerprint),
       .action = store::RenameOrganization{.organization = organization, .name = std::move(name)}},
      unpack(std::move(reply)));
}

void Directory::put_membership(Requester requester, store::Membership membership,
                               store::Reply<Change<store::Member>> reply) {
  const auto fingerprint = FingerprintBuilder("membership")
                               .add("organization", membership.organization.value.as_bytes())
                               .add("user", membership.user.value.as_bytes())
                               .add("role", store::to_string(membership.role))
                               .finish();
  store_.change({.origin = origin_of(std::move(requester), fingerprint),
                 .action = store::PutMembership{membership}},
                unpack(std::move(reply)));
}

void Directory::add_membership(Requester requester, store::AddMembership membership,
                               store::Reply<Change<store::Member>> reply) {
  FingerprintBuilder fingerprint("new_membership");
  fingerprint.add("organization", membership.organization.value.as_bytes());
  if (membership.user) fingerprint.add("user", membership.user->value.as_bytes());
  fingerprint.add("email", membership.email).add("role", store::to_string(membership.role));
  store_.change({.origin = origin_of(std::move(requester), fingerprint.finish()),
                 .action = std::move(membership)},
                unpack(std::move(reply)));
}

void Directory::remove_membership(Requester requester, OrganizationId organization, UserId user,
                                  store::Reply<Change<store::Member>> reply) {
  const auto fingerprint = FingerprintBuilder("membership_end")
                               .add("organization", organization.value.as_bytes())
                               .add("user", user.value.as_bytes())
                               .finish();
  store_.change({.origin = origin_of(std::move(requester), fingerprint),
                 .action = store::RemoveMembership{.organization = organization, .user = user}},
                unpack(std::move(reply)));
}

void Directory::set_standing(Requester requester, UserId user, store::Standing standing,
                             store::Reply<Change<store::User>> reply) {
  const auto fingerprint = standing_of("user_standing", user.value, standing);
  store_.change({.origin = origin_of(std::move(requester), fingerprint),
                 .action = store::SetUserStanding{.user = user, .standing = standing}},
                unpack(std::move(reply)));
}

void Directory::set_standing(Requester requester, OrganizationId organization,
                             store::Standing standing,
                             store::Reply<Change<store::Organization>> reply) {
  const auto fingerprint = standing_of("organization_standing", organization.value, standing);
  store_.change({.origin = origin_of(std::move(requester), fingerprint),
                 .action = store::SetOrganizationStanding{.organization = organization,
                                                          .standing = standing}},
                unpack(std::move(reply)));
}

void Directory::set_default_organization(Requester requester, UserId user,
                                         OrganizationId organization,
                                         store::Reply<Change<store::User>> reply) {
  const auto fingerprint = FingerprintBuilder("default_organization")
                               .add("user", user.value.as_bytes())
                               .add("organization", organization.value.as_bytes())
                               .finish();
  store_.change(
      {.origin = origin_of(std::move(requester), fingerprint),
       .action = store::SetDefaultOrganization{.user = user, .organization = organization}},
      unpack(std::move(reply)));
}

void Directory::create_api_key(Requester requester, NewApiKey key, store::Reply<MadeApiKey> reply) {
  const Instant now = store_.now();
  if (key.expires_at && *key.expires_at <= now) {
    return reply(bad_field("expires_at", "expires_at must be later than now."));
  }
  const auto fingerprint = FingerprintBuilder("api_key")
                               .add("user", key.user.value.as_bytes())
                               .add("name", key.name)
                               .add("scopes", std::int64_t{key.scopes.bits()})
                               .add("expires_at", key.expires_at)
                               .finish();
  Secret secret = make_api_key_secret();
  store::ApiKey record{.id = ApiKeyId::make(now),
                       .user = key.user,
                       .secret_digest = sha256(secret.reveal()),
                       .hint = hint_of(secret),
                       .name = std::move(key.name),
                       .scopes = key.scopes,
                       .created_at = now,
                       .expires_at = key.expires_at,
                       .revoked_at = {}};
  store_.change({.origin = origin_of(std::move(requester), fingerprint),
                 .action = store::CreateApiKey{std::move(record)}},
                [secret = std::move(secret),
                 reply = std::move(reply)](Result<store::DirectoryOutcome> outcome) mutable {
                  if (!outcome) return reply(std::move(outcome).error());
                  reply(MadeApiKey{.key = take_record<store::ApiKey>(*outcome),
                                   .secret = std::move(secret),
                                   .is_replayed = outcome->is_replayed});
                });
}

void Directory::revoke_api_key(Requester requester, ApiKeyId key,
                               store::Reply<Change<store::ApiKey>> reply) {
  const auto fingerprint =
      FingerprintBuilder("api_key_revocation").add("key", key.value.as_bytes()).finish();
  store_.change(
      {.origin = origin_of(std::move(requester), fingerprint), .action = store::RevokeApiKey{key}},
      unpack(std::move(reply)));
}

}  // namespace farthing::service

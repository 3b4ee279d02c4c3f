// SPDX-License-Identifier: Apache-2.0
#include "server/service/metering.hpp"

#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/random.hpp"
#include "server/service/fingerprint.hpp"

namespace farthing::service {
namespace {

ledger::Fingerprint fingerprint_of(const NewGrant& grant) {
  return FingerprintBuilder("grant")
      .add("organization", grant.organization.value.as_bytes())
      .add("amount", grant.amount)
      .add("category", ledger::to_string(grant.category))
      .add("priority", std::int64_t{grant.priority})
      .add("effective_at", grant.effective_at)
      .add("expires_at", grant.expires_at)
      .add("metadata", grant.metadata)
      .finish();
}

ledger::Fingerprint fingerprint_of(const NewCharge& charge) {
  return FingerprintBuilder("charge")
      .add("organization", charge.organization.value.as_bytes())
      .add("amount", charge.amount)
      .add("operation", charge.operation)
      .add("engine", charge.engine)
      .add("metadata", charge.metadata)
      .finish();
}

ledger::Metadata with_salt(std::string json) {
  ledger::Metadata metadata{.json = std::move(json)};
  if (!metadata.json.empty()) fill_random(metadata.salt);
  return metadata;
}

ledger::Origin origin_of(Requester requester, ledger::Fingerprint fingerprint,
                         std::string metadata = {}) {
  ledger::Origin origin;
  origin.api_key = requester.api_key;
  origin.idempotency_key = std::move(requester.idempotency_key);
  origin.fingerprint = fingerprint;
  origin.metadata = with_salt(std::move(metadata));
  return origin;
}

}  // namespace

void Metering::create_grant(Requester requester, NewGrant grant,
                            store::Reply<store::Outcome> reply) {
  const auto fingerprint = fingerprint_of(grant);
  // The beginning of time stands for "at once": what is past means the time of the command.
  const ledger::GrantTerms terms{.amount = grant.amount,
                                 .effective_at = grant.effective_at.value_or(Instant()),
                                 .expires_at = grant.expires_at,
                                 .priority = grant.priority,
                                 .category = grant.category};
  store_.settle_one(
      {.organization = grant.organization,
       .at = {},
       .origin = origin_of(std::move(requester), fingerprint, std::move(grant.metadata)),
       .action = ledger::CreateGrant{.terms = terms}},
      std::move(reply));
}

void Metering::void_grant(Requester requester, GrantId grant, store::Reply<store::Outcome> reply) {
  const auto fingerprint = FingerprintBuilder("void")
                               .add("organization", grant.organization.value.as_bytes())
                               .add("grant", grant.own.as_bytes())
                               .finish();
  store_.settle_one({.organization = grant.organization,
                     .at = {},
                     .origin = origin_of(std::move(requester), fingerprint),
                     .action = ledger::VoidGrant{.grant = grant.own}},
                    std::move(reply));
}

void Metering::create_charge(Requester requester, NewCharge charge,
                             store::Reply<store::Outcome> reply) {
  const auto fingerprint = fingerprint_of(charge);
  ledger::Origin origin = origin_of(std::move(requester), fingerprint, std::move(charge.metadata));
  origin.operation = std::move(charge.operation);
  origin.engine = std::move(charge.engine);
  store_.settle_one({.organization = charge.organization,
                     .at = {},
                     .origin = std::move(origin),
                     .action = ledger::CreateCharge{.amount = charge.amount}},
                    std::move(reply));
}

void Metering::set_overdraft_limit(Requester requester, OrganizationId organization, Credits limit,
                                   store::Reply<store::Outcome> reply) {
  const auto fingerprint = FingerprintBuilder("limit")
                               .add("organization", organization.value.as_bytes())
                               .add("limit", limit)
                               .finish();
  store_.settle_one({.organization = organization,
                     .at = {},
                     .origin = origin_of(std::move(requester), fingerprint),
                     .action = ledger::SetOverdraftLimit{.limit = limit}},
                    std::move(reply));
}

}  // namespace farthing::service

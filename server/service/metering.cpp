// SPDX-License-Identifier: Apache-2.0
#include "server/service/metering.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/random.hpp"
#include "server/service/fingerprint.hpp"

namespace farthing::service {
namespace {

// A request's own values, to which its fingerprint adds what it says besides.
struct OwnValues {
  FingerprintBuilder builder;
  // Whether requests of that kind have had metadata from the first version on: their fingerprints
  // tell that there is none, too.
  bool has_metadata = false;
};

OwnValues values_of(const NewGrant& grant) {
  FingerprintBuilder builder("grant");
  builder.add("organization", grant.organization.value.as_bytes())
      .add("amount", grant.amount)
      .add("category", ledger::to_string(grant.category))
      .add("priority", std::int64_t{grant.priority})
      .add("effective_at", grant.effective_at)
      .add("expires_at", grant.expires_at);
  return {.builder = builder, .has_metadata = true};
}

// Stored fingerprints have the model under its first name, `engine`.
OwnValues values_of(const NewCharge& charge) {
  FingerprintBuilder builder("charge");
  builder.add("organization", charge.organization.value.as_bytes())
      .add("amount", charge.amount)
      .add("operation", charge.operation)
      .add("engine", charge.model);
  return {.builder = builder, .has_metadata = true};
}

OwnValues values_of(const NewHold& hold) {
  FingerprintBuilder builder("hold");
  builder.add("organization", hold.organization.value.as_bytes())
      .add("amount", hold.amount)
      .add("ttl_s", std::int64_t{hold.ttl.count()})
      .add("over_capture", ledger::to_string(hold.over_capture))
      .add("operation", hold.operation)
      .add("engine", hold.model);
  return {.builder = builder, .has_metadata = true};
}

// Begins the fingerprint of a request about a hold that is there already.
FingerprintBuilder about_hold(std::string_view kind, const HoldId& hold) {
  FingerprintBuilder builder(kind);
  builder.add("organization", hold.organization.value.as_bytes()).add("hold", hold.own.as_bytes());
  return builder;
}

void add_if_any(FingerprintBuilder& builder, std::string_view name, std::string_view text) {
  if (!text.empty()) builder.add(name, text);
}

// What came with later versions is counted where it is there, so that requests without it have the
// fingerprint that they always had.
ledger::Fingerprint fingerprint_of(OwnValues own, const ledger::Origin& origin,
                                   const ledger::Erasable& texts) {
  FingerprintBuilder& builder = own.builder;
  if (own.has_metadata || !texts.metadata.empty()) builder.add("metadata", texts.metadata);
  add_if_any(builder, "reason", texts.reason);
  add_if_any(builder, "payment_reference", texts.payment_reference);
  for (const ledger::Tag& tag : origin.tags) builder.add("tags." + tag.name, tag.value);
  if (origin.price_paid) {
    builder.add("price_paid", origin.price_paid->nano).add("currency", origin.price_paid->currency);
  }
  return builder.finish();
}

// Entries of version 1 have fingerprints over the erasable texts as well. Later ones count them as
// empty: what may be erased must leave nothing behind by which it can be guessed.
ledger::Origin origin_of(Requester requester, const OwnValues& own, Remarks remarks = {},
                         Payment payment = {}) {
  ledger::Origin origin;
  origin.api_key = requester.api_key;
  origin.idempotency_key = std::move(requester.idempotency_key);
  origin.tags = std::move(remarks.tags);
  origin.price_paid = std::move(payment.price_paid);
  origin.fingerprint = fingerprint_of(own, origin, {});
  origin.erasable.metadata = std::move(remarks.metadata);
  origin.erasable.reason = std::move(remarks.reason);
  origin.erasable.payment_reference = std::move(payment.payment_reference);
  if (origin.erasable.is_empty()) return origin;
  origin.fingerprint_with_texts = fingerprint_of(own, origin, origin.erasable);
  fill_random(origin.erasable.salt);
  return origin;
}

ledger::Command command_of(Requester requester, NewCharge charge) {
  ledger::Origin origin =
      origin_of(std::move(requester), values_of(charge), std::move(charge.remarks));
  origin.operation = std::move(charge.operation);
  origin.model = std::move(charge.model);
  return {.organization = charge.organization,
          .at = {},
          .origin = std::move(origin),
          .action = ledger::CreateCharge{.amount = charge.amount}};
}

// Puts what the search for the caller's key has found into the command.
void put_caller_key(std::optional<CallerKey> found, ledger::Command& command) {
  command.has_invalid_caller_key = !found;
  if (!found) return;
  command.origin.caller_key = found->id;
  command.caller_caps = std::move(found->caps);
}

// Charges of which some wait for their callers' keys, looked up in any order and on any thread.
// Whoever is done last, which may be the one that asks for them, sends all of them on together.
class ChargesInWaiting {
 public:
  using SettledReply = Callback<void(std::vector<Result<ledger::Outcome>>)>;

  // `looked_up` is how many keys are looked up.
  ChargesInWaiting(store::Store& store, std::vector<ledger::Command> commands,
                   std::size_t looked_up, SettledReply reply)
      : store_(store),
        commands_(std::move(commands)),
        missing_(looked_up),
        reply_(std::move(reply)) {}

  OrganizationId organization_of(std::size_t index) const { return commands_[index].organization; }

  void add(std::size_t index, Result<std::optional<CallerKey>> caller_key) {
    std::unique_lock lock(mutex_);
    if (caller_key) {
      put_caller_key(*std::move(caller_key), commands_[index]);
    } else {
      error_ = std::move(caller_key).error();
    }
    if (--missing_ > 0) return;
    lock.unlock();
    // Nothing is booked where the store cannot tell.
    if (error_) return reply_(std::vector<Result<ledger::Outcome>>(commands_.size(), *error_));
    store::settle_all(store_, std::move(commands_), std::move(reply_));
  }

 private:
  store::Store& store_;
  std::mutex mutex_;  // guards all below until nothing is missing
  std::vector<ledger::Command> commands_;
  std::size_t missing_;
  std::optional<Error> error_;
  SettledReply reply_;
};

}  // namespace

void Metering::settle(ledger::Command command, const std::optional<PresentedKey>& caller_key,
                      Reply<ledger::Outcome> reply) {
  if (!caller_key) return store_.settle({std::move(command), std::move(reply)});
  const OrganizationId organization = command.organization;
  caller_keys_.find(*caller_key, organization,
                    [&store = store_, command = std::move(command),
                     reply = std::move(reply)](Result<std::optional<CallerKey>> found) mutable {
                      if (!found) return reply(std::move(found).error());
                      put_caller_key(*std::move(found), command);
                      store.settle({std::move(command), std::move(reply)});
                    });
}

void Metering::create_grant(Requester requester, NewGrant grant, Reply<ledger::Outcome> reply) {
  // The beginning of time stands for "at once": what is past means the time of the command.
  const ledger::GrantTerms terms{.amount = grant.amount,
                                 .effective_at = grant.effective_at.value_or(Instant()),
                                 .expires_at = grant.expires_at,
                                 .priority = grant.priority,
                                 .category = grant.category};
  directory::ActOrigin act = act_origin_of(requester);
  store_.settle({{.organization = grant.organization,
                  .at = {},
                  .origin = origin_of(std::move(requester), values_of(grant),
                                      std::move(grant.remarks), std::move(grant.payment)),
                  .action = ledger::CreateGrant{.terms = terms}},
                 std::move(reply),
                 std::move(act)});
}

void Metering::void_grant(Requester requester, GrantId grant, Remarks remarks,
                          Reply<ledger::Outcome> reply) {
  FingerprintBuilder builder("void");
  builder.add("organization", grant.organization.value.as_bytes())
      .add("grant", grant.own.as_bytes());
  directory::ActOrigin act = act_origin_of(requester);
  store_.settle({{.organization = grant.organization,
                  .at = {},
                  .origin = origin_of(std::move(requester), {builder}, std::move(remarks)),
                  .action = ledger::VoidGrant{.grant = grant.own}},
                 std::move(reply),
                 std::move(act)});
}

void Metering::create_charge(Requester requester, NewCharge charge, Reply<ledger::Outcome> reply) {
  const std::optional<PresentedKey> caller_key = charge.caller_key;
  settle(command_of(std::move(requester), std::move(charge)), caller_key, std::move(reply));
}

void Metering::create_charges(ApiKeyId requester, std::vector<KeyedCharge> charges,
                              Callback<void(std::vector<Result<ledger::Outcome>>)> reply) {
  std::vector<ledger::Command> commands;
  commands.reserve(charges.size());
  std::vector<std::pair<std::size_t, PresentedKey>> caller_keys;
  for (KeyedCharge& keyed : charges) {
    if (keyed.charge.caller_key)
      caller_keys.emplace_back(commands.size(), *keyed.charge.caller_key);
    commands.push_back(
        command_of({.api_key = requester, .idempotency_key = std::move(keyed.idempotency_key)},
                   std::move(keyed.charge)));
  }
  if (caller_keys.empty()) return store::settle_all(store_, std::move(commands), std::move(reply));
  const auto waiting = std::make_shared<ChargesInWaiting>(store_, std::move(commands),
                                                          caller_keys.size(), std::move(reply));
  for (const auto& [index, key] : caller_keys) {
    caller_keys_.find(key, waiting->organization_of(index),
                      [waiting, index = index](Result<std::optional<CallerKey>> found) {
                        waiting->add(index, std::move(found));
                      });
  }
}

void Metering::place_hold(Requester requester, NewHold hold, Reply<ledger::Outcome> reply) {
  ledger::Origin origin = origin_of(std::move(requester), values_of(hold), std::move(hold.remarks));
  origin.operation = std::move(hold.operation);
  origin.model = std::move(hold.model);
  settle({.organization = hold.organization,
          .at = {},
          .origin = std::move(origin),
          .action =
              ledger::PlaceHold{
                  .amount = hold.amount, .ttl = hold.ttl, .over_capture = hold.over_capture}},
         hold.caller_key, std::move(reply));
}

void Metering::extend_hold(Requester requester, HoldId hold, std::chrono::seconds ttl,
                           Remarks remarks, Reply<ledger::Outcome> reply) {
  const auto builder = about_hold("extend", hold).add("ttl_s", std::int64_t{ttl.count()});
  store_.settle({{.organization = hold.organization,
                  .at = {},
                  .origin = origin_of(std::move(requester), {builder}, std::move(remarks)),
                  .action = ledger::ExtendHold{.hold = hold.own, .ttl = ttl}},
                 std::move(reply)});
}

void Metering::capture_hold(Requester requester, HoldId hold, Capture capture,
                            Reply<ledger::Outcome> reply) {
  const auto builder = about_hold("capture", hold)
                           .add("amount", capture.amount)
                           .add("final", std::int64_t{capture.is_final ? 1 : 0});
  store_.settle({{.organization = hold.organization,
                  .at = {},
                  .origin = origin_of(std::move(requester), {builder}, std::move(capture.remarks)),
                  .action = ledger::CaptureHold{.hold = hold.own,
                                                .amount = capture.amount,
                                                .is_final = capture.is_final}},
                 std::move(reply)});
}

void Metering::release_hold(Requester requester, HoldId hold, Remarks remarks,
                            Reply<ledger::Outcome> reply) {
  store_.settle({{.organization = hold.organization,
                  .at = {},
                  .origin = origin_of(std::move(requester), {about_hold("release", hold)},
                                      std::move(remarks)),
                  .action = ledger::ReleaseHold{.hold = hold.own}},
                 std::move(reply)});
}

void Metering::refund_charge(Requester requester, ChargeId charge, Refund refund,
                             Reply<ledger::Outcome> reply) {
  FingerprintBuilder builder("refund");
  builder.add("organization", charge.organization.value.as_bytes())
      .add("charge", charge.own.as_bytes())
      .add("amount", refund.amount);
  store_.settle({{.organization = charge.organization,
                  .at = {},
                  .origin = origin_of(std::move(requester), {builder}, std::move(refund.remarks)),
                  .action = ledger::RefundCharge{.charge = charge.own, .amount = refund.amount}},
                 std::move(reply)});
}

void Metering::set_overdraft_limit(Requester requester, OrganizationId organization, Credits limit,
                                   const std::optional<std::string>& name,
                                   Reply<ledger::Outcome> reply) {
  FingerprintBuilder builder("limit");
  builder.add("organization", organization.value.as_bytes()).add("limit", limit).add("name", name);
  directory::ActOrigin act = act_origin_of(requester);
  store_.settle({{.organization = organization,
                  .at = {},
                  .origin = origin_of(std::move(requester), {builder}),
                  .action = ledger::SetOverdraftLimit{.limit = limit}},
                 std::move(reply),
                 std::move(act)});
}

}  // namespace farthing::service

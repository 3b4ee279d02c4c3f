// SPDX-License-Identifier: Apache-2.0
#include "server/service/operator_key.hpp"

#include <utility>
#include <variant>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "server/service/api_key_secret.hpp"

namespace farthing::service {
namespace {

// These changes come from no key and are under no idempotency key.
directory::DirectoryOrigin from_nobody() {
  return {.actor = {}, .idempotency_key = {}, .fingerprint = {}};
}

void create_key(store::Store& store, directory::ApiKey key, Reply<directory::ApiKey> reply) {
  store.change({.origin = from_nobody(), .action = directory::CreateApiKey{std::move(key)}},
               [reply = std::move(reply)](Result<directory::DirectoryOutcome> outcome) mutable {
                 if (!outcome) return reply(std::move(outcome).error());
                 auto* made = std::get_if<directory::ApiKey>(&outcome->record);
                 CHECK(made != nullptr);
                 reply(std::move(*made));
               });
}

directory::User operator_at(Instant now) {
  return {.id = kOperator,
          .email = "operator@localhost",
          .name = "operator",
          .profile_picture = {},
          .default_organization = {},
          .created_at = now};
}

}  // namespace

void create_operator_key(store::Store& store, const Secret& secret,
                         Reply<directory::ApiKey> reply) {
  const Instant now = store.now();
  directory::ApiKey key{.id = ApiKeyId::make(now),
                        .user = kOperator,
                        .secret_digest = sha256(secret.reveal()),
                        .hint = hint_of(secret),
                        .name = "operator",
                        .scopes = directory::Scope::admin,
                        .created_at = now,
                        .expires_at = {},
                        .revoked_at = {}};
  store.read_user(kOperator, [&store, now, key = std::move(key),
                              reply = std::move(reply)](Result<directory::User> found) mutable {
    if (!found && found.error().code != ErrorCode::not_found) {
      return reply(std::move(found).error());
    }
    if (found && !found->disabled_at) return create_key(store, std::move(key), std::move(reply));
    // The key of a disabled user would let nobody in.
    directory::DirectoryAction action = directory::CreateUser{operator_at(now)};
    if (found) action = directory::SetUserStanding{kOperator, directory::Standing::enabled};
    store.change({.origin = from_nobody(), .action = std::move(action)},
                 [&store, key = std::move(key),
                  reply = std::move(reply)](Result<directory::DirectoryOutcome> outcome) mutable {
                   if (!outcome) return reply(std::move(outcome).error());
                   create_key(store, std::move(key), std::move(reply));
                 });
  });
}

void has_no_keys(store::Store& store, Reply<bool> reply) {
  store.list_api_keys({}, {.after = {}, .limit = 1},
                      [reply = std::move(reply)](Result<Page<directory::ApiKey>> page) mutable {
                        if (!page) return reply(std::move(page).error());
                        reply(page->records.empty());
                      });
}

}  // namespace farthing::service

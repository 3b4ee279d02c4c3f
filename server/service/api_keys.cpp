// SPDX-License-Identifier: Apache-2.0
#include "server/service/api_keys.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace farthing::service {
namespace {

using store::Scope;

bool is_admin(const store::Principal& asker) { return asker.key->scopes.allows(Scope::admin); }

bool may_see(const store::Principal& asker, UserId owner) {
  return is_admin(asker) || asker.account->user.id == owner;
}

Error refuse(std::string field, std::string message) {
  Error error = make_error(ErrorCode::permission_denied, std::move(message));
  error.field = std::move(field);
  return error;
}

// Nobody hands out a scope that they do not hold.
std::optional<Error> find_refusal_to_give(const store::Principal& asker, store::Scopes scopes) {
  for (const Scope scope : {Scope::user, Scope::meter, Scope::admin}) {
    if (!scopes.names(scope) || asker.key->scopes.allows(scope)) continue;
    return refuse("scopes", "This needs a key with the scope \"" +
                                std::string(store::to_string(scope)) + "\".");
  }
  return {};
}

Error no_rate_limit_by_users() {
  return refuse("rate_limit", "Only an admin may set the rate limit of a key.");
}

}  // namespace

void ApiKeys::create(const store::Principal& asker, Requester requester, NewApiKey key,
                     store::Reply<MadeApiKey> reply) {
  if (!may_see(asker, key.user)) {
    return reply(refuse("user", "Only an admin may make keys for another user."));
  }
  if (auto refusal = find_refusal_to_give(asker, key.scopes)) return reply(*std::move(refusal));
  if (key.rate_limit && !is_admin(asker)) return reply(no_rate_limit_by_users());
  directory_.create_api_key(std::move(requester), std::move(key), std::move(reply));
}

void ApiKeys::find_visible(const store::Principal& asker, ApiKeyId key,
                           store::Reply<store::ApiKey> reply) const {
  store_.read_api_key(key, [asker, reply = std::move(reply)](Result<store::ApiKey> found) mutable {
    if (found && !may_see(asker, found->user)) return reply(make_error(ErrorCode::not_found));
    reply(std::move(found));
  });
}

std::optional<Instant> ApiKeys::later_use(ApiKeyId key, std::optional<Instant> kept) const {
  // Nothing is before any instant.
  return std::max(kept, uses_.last_use(key));
}

void ApiKeys::read(const store::Principal& asker, ApiKeyId key,
                   store::Reply<ApiKeyStatus> reply) const {
  find_visible(asker, key, [this, reply = std::move(reply)](Result<store::ApiKey> found) mutable {
    if (!found) return reply(std::move(found).error());
    const ApiKeyId id = found->id;
    store_.read_key_uses({id}, [this, key = *std::move(found), reply = std::move(reply)](
                                   Result<std::vector<std::optional<Instant>>> uses) mutable {
      if (!uses) return reply(std::move(uses).error());
      const auto last_used_at = later_use(key.id, uses->front());
      reply(ApiKeyStatus{.key = std::move(key), .last_used_at = last_used_at});
    });
  });
}

void ApiKeys::list(const store::Principal& asker, std::optional<UserId> user,
                   store::PageRequest<ApiKeyId> page,
                   store::Reply<store::Page<ApiKeyStatus>> reply) const {
  if (!user && !is_admin(asker)) user = asker.account->user.id;
  if (user && !may_see(asker, *user)) {
    return reply(refuse("user", "Only an admin may see the keys of another user."));
  }
  store_.list_api_keys(
      user, page,
      [this, reply = std::move(reply)](Result<store::Page<store::ApiKey>> found) mutable {
        if (!found) return reply(std::move(found).error());
        std::vector<ApiKeyId> ids;
        for (const store::ApiKey& key : found->records) ids.push_back(key.id);
        store_.read_key_uses(
            std::move(ids), [this, page = *std::move(found), reply = std::move(reply)](
                                Result<std::vector<std::optional<Instant>>> uses) mutable {
              if (!uses) return reply(std::move(uses).error());
              store::Page<ApiKeyStatus> keys{.records = {}, .has_more = page.has_more};
              for (std::size_t i = 0; i < page.records.size(); ++i) {
                const auto last_used_at = later_use(page.records[i].id, (*uses)[i]);
                keys.records.push_back(
                    {.key = std::move(page.records[i]), .last_used_at = last_used_at});
              }
              reply(std::move(keys));
            });
      });
}

void ApiKeys::change(const store::Principal& asker, Requester requester, ApiKeyId key,
                     store::ApiKeyChange change, store::Reply<Change<store::ApiKey>> reply) {
  if (change.rate_limit && !is_admin(asker)) return reply(no_rate_limit_by_users());
  if (change.scopes) {
    if (auto refusal = find_refusal_to_give(asker, *change.scopes)) {
      return reply(*std::move(refusal));
    }
  }
  find_visible(asker, key,
               [this, asker, requester = std::move(requester), change = std::move(change),
                reply = std::move(reply)](Result<store::ApiKey> found) mutable {
                 if (!found) return reply(std::move(found).error());
                 if (auto refusal = find_refusal_to_give(asker, found->scopes)) {
                   return reply(*std::move(refusal));
                 }
                 directory_.change_api_key(std::move(requester), found->id, std::move(change),
                                           std::move(reply));
               });
}

void ApiKeys::rotate(const store::Principal& asker, Requester requester, ApiKeyId key,
                     std::chrono::seconds overlap, store::Reply<MadeApiKey> reply) {
  find_visible(asker, key,
               [this, asker, requester = std::move(requester), overlap,
                reply = std::move(reply)](Result<store::ApiKey> found) mutable {
                 if (!found) return reply(std::move(found).error());
                 if (auto refusal = find_refusal_to_give(asker, found->scopes)) {
                   return reply(*std::move(refusal));
                 }
                 directory_.rotate_api_key(std::move(requester), found->id, overlap,
                                           std::move(reply));
               });
}

void ApiKeys::revoke(const store::Principal& asker, Requester requester, ApiKeyId key,
                     store::Reply<Change<store::ApiKey>> reply) {
  find_visible(asker, key,
               [this, requester = std::move(requester),
                reply = std::move(reply)](Result<store::ApiKey> found) mutable {
                 if (!found) return reply(std::move(found).error());
                 directory_.revoke_api_key(std::move(requester), found->id, std::move(reply));
               });
}

}  // namespace farthing::service

// SPDX-License-Identifier: Apache-2.0
#include "server/service/api_keys.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/service/permissions.hpp"

namespace farthing::service {
namespace {

std::optional<Error> find_refusal_to_limit(const store::Principal& asker) {
  if (asker.key->scopes.allows(store::Scope::admin)) return {};
  Error error =
      make_error(ErrorCode::permission_denied, "Only an admin may set the rate limit of a key.");
  error.field = "rate_limit";
  return error;
}

std::optional<Error> find_refusal_by_caps(const store::Principal& asker, const char* message) {
  if (asker.key->spend_caps.is_empty()) return {};
  Error error = make_error(ErrorCode::permission_denied, message);
  error.field = "spend_caps";
  return error;
}

}  // namespace

void ApiKeys::create(const store::Principal& asker, Requester requester, NewApiKey key,
                     store::Reply<MadeApiKey> reply) {
  if (auto refusal = find_refusal_to_give(asker, key.scopes)) return reply(*std::move(refusal));
  if (key.rate_limit) {
    if (auto refusal = find_refusal_to_limit(asker)) return reply(*std::move(refusal));
  }
  if (auto refusal = find_refusal_by_caps(asker, "A key with a spend cap may not make keys.")) {
    return reply(*std::move(refusal));
  }
  directory_.create_api_key(std::move(requester), std::move(key), std::move(reply));
}

void ApiKeys::find_changeable(const store::Principal& asker, ApiKeyId key,
                              store::Reply<store::ApiKey> reply) const {
  store_.read_api_key(key, [asker, reply = std::move(reply)](Result<store::ApiKey> found) mutable {
    if (found) {
      auto refusal = find_refusal_to_give(asker, found->scopes);
      if (refusal) return reply(*std::move(refusal));
    }
    reply(std::move(found));
  });
}

std::optional<Instant> ApiKeys::later_use(ApiKeyId key, std::optional<Instant> kept) const {
  // Nothing is before any instant.
  return std::max(kept, uses_.last_use(key));
}

void ApiKeys::read(ApiKeyId key, store::Reply<ApiKeyStatus> reply) const {
  store_.read_api_key(key, [this, reply = std::move(reply)](Result<store::ApiKey> found) mutable {
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

void ApiKeys::list(std::optional<UserId> user, store::PageRequest<ApiKeyId> page,
                   store::Reply<store::Page<ApiKeyStatus>> reply) const {
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
  if (change.rate_limit) {
    if (auto refusal = find_refusal_to_limit(asker)) return reply(*std::move(refusal));
  }
  if (!change.spend_caps.is_empty()) {
    auto refusal =
        find_refusal_by_caps(asker, "A key with a spend cap may not change the caps of keys.");
    if (refusal) return reply(*std::move(refusal));
  }
  if (change.scopes) {
    auto refusal = find_refusal_to_give(asker, *change.scopes);
    if (refusal) return reply(*std::move(refusal));
  }
  find_changeable(asker, key,
                  [this, requester = std::move(requester), change = std::move(change),
                   reply = std::move(reply)](Result<store::ApiKey> found) mutable {
                    if (!found) return reply(std::move(found).error());
                    directory_.change_api_key(std::move(requester), found->id, std::move(change),
                                              std::move(reply));
                  });
}

void ApiKeys::rotate(const store::Principal& asker, Requester requester, ApiKeyId key,
                     std::chrono::seconds overlap, store::Reply<MadeApiKey> reply) {
  if (key != asker.key->id) {
    auto refusal =
        find_refusal_by_caps(asker, "A key with a spend cap may rotate no key but itself.");
    if (refusal) return reply(*std::move(refusal));
  }
  find_changeable(asker, key,
                  [this, requester = std::move(requester), overlap,
                   reply = std::move(reply)](Result<store::ApiKey> found) mutable {
                    if (!found) return reply(std::move(found).error());
                    directory_.rotate_api_key(std::move(requester), found->id, overlap,
                                              std::move(reply));
                  });
}

}  // namespace farthing::service

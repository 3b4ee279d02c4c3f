// SPDX-License-Identifier: Apache-2.0
#include "server/service/api_keys.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace farthing::service {

std::optional<Instant> ApiKeys::later_use(ApiKeyId key, std::optional<Instant> kept) const {
  // A key without a use sorts before any instant.
  return std::max(kept, uses_.last_use(key));
}

void ApiKeys::read(ApiKeyId key, Reply<ApiKeyStatus> reply) const {
  store_.read_api_key(
      key, [this, reply = std::move(reply)](Result<directory::ApiKey> found) mutable {
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

void ApiKeys::list(std::optional<UserId> user, PageRequest<ApiKeyId> page,
                   Reply<Page<ApiKeyStatus>> reply) const {
  store_.list_api_keys(
      user, page, [this, reply = std::move(reply)](Result<Page<directory::ApiKey>> found) mutable {
        if (!found) return reply(std::move(found).error());
        std::vector<ApiKeyId> ids;
        for (const directory::ApiKey& key : found->records) ids.push_back(key.id);
        store_.read_key_uses(
            std::move(ids), [this, page = *std::move(found), reply = std::move(reply)](
                                Result<std::vector<std::optional<Instant>>> uses) mutable {
              if (!uses) return reply(std::move(uses).error());
              Page<ApiKeyStatus> keys{.records = {}, .has_more = page.has_more};
              for (std::size_t i = 0; i < page.records.size(); ++i) {
                const auto last_used_at = later_use(page.records[i].id, (*uses)[i]);
                keys.records.push_back(
                    {.key = std::move(page.records[i]), .last_used_at = last_used_at});
              }
              reply(std::move(keys));
            });
      });
}

}  // namespace farthing::service

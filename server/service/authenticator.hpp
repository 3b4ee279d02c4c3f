// SPDX-License-Identifier: Apache-2.0
// Tells who sent a request, by the API key in its Authorization header. Every refusal is 401 and
// holds no part of what was sent; but a key that is right and whose user is disabled is 403
// `user_disabled`. The first time that a secret lets somebody in, the store keeps that before the
// answer is given. Immutable; safe to call from any thread.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

class Authenticator {
 public:
  // `store` must outlive the authenticator and every pending answer.
  explicit Authenticator(store::Store& store) : store_(store) {}

  // `authorization` is the header's value, a bare key or "Bearer" and a key; nothing when there is
  // no such header. Calls `then` once with a Result<directory::Principal>, at once or later on a
  // thread of the store's. A text without the form of a key is refused without a look-up. A
  // template so that `then` is not wrapped twice: this is on the path of every request.
  template <class Then>
  void authenticate(std::optional<std::string_view> authorization, Then then) const {
    auto digest = digest_of_key(authorization);
    if (!digest) return then(Result<directory::Principal>(std::move(digest).error()));
    identify(*digest, std::move(then));
  }

  // Does the same for a key of which only the SHA-256 is known.
  template <class Then>
  void identify(const Digest& digest, Then then) const {
    store_.find_principal(digest, [this, then = std::move(then)](
                                      Result<std::optional<directory::Principal>> found) mutable {
      auto principal = admit(std::move(found));
      if (!principal || !is_first_use(*principal)) return then(std::move(principal));
      note_first_use(*std::move(principal), std::move(then));
    });
  }

 private:
  static Result<Digest> digest_of_key(std::optional<std::string_view> authorization);
  // Refuses keys that are unknown, revoked or expired, secrets whose time is over, and keys of
  // disabled users.
  Result<directory::Principal> admit(Result<std::optional<directory::Principal>> found) const;

  static bool is_first_use(const directory::Principal& principal) {
    return !principal.key->is_secret_used && !principal.is_previous_secret;
  }
  // Lets the principal in once the use is kept, unless the secret was replaced before. From then on
  // no repetition of the request that made the secret replaces it.
  void note_first_use(directory::Principal principal, Reply<directory::Principal> reply) const;

  store::Store& store_;
};

}  // namespace farthing::service

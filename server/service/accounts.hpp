// SPDX-License-Identifier: Apache-2.0
// Answers what a caller may ask about: the organizations of the key's user and the credits they
// have left. Safe to call from any thread.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

class Accounts {
 public:
  // `store` must outlive this and every pending answer.
  explicit Accounts(store::Store& store) : store_(store) {}

  // Reads the balance of one of the account's organizations, or of its default one if
  // `organization`, an id as the caller sent it, is empty. It is refused (403) when that default
  // was lost and none was chosen since, and (404) when the user belongs to no organization at all.
  // An organization that does not exist and one that the user does not belong to get the same
  // answer: 403. It shows what was sent, unless that is long, unprintable or may be a secret.
  void read_balance(const directory::Account& account, std::string_view organization,
                    Reply<ledger::Balance> reply) const;

 private:
  store::Store& store_;
};

}  // namespace farthing::service

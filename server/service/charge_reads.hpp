// SPDX-License-Identifier: Apache-2.0
// Charges with what has become of them: the entry that made one never changes, what was refunded of
// it does. Safe to call from any thread.
#pragma once

#include "base/credits.hpp"
#include "base/id.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

// `entry` is one that makes a charge.
struct ChargeStatus {
  ledger::Entry entry;
  Credits refunded;  // by all refunds together
};

class ChargeReads {
 public:
  // `store` must outlive this and every pending answer.
  explicit ChargeReads(store::Store& store) : store_(store) {}

  // Refusals are those of the store's reads. What was refunded is as of some moment between the
  // call and its answer.
  void read(ChargeId id, store::Reply<ChargeStatus> reply) const;
  void list(OrganizationId organization, store::PageRequest<Id128> page,
            store::Reply<store::Page<ChargeStatus>> reply) const;

 private:
  store::Store& store_;
};

}  // namespace farthing::service

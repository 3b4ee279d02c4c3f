// SPDX-License-Identifier: Apache-2.0
#include "server/service/charge_reads.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.hpp"

namespace farthing::service {
namespace {

Credits refunded_of(const ledger::Record& record) {
  const auto* charge = std::get_if<ledger::ChargeRecord>(&record.value);
  CHECK(charge != nullptr);
  return charge->refunded;
}

// A page whose charges are looked up one by one, in any order and on any thread.
class Lookups {
 public:
  // `page` holds at least one charge.
  Lookups(store::Page<ChargeStatus> page, store::Reply<store::Page<ChargeStatus>> reply)
      : page_(std::move(page)), missing_(page_.records.size()), reply_(std::move(reply)) {}

  // The last of them, whichever it is, gives the answer.
  void add(std::size_t index, Result<ledger::Record> record) {
    std::unique_lock lock(mutex_);
    if (record) {
      page_.records[index].refunded = refunded_of(*record);
    } else if (!error_) {
      error_ = std::move(record).error();
    }
    if (--missing_ > 0) return;
    lock.unlock();
    if (error_) return reply_(*std::move(error_));
    reply_(std::move(page_));
  }

 private:
  std::mutex mutex_;  // guards all below until nothing is missing
  store::Page<ChargeStatus> page_;
  std::size_t missing_;
  std::optional<Error> error_;
  store::Reply<store::Page<ChargeStatus>> reply_;
};

}  // namespace

void ChargeReads::read(ChargeId id, store::Reply<ChargeStatus> reply) const {
  store_.read_charge(
      id, [&store = store_, id, reply = std::move(reply)](Result<ledger::Entry> entry) mutable {
        if (!entry) return reply(std::move(entry).error());
        store.read_record(
            id.organization, id.own,
            [entry = *std::move(entry),
             reply = std::move(reply)](Result<ledger::Record> record) mutable {
              if (!record) return reply(std::move(record).error());
              reply(ChargeStatus{.entry = std::move(entry), .refunded = refunded_of(*record)});
            });
      });
}

void ChargeReads::list(OrganizationId organization, store::PageRequest<Id128> page,
                       store::Reply<store::Page<ChargeStatus>> reply) const {
  store_.list_charges(
      organization, page,
      [&store = store_, organization,
       reply = std::move(reply)](Result<store::Page<ledger::Entry>> entries) mutable {
        if (!entries) return reply(std::move(entries).error());
        store::Page<ChargeStatus> charges{
            .records = {}, .has_more = entries->has_more, .resume_after = entries->resume_after};
        std::vector<Id128> ids;
        for (ledger::Entry& entry : entries->records) {
          ids.push_back(entry.subject);
          charges.records.push_back({.entry = std::move(entry), .refunded = {}});
        }
        if (ids.empty()) return reply(std::move(charges));
        const auto lookups = std::make_shared<Lookups>(std::move(charges), std::move(reply));
        for (std::size_t i = 0; i < ids.size(); ++i) {
          store.read_record(organization, ids[i], [lookups, i](Result<ledger::Record> record) {
            lookups->add(i, std::move(record));
          });
        }
      });
}

}  // namespace farthing::service

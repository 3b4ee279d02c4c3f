// SPDX-License-Identifier: Apache-2.0
#include "server/service/stories.hpp"

#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "base/check.hpp"
#include "server/ledger/entry_id.hpp"

namespace farthing::service {
namespace {

// A record of that kind with the entries about it.
template <class Kind>
struct Story {
  ledger::Entry entry;
  Kind record;
  std::vector<ledger::Entry> changes;
  bool has_more = false;
};

using Records = std::vector<std::optional<ledger::Record>>;

// Returns the record if it is there and of that kind, or null.
template <class Kind>
const Kind* find_kind(const Records& records) {
  CHECK(records.size() == 1);
  return records.front() ? std::get_if<Kind>(&records.front()->value) : nullptr;
}

// Reads the record first: entries never change, and those that it names are there, but for what is
// due and not booked yet.
template <class Kind>
void read_story(store::Store& store, OrganizationId organization, const Id128& id,
                Reply<Story<Kind>> reply) {
  store.read_records(
      organization, {id},
      [&store, organization, id, reply = std::move(reply)](Result<Records> records) mutable {
        if (!records) return reply(std::move(records).error());
        const Kind* kind = find_kind<Kind>(*records);
        if (kind == nullptr) return reply(make_error(ErrorCode::not_found));
        std::vector<std::uint64_t> seqs = {ledger::seq_of(id)};
        const ledger::Record& record = *records->front();
        seqs.insert(seqs.end(), record.changes.begin(), record.changes.end());
        store.read_entries(
            organization, std::move(seqs),
            [kind = *kind, has_more = record.has_more_changes,
             reply = std::move(reply)](Result<std::vector<ledger::Entry>> entries) mutable {
              if (!entries) return reply(std::move(entries).error());
              CHECK(!entries->empty());
              const auto begin = std::move_iterator(entries->begin());
              reply(Story<Kind>{.entry = *begin,
                                .record = std::move(kind),
                                .changes = {begin + 1, std::move_iterator(entries->end())},
                                .has_more = has_more});
            });
      });
}

}  // namespace

void Stories::read_charge(ChargeId id, Reply<ChargeStory> reply) const {
  using ChargeRecordStory = Story<ledger::ChargeRecord>;
  read_story<ledger::ChargeRecord>(
      store_, id.organization, id.own,
      [reply = std::move(reply)](Result<ChargeRecordStory> story) mutable {
        if (!story) return reply(std::move(story).error());
        reply(ChargeStory{.entry = std::move(story->entry),
                          .record = std::move(story->record),
                          .changes = std::move(story->changes),
                          .has_more = story->has_more});
      });
}

void Stories::read_hold(HoldId id, Reply<HoldStory> reply) const {
  using HoldRecordStory = Story<ledger::HoldRecord>;
  read_story<ledger::HoldRecord>(
      store_, id.organization, id.own,
      [&store = store_, id, reply = std::move(reply)](Result<HoldRecordStory> story) mutable {
        if (!story) return reply(std::move(story).error());
        store.read_balance(id.organization, [story = *std::move(story), reply = std::move(reply)](
                                                Result<ledger::Balance> balance) mutable {
          if (!balance) return reply(std::move(balance).error());
          reply(HoldStory{.entry = std::move(story.entry),
                          .status = story.record.status,
                          .changes = std::move(story.changes),
                          .has_more = story.has_more,
                          .balance = *balance});
        });
      });
}

}  // namespace farthing::service

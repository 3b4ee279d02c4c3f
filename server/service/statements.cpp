// SPDX-License-Identifier: Apache-2.0
#include "server/service/statements.hpp"

#include <memory>
#include <tuple>
#include <utility>

#include "server/ledger/entry_id.hpp"

namespace farthing::service {
namespace {

LedgerEnd end_behind(const ledger::Entry& entry) {
  return {.seq = entry.seq,
          .hash = entry.hash,
          .balance = {.available = entry.available, .held = entry.held}};
}

// Finds the two ends, one after the other.
class EndSearch : public std::enable_shared_from_this<EndSearch> {
 public:
  using Ends = std::pair<LedgerEnd, LedgerEnd>;

  // `last_seq` counts what is due by now, booked or not.
  EndSearch(store::Store& store, OrganizationId organization, std::uint64_t last_seq)
      : store_(store), organization_(organization), last_seq_(last_seq) {}

  // Finds the ends of the ledger just before each of the instants.
  void find(Instant from, Instant to, Reply<Ends> reply) {
    auto self = shared_from_this();
    find_before(from, [self, to, reply = std::move(reply)](Result<LedgerEnd> opening) mutable {
      if (!opening) return reply(std::move(opening).error());
      self->find_before(
          to, [opening = *opening, reply = std::move(reply)](Result<LedgerEnd> closing) mutable {
            if (!closing) return reply(std::move(closing).error());
            reply(Ends(opening, *closing));
          });
    });
  }

 private:
  using EndReply = Reply<LedgerEnd>;

  // Finds the last entry before `at` by the one that comes next; what is due comes before that.
  void find_before(Instant at, EndReply reply) {
    ledger::EntryFilter filter;
    filter.from = at;
    list_one(std::move(filter), {},
             [self = shared_from_this(), at,
              reply = std::move(reply)](Result<std::optional<ledger::Entry>> next) mutable {
               if (!next) return reply(std::move(next).error());
               const std::uint64_t last = *next ? (**next).seq - 1 : self->last_seq_;
               if (last == 0) return reply(LedgerEnd());
               self->read(last, at, std::move(reply));
             });
  }

  // Reads an end. What falls due may be booked since the search for the next entry: then this one
  // is not before the instant, and is no end of it.
  void read(std::uint64_t seq, Instant before, EndReply reply) {
    list_one(
        {}, ledger::make_entry_id({}, seq - 1),
        [before, reply = std::move(reply)](Result<std::optional<ledger::Entry>> entry) mutable {
          if (!entry) return reply(std::move(entry).error());
          if (*entry && (**entry).at < before) return reply(end_behind(**entry));
          reply(make_error(ErrorCode::unavailable,
                           "Something that fell due is being booked. Try again."));
        });
  }

  // Finds the first entry that passes the filter behind `after`, if there is one.
  void list_one(ledger::EntryFilter filter, std::optional<Id128> after,
                Reply<std::optional<ledger::Entry>> reply) {
    store_.list_entries(organization_, std::move(filter), {.after = after, .limit = 1},
                        [reply = std::move(reply)](Result<Page<ledger::Entry>> page) mutable {
                          if (!page) return reply(std::move(page).error());
                          std::optional<ledger::Entry> first;
                          if (!page->records.empty()) first = std::move(page->records.front());
                          reply(std::move(first));
                        });
  }

  store::Store& store_;
  const OrganizationId organization_;
  const std::uint64_t last_seq_;
};

}  // namespace

Result<VerificationKey> Statements::verification_key() const {
  if (!key_) {
    return make_error(ErrorCode::not_found, "This server has no key to sign statements with.");
  }
  return key_->verification_key();
}

void Statements::make(OrganizationId organization, StatementPeriod period,
                      Reply<Statement> reply) const {
  if (auto key = verification_key(); !key) return reply(std::move(key).error());
  store_.read_state(organization, [this, organization, period, reply = std::move(reply)](
                                      Result<store::CurrentState> current) mutable {
    if (!current) return reply(std::move(current).error());
    Statement statement{.organization = organization,
                        .from = period.from.value_or(Instant()),
                        .to = period.to.value_or(current->at),
                        .issued_at = current->at,
                        .opening = {},
                        .closing = {}};
    if (statement.to > statement.issued_at) {
      return reply(bad_field("to", "to must not be in the future."));
    }
    if (statement.from > statement.to) {
      return reply(bad_field("from", "from must not be later than to."));
    }
    std::make_shared<EndSearch>(store_, organization, current->state.last_seq)
        ->find(statement.from, statement.to,
               [statement, reply = std::move(reply)](Result<EndSearch::Ends> ends) mutable {
                 if (!ends) return reply(std::move(ends).error());
                 std::tie(statement.opening, statement.closing) = *ends;
                 reply(std::move(statement));
               });
  });
}

}  // namespace farthing::service

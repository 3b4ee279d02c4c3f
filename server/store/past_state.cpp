// SPDX-License-Identifier: Apache-2.0
#include "server/store/past_state.hpp"

#include <limits>
#include <memory>
#include <utility>

#include "server/ledger/apply.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/entry_id.hpp"

namespace farthing::store {
namespace {

constexpr std::size_t kEntriesAtATime = 1'000;
// The distance to the next instant.
constexpr std::chrono::microseconds kNext{1};

// One read, from the search for the place of the instant to the answer.
class PastRead : public std::enable_shared_from_this<PastRead> {
 public:
  PastRead(Store& store, OrganizationId organization, Instant at, Reply<CurrentState> reply)
      : store_(store), organization_(organization), at_(at), reply_(std::move(reply)) {}

  void run() {
    store_.read_state(organization_,
                      [self = shared_from_this()](Result<CurrentState> current) mutable {
                        if (!current) return self->reply_(std::move(current).error());
                        self->begin(*std::move(current));
                      });
  }

 private:
  void begin(CurrentState current) {
    if (at_ > current.at) {
      return reply_(bad_field("at", "at must not be in the future."));
    }
    // Nothing has happened since, so the present state is the state at that instant.
    if (current.state.last_at <= at_) {
      current.at = at_;
      return reply_(std::move(current));
    }
    ledger::EntryFilter later;
    later.from = at_.plus(kNext);
    store_.list_entries(organization_, std::move(later), {.after = {}, .limit = 1},
                        [self = shared_from_this()](Result<Page<ledger::Entry>> page) mutable {
                          if (!page) return self->reply_(std::move(page).error());
                          self->find_snapshot(page->records);
                        });
  }

  // Finds the state to begin from. `later` is the first entry behind the instant, if one is booked.
  void find_snapshot(const std::vector<ledger::Entry>& later) {
    const std::uint64_t last =
        later.empty() ? std::numeric_limits<std::uint64_t>::max() : later.front().seq - 1;
    store_.read_snapshot(organization_, last,
                         [self = shared_from_this()](
                             Result<std::optional<ledger::OrganizationState>> found) mutable {
                           if (!found) return self->reply_(std::move(found).error());
                           // A newer state may have been kept since the last entry was found.
                           if (*found && (**found).last_at > self->at_) return self->run();
                           if (*found) {
                             self->state_ = **std::move(found);
                           } else {
                             self->state_.organization = self->organization_;
                           }
                           self->replay();
                         });
  }

  void replay() {
    ledger::EntryFilter filter;
    filter.to = at_.plus(kNext);
    store_.list_entries(
        organization_, std::move(filter),
        {.after = ledger::make_entry_id({}, state_.last_seq), .limit = kEntriesAtATime},
        [self = shared_from_this()](Result<Page<ledger::Entry>> page) mutable {
          if (!page) return self->reply_(std::move(page).error());
          for (const ledger::Entry& entry : page->records) ledger::apply(self->state_, entry);
          if (page->has_more && !page->records.empty()) return self->replay();
          self->finish();
        });
  }

  void finish() { reply_(CurrentState{.at = at_, .state = ledger::state_at(state_, at_)}); }

  Store& store_;
  const OrganizationId organization_;
  const Instant at_;
  Reply<CurrentState> reply_;
  ledger::OrganizationState state_;
};

}  // namespace

void read_state_at(Store& store, OrganizationId organization, Instant at,
                   Reply<CurrentState> reply) {
  std::make_shared<PastRead>(store, organization, at, std::move(reply))->run();
}

}  // namespace farthing::store

// SPDX-License-Identifier: Apache-2.0
#include "server/http/connection_roster.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace farthing::http {

namespace {

// The most seats that one call looks at. A seat that was in use since the last look goes behind the
// others, so that each look is paid for by a request.
constexpr int kMostLooks = 1'024;
// The time for which a seat with a request under way is not looked at again.
constexpr std::chrono::milliseconds kLeftAlone{250};

}  // namespace

bool ConnectionRoster::SeenEarlier::operator()(const Seat* a, const Seat* b) const {
  if (a->seen_at_ != b->seen_at_) return a->seen_at_ < b->seen_at_;
  return a->number_ < b->number_;
}

bool ConnectionRoster::MoreCrowded::operator()(const Group* a, const Group* b) const {
  if (a->seats.size() != b->seats.size()) return a->seats.size() > b->seats.size();
  return SeenEarlier()(*a->seats.begin(), *b->seats.begin());
}

bool ConnectionRoster::MoreCrowded::operator()(const Group* a, std::size_t count) const {
  return a->seats.size() > count;
}

bool ConnectionRoster::MoreCrowded::operator()(std::size_t count, const Group* b) const {
  return count > b->seats.size();
}

void ConnectionRoster::enter(Seat& seat, const std::optional<IpAddress>& address, TimePoint now) {
  const std::lock_guard lock(mutex_);
  seat.roster_ = this;
  ++present_;
  seat.address_ = address;
  seat.seen_at_ = now;
  seat.number_ = next_number_++;
  seat.set_idle(now);
  insert(seat);
}

bool ConnectionRoster::begin(Seat& seat, Connection* connection) {
  const std::lock_guard lock(mutex_);
  seat.connection_ = connection;
  return !seat.is_leaving_;
}

void ConnectionRoster::leave(Seat& seat) {
  const std::lock_guard lock(mutex_);
  --present_;
  if (seat.group_ != nullptr) remove(seat);
  if (std::exchange(seat.is_leaving_, false)) --leaving_;
}

void ConnectionRoster::stay(Seat& seat, TimePoint now) {
  const std::lock_guard lock(mutex_);
  seat.seen_at_ = now;
  insert(seat);
  if (std::exchange(seat.is_leaving_, false)) --leaving_;
}

ConnectionRoster::Search ConnectionRoster::find_leaver(TimePoint now, Seat*& leaver) {
  auto at = order_.begin();
  for (int looks = 0; at != order_.end(); ++looks) {
    if (looks == kMostLooks) return Search::unfinished;
    Seat& seat = **(*at)->seats.begin();
    const std::size_t count = (*at)->seats.size();
    if (seat.seen_at_ >= now) {
      // All seats of groups with as many have been looked at.
      at = order_.upper_bound(count);
      continue;
    }
    const TimePoint idle_since = seat.idle_since_.load(std::memory_order_relaxed);
    // It has not been used since the last look.
    if (idle_since <= seat.seen_at_) {
      leaver = &seat;
      return Search::found;
    }
    remove(seat);
    seat.seen_at_ = idle_since == Seat::kBusy ? now + kLeftAlone : std::min(idle_since, now);
    insert(seat);
    at = order_.lower_bound(count);
  }
  return Search::none;
}

// A group's place in the order depends on its seats: it is out of the order while they change.
void ConnectionRoster::insert(Seat& seat) {
  Group& group = seat.address_ ? by_address_[*seat.address_] : seat.own_;
  if (!group.seats.empty()) order_.erase(&group);
  group.seats.insert(&seat);
  order_.insert(&group);
  seat.group_ = &group;
}

void ConnectionRoster::remove(Seat& seat) {
  Group& group = *std::exchange(seat.group_, nullptr);
  order_.erase(&group);
  group.seats.erase(&seat);
  if (!group.seats.empty()) {
    order_.insert(&group);
  } else if (seat.address_) {
    by_address_.erase(*seat.address_);
  }
}

}  // namespace farthing::http

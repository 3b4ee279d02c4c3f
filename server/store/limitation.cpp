// SPDX-License-Identifier: Apache-2.0
#include "server/store/limitation.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/clock.hpp"

namespace farthing::store {
namespace {

constexpr std::array kAllWork = {Work::acts, Work::movements, Work::protection, Work::reads};

auto find(auto& limitations, std::string_view name) {
  return std::ranges::find(limitations, name, &Limitation::name);
}

// Returns "acts, movements", for the log.
std::string names_of(WorkSet works) {
  std::string names;
  for (const Work work : works.list()) {
    if (!names.empty()) names += ", ";
    names += to_string(work);
  }
  return names;
}

std::string line_of(const Limitation& limitation) {
  std::string line = limitation.name + ": ";
  if (!limitation.refused.is_empty()) line += "refuses " + names_of(limitation.refused) + ": ";
  return line + limitation.message;
}

}  // namespace

std::string_view to_string(Work work) {
  switch (work) {
    case Work::acts:
      return "acts";
    case Work::movements:
      return "movements";
    case Work::protection:
      return "protection";
    case Work::reads:
      break;
  }
  return "reads";
}

std::string_view to_string(Cause cause) { return cause == Cause::node ? "node" : "shared"; }

std::vector<Work> WorkSet::list() const {
  std::vector<Work> works;
  std::ranges::copy_if(kAllWork, std::back_inserter(works),
                       [this](Work work) { return has(work); });
  return works;
}

WorkSet refused_by(const std::vector<Limitation>& limitations) {
  WorkSet refused;
  for (const Limitation& each : limitations) refused = refused | each.refused;
  return refused;
}

// Writes its line under the mutex, so that lines come in the order of the changes.
void Limitations::set(std::string_view name, Cause cause, WorkSet refused, std::string message) {
  const std::lock_guard lock(mutex_);
  auto place = find(limitations_, name);
  const bool is_new = place == limitations_.end();
  if (is_new) {
    place = limitations_.insert(
        place, Limitation{.name = std::string(name), .message = {}, .since = SystemClock().now()});
  }
  const bool is_told = is_new || place->refused != refused;
  place->cause = cause;
  place->refused = refused;
  place->message = std::move(message);
  note_change();
  if (is_told) say(line_of(*place));
}

void Limitations::end(std::string_view name) {
  if (!has_any_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  const auto place = find(limitations_, name);
  if (place == limitations_.end()) return;
  // After the clock was set, the duration would be wrong.
  const std::int64_t lasted_ms = (SystemClock().now().us() - place->since.us()) / 1'000;
  const bool is_of_clock = name.starts_with("clock") || name == "ledger_time" || lasted_ms < 0;
  limitations_.erase(place);
  note_change();
  say(std::string(name) +
      (is_of_clock ? ": over" : ": over after " + std::to_string(lasted_ms) + " ms"));
}

std::vector<Limitation> Limitations::all() const {
  if (!has_any_.load(std::memory_order_relaxed)) return {};
  const std::lock_guard lock(mutex_);
  return limitations_;
}

bool Limitations::has(std::string_view name) const {
  if (!has_any_.load(std::memory_order_relaxed)) return false;
  const std::lock_guard lock(mutex_);
  return find(limitations_, name) != limitations_.end();
}

void Limitations::note_change() {
  refused_.store(refused_by(limitations_), std::memory_order_relaxed);
  has_any_.store(!limitations_.empty(), std::memory_order_relaxed);
}

}  // namespace farthing::store

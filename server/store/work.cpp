// SPDX-License-Identifier: Apache-2.0
#include "server/store/work.hpp"

#include <type_traits>
#include <variant>

namespace farthing::store {
namespace {

template <class Act>
bool protects(const Act& act) {
  using std::is_same_v;
  if constexpr (is_same_v<Act, SetUserStanding> || is_same_v<Act, SetOrganizationStanding>) {
    return act.standing == Standing::disabled;
  } else {
    return is_same_v<Act, RotateApiKey> || is_same_v<Act, RevokeApiKey> ||
           is_same_v<Act, RevokeSecret> || is_same_v<Act, RemoveMembership> ||
           is_same_v<Act, NoteFirstUse>;
  }
}

}  // namespace

Work work_of(const ledger::Action& action) {
  return std::holds_alternative<ledger::ReleaseHold>(action) ? Work::protection : Work::movements;
}

Work work_of(const DirectoryAction& action) {
  const bool is_protection = std::visit([](const auto& act) { return protects(act); }, action);
  return is_protection ? Work::protection : Work::acts;
}

}  // namespace farthing::store

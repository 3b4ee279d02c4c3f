// SPDX-License-Identifier: Apache-2.0
#include "server/store/work.hpp"

#include <type_traits>
#include <variant>

namespace farthing::store {
namespace {

template <class Act>
bool protects(const Act& act) {
  using std::is_same_v;
  if constexpr (is_same_v<Act, directory::SetUserStanding> ||
                is_same_v<Act, directory::SetOrganizationStanding>) {
    return act.standing == directory::Standing::disabled;
  } else {
    return is_same_v<Act, directory::RotateApiKey> || is_same_v<Act, directory::RevokeApiKey> ||
           is_same_v<Act, directory::RevokeSecret> || is_same_v<Act, directory::RemoveMembership> ||
           is_same_v<Act, directory::NoteFirstUse>;
  }
}

}  // namespace

Work work_of(const ledger::Action& action) {
  return std::holds_alternative<ledger::ReleaseHold>(action) ? Work::protection : Work::movements;
}

Work work_of(const directory::DirectoryAction& action) {
  const bool is_protection = std::visit([](const auto& act) { return protects(act); }, action);
  return is_protection ? Work::protection : Work::acts;
}

}  // namespace farthing::store

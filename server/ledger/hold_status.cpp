// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/hold_status.hpp"

namespace farthing::ledger {

std::string_view to_string(OverCapture policy) {
  switch (policy) {
    case OverCapture::reject:
      return "reject";
    case OverCapture::up_to_available:
      return "up_to_available";
    case OverCapture::overdraft:
      return "overdraft";
  }
  return {};
}

std::string_view to_string(HoldState state) {
  switch (state) {
    case HoldState::open:
      return "open";
    case HoldState::captured:
      return "captured";
    case HoldState::released:
      return "released";
    case HoldState::expired:
      return "expired";
  }
  return {};
}

std::optional<OverCapture> parse_over_capture(std::string_view text) {
  for (const OverCapture policy :
       {OverCapture::reject, OverCapture::up_to_available, OverCapture::overdraft}) {
    if (text == to_string(policy)) return policy;
  }
  return {};
}

}  // namespace farthing::ledger

// SPDX-License-Identifier: Apache-2.0
// The terms of a hold and how far it has got.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/credits.hpp"
#include "base/instant.hpp"

namespace farthing::ledger {

// Says what happens when a capture asks for more than is held. Stored: never renumber. Spelled as
// on the wire.
enum class OverCapture : std::uint8_t {
  reject = 1,           // it is refused
  up_to_available = 2,  // it takes what can be spent besides, and no more
  overdraft = 3,        // it takes what can be spent besides, then makes debt, within the limit
};

// The state of a hold. Stored: never renumber. Spelled as on the wire.
enum class HoldState : std::uint8_t {
  open = 1,
  captured = 2,  // by a final capture, or one that left nothing
  released = 3,  // by request
  expired = 4,   // it ran out
};

// Returns an empty text for a value that is none of them.
std::string_view to_string(OverCapture policy);
std::string_view to_string(HoldState state);
std::optional<OverCapture> parse_over_capture(std::string_view text);

inline constexpr std::chrono::seconds kMinHoldTtl{1};
inline constexpr std::chrono::seconds kMaxHoldTtl{24 * 60 * 60};
inline constexpr std::chrono::seconds kDefaultHoldTtl{10 * 60};

// A hold as it is after an entry about it.
struct HoldStatus {
  Credits amount;    // that was set aside
  Credits captured;  // by all captures together; may be more than `amount`
  Credits released;  // that nobody captured, once the hold has ended
  Instant expires_at;
  OverCapture over_capture = OverCapture::reject;
  HoldState state = HoldState::open;

  friend bool operator==(const HoldStatus&, const HoldStatus&) = default;
};

}  // namespace farthing::ledger

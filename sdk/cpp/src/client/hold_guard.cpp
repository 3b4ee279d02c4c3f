// SPDX-License-Identifier: Apache-2.0
#include <farthing/hold_guard.hpp>

#include <utility>

namespace farthing::sdk {
namespace {

// Returns whether the failure says that nothing is held any more, so that nothing is left to
// release.
bool says_it_is_over(const Failure& failure) {
  return failure.is_named(ErrorName::hold_captured) || failure.is_named(ErrorName::hold_released) ||
         failure.is_named(ErrorName::hold_expired);
}

}  // namespace

Result<HoldGuard> HoldGuard::place(const Client& client, const PlaceHold& request,
                                   const CallOptions& call_options, HoldGuardOptions options) {
  auto hold = client.place_hold(request, call_options);
  if (!hold) return std::move(hold.error());
  return HoldGuard(client, std::move(hold->id), std::move(options));
}

HoldGuard::HoldGuard(Client client, std::string id, HoldGuardOptions options)
    : client_(std::move(client)), id_(std::move(id)), options_(std::move(options)) {}

HoldGuard::~HoldGuard() { release_at_end(); }

HoldGuard::HoldGuard(HoldGuard&& other) noexcept
    : client_(std::move(other.client_)),
      id_(std::move(other.id_)),
      options_(std::move(other.options_)),
      is_guarding_(std::exchange(other.is_guarding_, false)),
      is_capture_in_doubt_(other.is_capture_in_doubt_) {}

HoldGuard& HoldGuard::operator=(HoldGuard&& other) noexcept {
  if (this == &other) return *this;
  release_at_end();
  client_ = std::move(other.client_);
  id_ = std::move(other.id_);
  options_ = std::move(other.options_);
  is_guarding_ = std::exchange(other.is_guarding_, false);
  is_capture_in_doubt_ = other.is_capture_in_doubt_;
  return *this;
}

Result<Receipt<CapturedHold>> HoldGuard::capture(const std::optional<Credits>& amount,
                                                 const CallOptions& options) {
  auto captured = send({.hold = id_, .amount = amount}, options);
  if (captured) is_guarding_ = false;
  return captured;
}

Result<Receipt<CapturedHold>> HoldGuard::capture_part(Credits amount, const CallOptions& options) {
  return send({.hold = id_, .amount = amount, .is_final = false}, options);
}

Result<Receipt<CapturedHold>> HoldGuard::send(const CaptureHold& request,
                                              const CallOptions& options) {
  auto captured = client_.capture_hold(request, options);
  is_capture_in_doubt_ = !captured && captured.error().is_outcome_unknown;
  if (!captured && says_it_is_over(captured.error())) is_guarding_ = false;
  return captured;
}

Result<Receipt<ChangedHold>> HoldGuard::extend(std::chrono::seconds ttl,
                                               const CallOptions& options) {
  return client_.extend_hold({.hold = id_, .ttl = ttl}, options);
}

Result<Receipt<ChangedHold>> HoldGuard::release(const CallOptions& options) {
  auto released = client_.release_hold({.hold = id_}, options);
  if (released || says_it_is_over(released.error())) is_guarding_ = false;
  return released;
}

std::string HoldGuard::dismiss() {
  is_guarding_ = false;
  return id_;
}

void HoldGuard::release_at_end() noexcept {
  if (!std::exchange(is_guarding_, false) || is_capture_in_doubt_) return;
  try {
    const auto released =
        client_.release_hold({.hold = id_}, {.deadline = options_.release_deadline});
    if (released || says_it_is_over(released.error())) return;
    if (options_.on_release_failure) options_.on_release_failure(released.error());
  } catch (...) {  // NOLINT(bugprone-empty-catch): a destructor has nobody to tell.
  }
}

}  // namespace farthing::sdk

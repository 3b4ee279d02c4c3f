// SPDX-License-Identifier: Apache-2.0
// Sets credits aside for the length of a scope: the guard releases what a job has not captured when
// it is destroyed, whatever way the scope is left.
//
//   auto held = HoldGuard::place(client, {.organization = org, .amount = most, .ttl = 60s});
//   if (!held) return held.error();
//   const auto cost = run_job();                        // if it returns early, nothing is charged
//   const auto captured = held->capture(cost);          // what the job cost; the rest is released
//
// A guard belongs to one thread at a time. It keeps a client of its own, which is a cheap copy.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <farthing/client.hpp>
#include <farthing/export.hpp>

namespace farthing::sdk {

struct HoldGuardOptions {
  // Bounds the release at the end, which blocks as any call does. The release is sent even when the
  // calls before it were cancelled.
  std::optional<std::chrono::milliseconds> release_deadline{};  // else the client's
  // Called when that release failed: the credits then stay held until the hold runs out. It is not
  // called for a hold that had ended by itself. An exception from it is ignored.
  std::function<void(const Failure&)> on_release_failure{};
};

class FARTHING_API HoldGuard {
 public:
  // Places a hold and guards it.
  static Result<HoldGuard> place(const Client& client, const PlaceHold& request,
                                 const CallOptions& call_options = {},
                                 HoldGuardOptions options = {});

  // Releases what is left, unless the hold is over, `dismiss` was called, or the last capture's
  // outcome is unknown: giving back what a job may have cost is worse than holding it a while.
  ~HoldGuard();
  HoldGuard(HoldGuard&& other) noexcept;
  HoldGuard& operator=(HoldGuard&& other) noexcept;  // releases what it had first

  const std::string& id() const { return id_; }

  // Captures the amount, or without one all that is left, and releases the rest. When it is
  // refused, the credits stay held for another attempt or the end of the scope. When its outcome is
  // unknown, capture again with the failure's idempotency key, here or later by
  // `Client::capture_hold`.
  Result<Receipt<CapturedHold>> capture(const std::optional<Credits>& amount = {},
                                        const CallOptions& options = {});
  // Captures the amount and keeps the rest held for further captures.
  Result<Receipt<CapturedHold>> capture_part(Credits amount, const CallOptions& options = {});
  Result<Receipt<ChangedHold>> extend(std::chrono::seconds ttl, const CallOptions& options = {});
  // Releases what is left now and returns the outcome.
  Result<Receipt<ChangedHold>> release(const CallOptions& options = {});

  // Stops guarding: leaves the hold as it is and returns its id.
  std::string dismiss();

 private:
  HoldGuard(Client client, std::string id, HoldGuardOptions options);
  Result<Receipt<CapturedHold>> send(const CaptureHold& request, const CallOptions& options);
  void release_at_end() noexcept;

  Client client_;
  std::string id_;
  HoldGuardOptions options_;
  bool is_guarding_ = true;
  bool is_capture_in_doubt_ = false;
};

}  // namespace farthing::sdk

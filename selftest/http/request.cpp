// SPDX-License-Identifier: Apache-2.0
#include "selftest/http/request.hpp"

#include <optional>
#include <utility>

#include "base/id.hpp"

namespace farthing::selftest {
namespace {

std::optional<std::string> if_any(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

template <class T>
sdk::Result<Response> to_answer(sdk::Result<sdk::Receipt<T>> receipt) {
  if (!receipt) return std::move(receipt).error();
  T told = static_cast<const T&>(*receipt);
  std::string text = told.to_json();
  return Response{
      .told = std::move(told), .text = std::move(text), .is_replayed = receipt->is_replayed};
}

class Asker {
 public:
  Asker(const sdk::Client& client, const ledger::Command& command)
      : client_(client), command_(command) {
    options_.idempotency_key = command.origin.idempotency_key;
  }

  sdk::Result<Response> operator()(const ledger::CreateGrant& action) const {
    sdk::CreateGrant request{.organization = organization(), .amount = action.terms.amount};
    request.category = ledger::to_string(action.terms.category);
    request.priority = action.terms.priority;
    request.effective_at = action.terms.effective_at.to_string();
    if (action.terms.expires_at) request.expires_at = action.terms.expires_at->to_string();
    const ledger::Origin& origin = command_.origin;
    if (origin.price_paid) {
      request.price_paid = {.amount = Credits::from_nano(origin.price_paid->nano),
                            .currency = origin.price_paid->currency};
    }
    request.payment_reference = if_any(origin.erasable.payment_reference);
    request.remarks = remarks();
    return to_answer(client_.create_grant(request, options_));
  }
  sdk::Result<Response> operator()(const ledger::VoidGrant& action) const {
    return to_answer(
        client_.void_grant({.grant = id<GrantId>(action.grant), .remarks = remarks()}, options_));
  }
  sdk::Result<Response> operator()(const ledger::CreateCharge& action) const {
    sdk::CreateCharge request{.organization = organization(), .amount = action.amount};
    say_why(request);
    return to_answer(client_.create_charge(request, options_));
  }
  sdk::Result<Response> operator()(const ledger::PlaceHold& action) const {
    sdk::PlaceHold request{.organization = organization(), .amount = action.amount};
    request.ttl = action.ttl;
    request.over_capture = ledger::to_string(action.over_capture);
    say_why(request);
    return to_answer(client_.place_hold(request, options_));
  }
  sdk::Result<Response> operator()(const ledger::ExtendHold& action) const {
    return to_answer(client_.extend_hold(
        {.hold = id<HoldId>(action.hold), .ttl = action.ttl, .remarks = remarks()}, options_));
  }
  sdk::Result<Response> operator()(const ledger::CaptureHold& action) const {
    return to_answer(client_.capture_hold({.hold = id<HoldId>(action.hold),
                                           .amount = action.amount,
                                           .is_final = action.is_final,
                                           .remarks = remarks()},
                                          options_));
  }
  sdk::Result<Response> operator()(const ledger::ReleaseHold& action) const {
    return to_answer(
        client_.release_hold({.hold = id<HoldId>(action.hold), .remarks = remarks()}, options_));
  }
  sdk::Result<Response> operator()(const ledger::RefundCharge& action) const {
    return to_answer(client_.refund_charge(
        {.charge = id<ChargeId>(action.charge), .amount = action.amount, .remarks = remarks()},
        options_));
  }
  sdk::Result<Response> operator()(const ledger::SetOverdraftLimit& action) const {
    sdk::ChangeOrganization request{.organization = organization()};
    request.overdraft_limit = action.limit;
    return to_answer(client_.change_organization(request, options_));
  }

 private:
  std::string organization() const { return command_.organization.to_string(); }
  template <class Id>
  std::string id(const Id128& own) const {
    return Id{command_.organization, own}.to_string();
  }
  template <class Request>
  void say_why(Request& request) const {
    request.operation = if_any(command_.origin.operation);
    request.model = if_any(command_.origin.model);
    request.remarks = remarks();
  }
  sdk::Remarks remarks() const {
    const ledger::Origin& origin = command_.origin;
    sdk::Remarks all{.reason = if_any(origin.erasable.reason),
                     .metadata = if_any(origin.erasable.metadata)};
    for (const ledger::Tag& tag : origin.tags) all.tags.push_back({tag.name, tag.value});
    return all;
  }

  const sdk::Client& client_;
  const ledger::Command& command_;
  sdk::CallOptions options_;
};

}  // namespace

sdk::Result<Response> ask(const sdk::Client& client, const ledger::Command& command) {
  return std::visit(Asker(client, command), command.action);
}

}  // namespace farthing::selftest

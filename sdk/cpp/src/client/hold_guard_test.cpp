// SPDX-License-Identifier: Apache-2.0
// What becomes of a guarded hold, whatever way its scope is left.
#include <farthing/hold_guard.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sdk/cpp/mocks/scripted_transport.hpp"

namespace farthing::sdk::hold_guard_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kTwo = Credits::from_nano(2'000'000'000);
constexpr std::string_view kHold =
    R"({"id":"hold-1","organization":"o","amount":"10","captured":"0","released":"0",)"
    R"("state":"open","over_capture":"reject","expires_at":"t",)"
    R"("balance":{"available":"1","held":"10"}})";
constexpr std::string_view kCharge =
    R"({"id":"charge-1","organization":"o","amount":"2","refunded":"0","grants":[],)"
    R"("balance":{"available":"1","held":"0"},"created_at":"t"})";

class HoldGuardTest : public testing::Test {
 protected:
  HoldGuard place() {
    transport_->answer(201, std::string(kHold));
    auto guard = HoldGuard::place(
        client_, {.organization = "o", .amount = kTwo}, {},
        {.release_deadline = milliseconds(5'000),
         .on_release_failure = [this](const Failure& failure) { failures_.push_back(failure); }});
    EXPECT_TRUE(guard);
    return std::move(*guard);
  }
  void answer_hold() { transport_->answer(200, std::string(kHold)); }
  void answer_capture() {
    transport_->answer(200, std::string(kHold.substr(0, kHold.size() - 1)) + R"(,"charge":)" +
                                std::string(kCharge) + "}");
  }
  void refuse(const std::string& name) {
    transport_->answer(409, R"({"id":"i","name":")" + name + R"(","message":"m"})");
  }
  // The paths that were asked for, without the base.
  std::vector<std::string> asked() const {
    std::vector<std::string> paths;
    for (const HttpRequest& request : transport_->requests()) {
      paths.push_back(request.url.substr(std::string("http://server/v1").size()));
    }
    return paths;
  }
  using Paths = std::vector<std::string>;

  std::shared_ptr<mocks::ScriptedTransport> transport_ =
      std::make_shared<mocks::ScriptedTransport>();
  Client client_{{.api_key = "sk-test",
                  .base_url = "http://server",
                  .retry = {.max_attempts = 1},
                  .transport = transport_}};
  std::vector<Failure> failures_;
};

TEST_F(HoldGuardTest, ReleasesAtTheEndOfTheScope) {
  {
    const HoldGuard guard = place();
    EXPECT_EQ(guard.id(), "hold-1");
    answer_hold();
  }
  EXPECT_EQ(asked(), (Paths{"/holds", "/holds/hold-1/release"}));
  EXPECT_TRUE(failures_.empty());
}

TEST_F(HoldGuardTest, ReleasesWhenAnExceptionLeavesTheScope) {
  const auto job = [this] {
    const HoldGuard guard = place();
    answer_hold();
    throw std::runtime_error("the job failed");
  };
  EXPECT_THROW(job(), std::runtime_error);
  EXPECT_EQ(asked().back(), "/holds/hold-1/release");
}

TEST_F(HoldGuardTest, DoesNotReleaseWhatWasCaptured) {
  {
    HoldGuard guard = place();
    answer_capture();
    const auto captured = guard.capture(kTwo);
    ASSERT_TRUE(captured) << captured.error().message;
    EXPECT_EQ(captured->charge.id, "charge-1");
  }
  EXPECT_EQ(asked(), (Paths{"/holds", "/holds/hold-1/capture"}));
  EXPECT_EQ(transport_->requests().back().body, R"({"amount":"2","final":true})");
}

TEST_F(HoldGuardTest, ReleasesTheRestAfterParts) {
  {
    HoldGuard guard = place();
    answer_capture();
    EXPECT_TRUE(guard.capture_part(kTwo));
    answer_hold();
    EXPECT_TRUE(guard.extend(seconds(60)));
    answer_hold();
  }
  EXPECT_EQ(asked(), (Paths{"/holds", "/holds/hold-1/capture", "/holds/hold-1/extend",
                            "/holds/hold-1/release"}));
}

TEST_F(HoldGuardTest, ReleasesAfterACaptureThatWasRefused) {
  {
    HoldGuard guard = place();
    refuse("capture_exceeds_hold");
    EXPECT_FALSE(guard.capture());
    answer_hold();
  }
  EXPECT_EQ(asked().back(), "/holds/hold-1/release");
}

TEST_F(HoldGuardTest, KeepsAHoldWhoseCaptureMayHaveBeenCarriedOut) {
  {
    HoldGuard guard = place();
    transport_->fail({.kind = FailureKind::timeout, .is_outcome_unknown = true});
    const auto captured = guard.capture();
    ASSERT_FALSE(captured);
    EXPECT_FALSE(captured.error().idempotency_key.empty());
  }
  EXPECT_EQ(asked(), (Paths{"/holds", "/holds/hold-1/capture"}));
}

TEST_F(HoldGuardTest, GuardsAgainOnceTheDoubtIsGone) {
  {
    HoldGuard guard = place();
    transport_->fail({.kind = FailureKind::timeout, .is_outcome_unknown = true});
    const auto lost = guard.capture_part(kTwo);
    ASSERT_FALSE(lost);
    answer_capture();
    EXPECT_TRUE(guard.capture_part(kTwo, {.idempotency_key = lost.error().idempotency_key}));
    answer_hold();
  }
  EXPECT_EQ(asked().back(), "/holds/hold-1/release");
}

TEST_F(HoldGuardTest, AsksNoMoreOnceItIsOver) {
  for (const char* name : {"hold_captured", "hold_released", "hold_expired"}) {
    const std::size_t before = asked().size();
    {
      HoldGuard guard = place();
      refuse(name);
      EXPECT_FALSE(guard.capture_part(kTwo));
    }
    EXPECT_EQ(asked().size(), before + 2) << name;
  }
  {
    HoldGuard guard = place();
    answer_hold();
    EXPECT_TRUE(guard.release());
  }
  EXPECT_EQ(asked().back(), "/holds/hold-1/release");
  EXPECT_TRUE(failures_.empty());
}

TEST_F(HoldGuardTest, TellsOfAReleaseThatFailed) {
  {
    const HoldGuard guard = place();
    transport_->fail({.kind = FailureKind::transport, .message = "lost"});
  }
  ASSERT_EQ(failures_.size(), 1U);
  EXPECT_EQ(failures_[0].kind, FailureKind::transport);

  {
    const HoldGuard guard = place();
    refuse("hold_expired");
  }
  EXPECT_EQ(failures_.size(), 1U) << "nothing is held any more";
}

TEST_F(HoldGuardTest, IsDismissed) {
  {
    HoldGuard guard = place();
    EXPECT_EQ(guard.dismiss(), "hold-1");
  }
  EXPECT_EQ(asked(), (Paths{"/holds"}));
}

TEST_F(HoldGuardTest, IsMovedWithWhatItGuards) {
  {
    std::optional<HoldGuard> kept;
    {
      HoldGuard guard = place();
      kept.emplace(std::move(guard));
    }
    EXPECT_EQ(asked(), (Paths{"/holds"}));
    transport_->answer(201, std::string(kHold));
    answer_hold();  // of the one that is replaced
    *kept = *HoldGuard::place(client_, {.organization = "o", .amount = kTwo});
    EXPECT_EQ(asked(), (Paths{"/holds", "/holds", "/holds/hold-1/release"}));
    answer_hold();
  }
  EXPECT_EQ(asked().size(), 4U);
}

TEST_F(HoldGuardTest, IsNotMadeWithoutAHold) {
  refuse("too_many_holds");
  const auto guard = HoldGuard::place(client_, {.organization = "o", .amount = kTwo});
  ASSERT_FALSE(guard);
  EXPECT_TRUE(guard.error().is_named(ErrorName::too_many_holds));
  EXPECT_EQ(asked(), (Paths{"/holds"}));
}

}  // namespace farthing::sdk::hold_guard_test

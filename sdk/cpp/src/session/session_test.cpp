// SPDX-License-Identifier: Apache-2.0
// A call's way through checks, attempts, waits and redirects, on a clock that stands still unless
// somebody waits.
#include "sdk/cpp/src/session/session.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sdk/cpp/mocks/scripted_transport.hpp"

namespace farthing::sdk::session_test {

using mocks::ScriptedTransport;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kUnavailable = R"({"id":"i1","name":"server_error","message":"m"})";
const std::string kKey = "sk-0123456789abcdefghijklmnop";

class FakePacer final : public Pacer {
 public:
  std::chrono::steady_clock::time_point now() override { return now_; }
  std::chrono::system_clock::time_point wall_now() override {
    return std::chrono::system_clock::time_point(seconds(1'800'000'000));
  }
  double random_fraction() override { return 0.5; }
  bool wait(milliseconds duration, const std::stop_token& cancellation) override {
    waits.push_back(duration);
    if (on_wait) on_wait();
    now_ += duration;
    return !cancellation.stop_requested();
  }

  std::vector<milliseconds> waits;
  std::function<void()> on_wait;

 private:
  std::chrono::steady_clock::time_point now_{};
};

class SessionTest : public testing::Test {
 protected:
  Options options() const {
    return {.api_key = kKey, .base_url = "http://server:8080/base/", .transport = transport_};
  }

  Result<ServerAnswer> get(const CallOptions& call_options = {}) {
    return Session(options(), pacer_)
        .exchange({.path_template = "/user/balance", .path = "/user/balance"}, call_options);
  }

  Result<ServerAnswer> post(const CallOptions& call_options = {}) {
    return Session(options(), pacer_)
        .exchange({.method = "POST",
                   .version = "v1",
                   .path_template = "/charges",
                   .path = "/charges",
                   .body = "{}"},
                  call_options);
  }

  static Failure lost(bool may_have_been_sent) {
    return {.kind = FailureKind::transport,
            .message = "lost",
            .is_outcome_unknown = may_have_been_sent};
  }

  std::shared_ptr<ScriptedTransport> transport_ = std::make_shared<ScriptedTransport>();
  std::shared_ptr<FakePacer> pacer_ = std::make_shared<FakePacer>();
};

TEST_F(SessionTest, SendsTheBareKeyVerbatim) {
  transport_->answer(200, "{}", {{"x-request-id", "r1"}});
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->request_id, "r1");
  EXPECT_EQ(answer->attempts, 1);
  const HttpRequest request = transport_->requests().at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "http://server:8080/base/v1alpha/user/balance");
  EXPECT_EQ(*find_header(request.headers, "Authorization"), kKey);
  EXPECT_EQ(*find_header(request.headers, "Accept"), "application/json");
  EXPECT_EQ(find_header(request.headers, "Organization"), nullptr);
  EXPECT_EQ(find_header(request.headers, "Idempotency-Key"), nullptr);
  EXPECT_EQ(find_header(request.headers, "Content-Type"), nullptr);
  EXPECT_FALSE(request.body);
}

TEST_F(SessionTest, EveryOptionCanBeSetForOneCall) {
  auto other = std::make_shared<ScriptedTransport>();
  other->answer(200, "{}");
  int lines = 0;
  const auto answer = get({.api_key = "sk-other",
                           .base_url = "https://other",
                           .api_version = "v1beta",
                           .auth_scheme = AuthScheme::bearer,
                           .user_agent = "agent/1",
                           .headers = {{"X-Trace", "t"}},
                           .connect_timeout = milliseconds(11),
                           .attempt_timeout = milliseconds(12),
                           .deadline = milliseconds(13),
                           .retry = RetryPolicy{.max_attempts = 1},
                           .max_response_bytes = 14,
                           .log = [&](const LogLine&) { ++lines; },
                           .transport = other});
  ASSERT_TRUE(answer);
  const HttpRequest request = other->requests().at(0);
  EXPECT_EQ(request.url, "https://other/v1beta/user/balance");
  EXPECT_EQ(*find_header(request.headers, "authorization"), "Bearer sk-other");
  EXPECT_EQ(*find_header(request.headers, "user-agent"), "agent/1");
  EXPECT_EQ(*find_header(request.headers, "x-trace"), "t");
  EXPECT_EQ(request.connect_timeout, milliseconds(11));
  EXPECT_EQ(request.timeout, milliseconds(12));
  EXPECT_EQ(request.max_response_bytes, 14U);
  EXPECT_EQ(lines, 1);
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(SessionTest, ThreeAttemptsWithGrowingWaits) {
  transport_->fail(lost(true));
  transport_->answer(503, std::string(kUnavailable));
  transport_->answer(200, "{}");
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->attempts, 3);
  EXPECT_EQ(pacer_->waits, (std::vector{milliseconds(250), milliseconds(500)}));
}

TEST_F(SessionTest, TheLastAnswerIsTheAnswer) {
  for (int i = 0; i < 4; ++i) transport_->answer(503, std::string(kUnavailable));
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->attempts, 3);
  EXPECT_EQ(answer->error->name, "server_error");
  EXPECT_EQ(answer->request_id, "i1");
}

TEST_F(SessionTest, OneAttemptMeansOne) {
  transport_->answer(503, std::string(kUnavailable));
  EXPECT_EQ(get({.retry = RetryPolicy{.max_attempts = 1}})->attempts, 1);
  EXPECT_TRUE(pacer_->waits.empty());
}

TEST_F(SessionTest, RetryAfterTakesThePlaceOfTheComputedWait) {
  transport_->answer(429, std::string(kUnavailable), {{"retry-after", "7"}});
  transport_->answer(200, "{}");
  ASSERT_TRUE(get());
  EXPECT_EQ(pacer_->waits, std::vector{milliseconds(7'000)});
}

TEST_F(SessionTest, DoesNotWaitBeyondTheDeadline) {
  transport_->answer(429, std::string(kUnavailable), {{"retry-after", "90"}});
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->attempts, 1);
  EXPECT_EQ(answer->refused_wait, seconds(90));
  EXPECT_TRUE(pacer_->waits.empty());
}

TEST_F(SessionTest, AnAttemptGetsNoMoreThanIsLeft) {
  transport_->answer(429, std::string(kUnavailable), {{"retry-after", "80"}});
  transport_->answer(200, "{}");
  ASSERT_TRUE(get());
  EXPECT_EQ(transport_->requests().at(0).timeout, seconds(30));
  EXPECT_EQ(transport_->requests().at(1).timeout, seconds(10));
}

TEST_F(SessionTest, NeverRetriesALackOfCredits) {
  transport_->answer(429, R"({"id":"i","name":"insufficient_balance","message":"m"})");
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->attempts, 1);
}

TEST_F(SessionTest, APostIsRetriedUnderOneIdempotencyKey) {
  transport_->fail(lost(true));
  transport_->answer(201, "{}");
  const auto answer = post();
  ASSERT_TRUE(answer);
  const auto requests = transport_->requests();
  ASSERT_EQ(requests.size(), 2U);
  const std::string first = *find_header(requests[0].headers, "Idempotency-Key");
  EXPECT_EQ(first.size(), 26U);
  EXPECT_EQ(first, *find_header(requests[1].headers, "Idempotency-Key"));
  EXPECT_EQ(first, answer->idempotency_key);
  EXPECT_TRUE(requests[0].is_repeatable);
  EXPECT_FALSE(answer->is_outcome_unknown);
  EXPECT_EQ(*find_header(requests[0].headers, "Content-Type"), "application/json");
}

TEST_F(SessionTest, TheCallersIdempotencyKeyIsSentAsItIs) {
  transport_->answer(201, "{}");
  EXPECT_EQ(post({.idempotency_key = "order 17"})->idempotency_key, "order 17");
  EXPECT_EQ(*find_header(transport_->requests().at(0).headers, "Idempotency-Key"), "order 17");
}

TEST_F(SessionTest, SaysWhenTheOutcomeOfAWriteIsUnknown) {
  for (int i = 0; i < 3; ++i) transport_->fail(lost(i == 0));
  const auto unknown = post({.idempotency_key = "k"});
  ASSERT_FALSE(unknown);
  EXPECT_TRUE(unknown.error().is_outcome_unknown);
  EXPECT_EQ(unknown.error().idempotency_key, "k");
  EXPECT_EQ(unknown.error().attempts, 3);

  for (int i = 0; i < 3; ++i) transport_->fail(lost(false));
  EXPECT_FALSE(post().error().is_outcome_unknown);

  for (int i = 0; i < 3; ++i) transport_->fail(lost(true));
  EXPECT_FALSE(get().error().is_outcome_unknown) << "a read has no outcome";

  transport_->fail(lost(true));
  transport_->answer(402, R"({"id":"i","name":"insufficient_credits","message":"m"})");
  EXPECT_FALSE(post()->is_outcome_unknown) << "the refusal speaks for the first attempt, too";

  for (int i = 0; i < 3; ++i) transport_->answer(500, std::string(kUnavailable));
  EXPECT_TRUE(post()->is_outcome_unknown);
}

TEST_F(SessionTest, FollowsRedirectsWithinTheServerOnly) {
  transport_->answer(307, "", {{"location", "/elsewhere?x=1"}});
  transport_->answer(200, "{}");
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->url, "http://server:8080/elsewhere?x=1");
  EXPECT_EQ(answer->attempts, 1);

  for (const std::string target :
       {"http://evil:8080/x", "https://server:8080/x", "//evil/x", "http://server:81/x"}) {
    transport_->answer(302, "", {{"location", target}});
    const auto kept = get();
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->status, 302) << target;
  }
  for (const HttpRequest& request : transport_->requests()) {
    EXPECT_TRUE(request.url.starts_with("http://server:8080/")) << request.url;
  }
}

TEST_F(SessionTest, FollowsNoRedirectOfAPostAndNoCircle) {
  transport_->answer(307, "", {{"location", "/elsewhere"}});
  EXPECT_EQ(post()->status, 307);
  for (int i = 0; i < 6; ++i) transport_->answer(302, "", {{"location", "/circle"}});
  EXPECT_EQ(get()->status, 302);
  EXPECT_EQ(transport_->requests().size(), 7U);
}

TEST_F(SessionTest, CancellationEndsTheWait) {
  std::stop_source stop;
  transport_->fail(lost(false));
  pacer_->on_wait = [&] { stop.request_stop(); };
  const auto answer = get({.cancellation = stop.get_token()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::cancelled);
  EXPECT_EQ(answer.error().attempts, 1);
  EXPECT_EQ(get({.cancellation = stop.get_token()}).error().attempts, 0);
}

TEST_F(SessionTest, AsksWhetherToStopDuringTheWait) {
  transport_->fail(lost(false));
  int asked = 0;
  const auto answer = get({.should_stop = [&] { return ++asked == 4; }});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::cancelled);
  EXPECT_EQ(answer.error().attempts, 1);
  // Before the attempt, then between the slices of the wait of 250 ms.
  EXPECT_EQ(pacer_->waits, (std::vector{milliseconds(50), milliseconds(50)}));
}

TEST_F(SessionTest, AWaitInSlicesIsAsLongAsOneInAPiece) {
  transport_->answer(429, std::string(kUnavailable), {{"retry-after", "1"}});
  transport_->answer(200, "{}");
  EXPECT_TRUE(get({.should_stop = [] { return false; }}));
  milliseconds waited{0};
  for (const milliseconds slice : pacer_->waits) waited += slice;
  EXPECT_EQ(waited, seconds(1));
  EXPECT_TRUE(transport_->requests().at(0).should_stop);
}

TEST_F(SessionTest, RefusesBadCredentialsBeforeAnyRequest) {
  const std::vector<std::string> bad = {
      "",      "sk-1\r\nX-Evil: 1", "sk-1\n", std::string("sk\0x", 4), "sk-\x7F", " sk-1",
      "sk-1 ", "sk-\xE2\x80\x9C"};
  for (const std::string& key : bad) {
    const auto answer = get({.api_key = Secret(key)});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, FailureKind::usage);
    EXPECT_EQ(answer.error().field, "api_key");
    EXPECT_EQ(answer.error().message.find("sk"), std::string::npos) << answer.error().message;
    EXPECT_EQ(post({.idempotency_key = key}).error().field, "idempotency_key");
    if (key.empty()) continue;
    EXPECT_EQ(Session(options(), pacer_)
                  .exchange({.path = "/user/balance", .organization = key}, {})
                  .error()
                  .field,
              "organization");
  }
  EXPECT_EQ(post({.idempotency_key = std::string(256, 'k')}).error().field, "idempotency_key");
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(SessionTest, AnEmptyOrganizationIsNotSent) {
  transport_->answer(200, "{}");
  transport_->answer(200, "{}");
  const Session session(options(), pacer_);
  ASSERT_TRUE(session.exchange({.path = "/user/balance", .organization = ""}, {}));
  ASSERT_TRUE(session.exchange({.path = "/user/balance", .organization = "org-1"}, {}));
  const auto requests = transport_->requests();
  EXPECT_EQ(find_header(requests[0].headers, "Organization"), nullptr);
  EXPECT_EQ(*find_header(requests[1].headers, "Organization"), "org-1");
}

TEST_F(SessionTest, NamesTheOptionThatIsWrong) {
  const std::vector<std::pair<CallOptions, std::string>> table = {
      {{.base_url = "server"}, "base_url"},
      {{.base_url = "http://user:secret@server"}, "base_url"},
      {{.api_version = "../v1"}, "api_version"},
      {{.api_version = ""}, "api_version"},
      {{.user_agent = "a\r\nb"}, "user_agent"},
      {{.headers = {{"X-A", "1\r\nX-B: 2"}}}, "headers"},
      {{.headers = {{"X A", "1"}}}, "headers"},
      {{.headers = {{"", "1"}}}, "headers"},
      {{.headers = {{"authorization", "k"}}}, "headers"},
      {{.headers = {{"Content-Length", "1"}}}, "headers"},
      {{.connect_timeout = milliseconds(0)}, "connect_timeout"},
      {{.attempt_timeout = milliseconds(-1)}, "attempt_timeout"},
      {{.deadline = milliseconds(0)}, "deadline"},
      {{.retry = RetryPolicy{.max_attempts = 0}}, "retry.max_attempts"},
      {{.retry = RetryPolicy{.base_delay = milliseconds(-1)}}, "retry"},
      {{.retry = RetryPolicy{.statuses = std::vector{200}}}, "retry.statuses"},
      {{.max_response_bytes = 0}, "max_response_bytes"},
  };
  for (const auto& [call_options, field] : table) {
    const auto answer = get(call_options);
    ASSERT_FALSE(answer) << field;
    EXPECT_EQ(answer.error().kind, FailureKind::usage);
    EXPECT_EQ(answer.error().field, field);
    EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
  }
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(SessionTest, CutsTheKeyOutOfWhatComesBack) {
  transport_->answer(401,
                     R"({"id":"i","name":"unauthorized","message":"bad key )" + kKey +
                         R"(, part \u0073k-0123456789abc","hint":")" + kKey + "\"}",
                     {{"x-echo", kKey}});
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error->message, "bad key [redacted], part [redacted]");
  EXPECT_EQ(answer->error->detail("hint"), "[redacted]");
  EXPECT_EQ(*find_header(answer->headers, "x-echo"), "[redacted]");
  EXPECT_EQ(answer->body.find("sk-0123"), std::string::npos);

  transport_->answer(200, "{\"echo\":\"" + kKey + "\"}");
  EXPECT_EQ(get()->body, R"({"echo":"[redacted]"})");

  transport_->fail({.kind = FailureKind::cancelled, .message = "lost " + kKey});
  EXPECT_EQ(get().error().message, "lost [redacted]");
}

TEST_F(SessionTest, LogsWhatIsOnTheListAndNothingElse) {
  transport_->fail(lost(false));
  transport_->answer(503, std::string(kUnavailable));
  transport_->answer(200, "{}", {{"x-request-id", "r"}});
  std::string log;
  const auto answer = get({.log = [&](const LogLine& line) {
    log += std::to_string(static_cast<int>(line.event)) + " " + std::string(line.method) + " " +
           std::string(line.path) + " " + std::to_string(line.attempt) + " " +
           std::to_string(line.status) + " " + std::string(line.request_id) + "\n";
  }});
  ASSERT_TRUE(answer);
  EXPECT_EQ(log,
            "1 GET /v1alpha/user/balance 1 0 \n"
            "2 GET /v1alpha/user/balance 1 0 \n"
            "0 GET /v1alpha/user/balance 2 503 i1\n"
            "2 GET /v1alpha/user/balance 2 0 \n"
            "0 GET /v1alpha/user/balance 3 200 r\n");
}

TEST_F(SessionTest, ALogThatThrowsHarmsNoCall) {
  transport_->answer(200, "{}");
  EXPECT_TRUE(get({.log = [](const LogLine&) { throw std::runtime_error("full"); }}));
}

class ThrowingTransport final : public Transport {
 public:
  Result<HttpResponse> send(const HttpRequest& /*request*/) override {
    throw std::runtime_error("broken");
  }
};

TEST_F(SessionTest, ATransportThatThrowsIsAFailure) {
  const auto answer = post({.transport = std::make_shared<ThrowingTransport>()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::transport);
  EXPECT_TRUE(answer.error().is_outcome_unknown);
}

}  // namespace farthing::sdk::session_test

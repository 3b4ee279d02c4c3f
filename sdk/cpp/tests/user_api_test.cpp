// SPDX-License-Identifier: Apache-2.0
// The seed's class over real connections: what is on the wire, and what becomes of the answers.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <farthing/v1alpha_user_api.hpp>

#include "sdk/cpp/tests/temporary_directory.hpp"
#include "sdk/cpp/tests/test_server.hpp"

namespace farthing::sdk::user_api_test {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using tests::json_reply;
using tests::Received;
using tests::Reply;
using tests::TemporaryDirectory;
using tests::TestServer;

const std::string kKey = "sk-0123456789abcdefghijklmnop";
constexpr RetryPolicy kQuickly = {.base_delay = milliseconds(1), .max_delay = milliseconds(1)};

V1alphaUserApi api_of(const TestServer& server) {
  return V1alphaUserApi({.api_key = kKey, .base_url = server.url(), .retry = kQuickly});
}

TEST(V1alphaUserApi, MakesTheSeedsTwoCalls) {
  TestServer server([](const Received& request) {
    if (request.target() == "/v1alpha/user/account") {
      return json_reply(200, R"({"id":"u","email":"e","organizations":[]})");
    }
    return json_reply(200, R"({"credits":0.6336833840314097})");
  });
  const V1alphaUserApi api = api_of(server);
  const auto account = api.V1alphaUserAccount();
  ASSERT_TRUE(account);
  EXPECT_EQ(account->id, "u");
  const auto balance = api.V1alphaUserBalance("org-123456");
  ASSERT_TRUE(balance);
  EXPECT_EQ(balance->credits, 0.6336833840314097);
  ASSERT_TRUE(api.V1alphaUserBalance());
  ASSERT_TRUE(api.V1alphaUserBalance("", {}, {.auth_scheme = AuthScheme::bearer}));

  const auto received = server.received();
  EXPECT_EQ(received.at(0).header("Authorization"), kKey);
  EXPECT_FALSE(received.at(0).has_header("Organization"));
  EXPECT_EQ(received.at(1).header("Organization"), "org-123456");
  EXPECT_FALSE(received.at(2).has_header("Organization"));
  EXPECT_FALSE(received.at(3).has_header("Organization"));
  EXPECT_EQ(received.at(3).header("Authorization"), "Bearer " + kKey);
}

TEST(V1alphaUserApi, HttpInfoHasTheWholeAnswerOfAnyStatus) {
  std::atomic<int> status = 200;
  TestServer server([&](const Received&) {
    if (status == 200) return json_reply(200, R"({"credits":1})", "X-Request-Id: r1\r\n");
    return json_reply(401, R"({"id":"i","name":"unauthorized","message":"no","temporary":false,)"
                           R"("timeout":false,"fault":false})");
  });
  const V1alphaUserApi api = api_of(server);
  const auto good = api.V1alphaUserBalanceWithHttpInfo();
  ASSERT_TRUE(good);
  EXPECT_EQ(good->status, 200);
  EXPECT_EQ(good->body, R"({"credits":1})");
  EXPECT_EQ(good->request_id, "r1");
  EXPECT_EQ(good->url, server.url() + "/v1alpha/user/balance");
  EXPECT_EQ(*find_header(good->headers, "Content-Type"), "application/json");
  ASSERT_TRUE(good->content);
  EXPECT_EQ(good->content->credits_text, "1");

  status = 401;
  const auto refused = api.V1alphaUserAccountWithHttpInfo();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 401);
  ASSERT_FALSE(refused->content);
  EXPECT_EQ(refused->content.error().kind, FailureKind::http_status);
  EXPECT_EQ(refused->content.error().error->temporary, false);
}

TEST(V1alphaUserApi, TriesAgainAsTheServerAsks) {
  std::atomic<int> count = 0;
  TestServer server([&](const Received&) {
    if (++count == 1) return json_reply(503, "", "Retry-After: 0\r\n");
    if (count == 2) {
      return Reply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}",
                   .after = Reply::After::close};
    }
    return json_reply(200, R"({"credits":1})");
  });
  const auto balance = api_of(server).V1alphaUserBalanceWithHttpInfo();
  ASSERT_TRUE(balance);
  EXPECT_EQ(balance->attempts, 3);
  EXPECT_TRUE(balance->content);
}

TEST(V1alphaUserApi, TheKeyFollowsNoRedirectToAnotherServer) {
  TestServer other([](const Received&) { return json_reply(200, R"({"credits":1})"); });
  TestServer server([&](const Received&) {
    return json_reply(302, "", "Location: " + other.url() + "/v1alpha/user/balance\r\n");
  });
  const auto balance = api_of(server).V1alphaUserBalance();
  ASSERT_FALSE(balance);
  EXPECT_EQ(balance.error().status, 302);
  EXPECT_NE(balance.error().message.find("base URL"), std::string::npos);
  EXPECT_TRUE(other.received().empty());
}

TEST(V1alphaUserApi, TheKeyIsNotInWhatComesBack) {
  TestServer server([](const Received& request) {
    return json_reply(401, R"({"id":"i","name":"unauthorized","message":"Incorrect API key )" +
                               request.header("Authorization") + "\"}");
  });
  const auto account = api_of(server).V1alphaUserAccountWithHttpInfo();
  ASSERT_TRUE(account);
  EXPECT_EQ(account->content.error().error->message, "Incorrect API key [redacted]");
  EXPECT_EQ(account->body.find(kKey.substr(0, 8)), std::string::npos);
}

TEST(V1alphaUserApi, ADeadServerIsToldAfterAllAttempts) {
  const V1alphaUserApi api({.api_key = kKey,
                            .base_url = "http://127.0.0.1:" + std::to_string(tests::dead_port()),
                            .retry = kQuickly});
  const auto account = api.V1alphaUserAccount();
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().kind, FailureKind::transport);
  EXPECT_EQ(account.error().attempts, 3);
}

class DataFileOfCalls : public testing::Test {
 protected:
  DataFileOfCalls() { std::ofstream(file()) << "old"; }

  fs::path file() const { return folder_ / "result.txt"; }
  std::string content() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const TemporaryDirectory directory_;
  const fs::path folder_ = directory_.path();
};

TEST_F(DataFileOfCalls, IsWrittenForAGoodAnswer) {
  TestServer server([](const Received&) { return json_reply(200, R"({"credits":1, "x":2})"); });
  const auto balance = api_of(server).V1alphaUserBalance({}, file());
  ASSERT_TRUE(balance);
  EXPECT_EQ(balance->credits, 1);
  EXPECT_EQ(content(), "{\"credits\":1, \"x\":2}\n");
}

TEST_F(DataFileOfCalls, IsNotTouchedByAnyOther) {
  const std::vector<Reply> replies = {
      json_reply(401, R"({"id":"i","name":"n","message":"m"})"),
      json_reply(200, R"({"credits":"1"})"),
      json_reply(200, R"({"credits":1)"),
      json_reply(302, R"({"credits":1})", "Location: http://127.0.0.2/\r\n"),
      {.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n"
                R"({"credits":1})"},
      {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"credits\":1}",
       .after = Reply::After::close},
  };
  for (const Reply& reply : replies) {
    TestServer server([&](const Received&) { return reply; });
    EXPECT_FALSE(api_of(server).V1alphaUserBalance({}, file())) << reply.bytes;
    EXPECT_EQ(content(), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
  }
}

TEST_F(DataFileOfCalls, IsCheckedBeforeAnyRequest) {
  TestServer server([](const Received&) { return json_reply(200, R"({"credits":1})"); });
  const auto balance = api_of(server).V1alphaUserBalance({}, folder_ / "none" / "x");
  ASSERT_FALSE(balance);
  EXPECT_EQ(balance.error().field, "data_file");
  EXPECT_EQ(api_of(server).V1alphaUserAccount(fs::path("")).error().field, "data_file");
  EXPECT_TRUE(server.received().empty());
}

}  // namespace farthing::sdk::user_api_test

// SPDX-License-Identifier: Apache-2.0
// The server over TLS: what it agrees to, that everything passes through, and new certificates.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "server/testing/tls_fixture.hpp"
#include "server/testing/transport_fixture.hpp"

namespace farthing::http::tls_test {

using std::chrono::milliseconds;

constexpr std::string_view kFixed = "GET /fixed HTTP/1.1\r\nHost: a\r\n\r\n";

std::shared_ptr<const TlsContext> load(const TlsFiles& files) {
  auto context = TlsContext::load(files);
  EXPECT_TRUE(context) << context.error();
  return *context;
}

class TlsTest : public TransportTest {
 protected:
  void start_tls(ServerOptions options = {}) {
    options.tls = load(certificates_.make("first"));
    start(std::move(options));
  }
  std::string ask_over_tls(std::string_view request) const {
    const TlsClient client(server_->port());
    if (!client.is_connected() || !client.send(request)) return "no connection";
    return client.read_answer().value_or("no answer");
  }

  TestCertificates certificates_;
};

TEST_F(TlsTest, AgreesToTheNewestAndSpeaksHttp) {
  start_tls();
  const TlsClient client(server_->port());
  ASSERT_TRUE(client.is_connected());
  EXPECT_EQ(client.version(), "TLSv1.3");
  EXPECT_EQ(client.protocol(), "http/1.1");
  EXPECT_EQ(client.server_name(), "first");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(kFixed));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->starts_with("HTTP/1.1 200 OK\r\n")) << *answer;
    EXPECT_NE(answer->find("\r\nStrict-Transport-Security: max-age=31536000\r\n"),
              std::string::npos);
  }
}

TEST_F(TlsTest, InClearNobodyIsToldToUseTls) {
  start();
  const auto answer = ask(kFixed);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->header("strict-transport-security"), "");
}

struct Offer {
  const char* what;
  TlsWishes wishes;
  std::string version;  // empty: refused
};

TEST_F(TlsTest, AgreesToGoodVersionsCiphersAndProtocolsOnly) {
  start_tls();
  const std::vector<Offer> offers = {
      {"TLS 1.2", {.max_version = TLS1_2_VERSION}, "TLSv1.2"},
      {"TLS 1.1", {.max_version = TLS1_1_VERSION}, ""},
      {"TLS 1.0", {.max_version = TLS1_VERSION}, ""},
      {"AES-GCM", {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256"}, "TLSv1.2"},
      {"ChaCha20", {TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305"}, "TLSv1.2"},
      {"CBC", {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256"}, ""},
      {"CBC and SHA-1", {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA"}, ""},
      {"no protocol", {.protocols = ""}, "TLSv1.3"},
      {"HTTP/2 or 1.1", {.protocols = "\x02h2\x08http/1.1"}, "TLSv1.3"},
      {"HTTP/2 only", {.protocols = "\x02h2"}, ""},
      {"mail", {.protocols = "\x04smtp"}, ""},
  };
  for (const Offer& offer : offers) {
    const TlsClient client(server_->port(), offer.wishes);
    const std::string version = client.is_connected() ? client.version() : "";
    EXPECT_EQ(version, offer.version) << offer.what;
  }
  EXPECT_TRUE(ask_over_tls(kFixed).starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(TlsTest, PassesWhatIsLargeSmallLateAndPipelined) {
  start_tls();
  const std::string large = ask_over_tls("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_GT(large.size(), PathHandler::kLargeSize);
  EXPECT_TRUE(ask_over_tls("GET /later HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 200"));

  const TlsClient client(server_->port());
  for (const char byte : kFixed) ASSERT_TRUE(client.send(std::string_view(&byte, 1)));
  EXPECT_TRUE(client.read_answer());

  std::string many;
  for (int i = 0; i < 50; ++i) many += "GET /medium HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(client.send(many));
  for (int i = 0; i < 50; ++i) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << i;
    EXPECT_GT(answer->size(), PathHandler::kMediumSize);
  }

  // Longer than a record of TLS.
  const std::string body(200'000, 'b');
  ASSERT_TRUE(
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + body));
  const auto echo = client.read_answer();
  ASSERT_TRUE(echo);
  EXPECT_TRUE(echo->ends_with(body));
}

TEST_F(TlsTest, TellsWhoSpeaksHttpToUseHttps) {
  start_tls();
  RawClient client = connect();
  client.send(kFixed);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(answer->header("connection"), "close");
  EXPECT_EQ(answer->header("strict-transport-security"), "");
  EXPECT_TRUE(client.reads_end());
}

TEST_F(TlsTest, EndsWithWhoDoesNotKeepToTls) {
  ServerOptions options;
  options.logger = log_.make_logger("debug");
  std::atomic<int> counted = 0;
  options.on_failed_handshake = [&counted](const IpAddress& peer) {
    if (peer == IpAddress::from_v4({127, 0, 0, 1})) ++counted;
  };
  start_tls(options);
  RawClient client = connect();
  client.send("\x16\x03\x01\xff\xff, which is longer than any record may be");
  // What comes is at most an alert.
  while (client.receive()) {
  }
  EXPECT_TRUE(wait_for_no_connections());
  EXPECT_TRUE(log_.wait_for("a TLS handshake failed"));
  EXPECT_EQ(counted, 1);
  EXPECT_TRUE(ask_over_tls(kFixed).starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(TlsTest, GivesHandshakesATime) {
  ServerOptions options;
  options.handshake_timeout = milliseconds(100);
  start_tls(options);
  RawClient silent = connect();
  RawClient half = connect();
  half.send(std::string_view("\x16\x03\x01\x01\x00\x01", 6));
  EXPECT_TRUE(silent.reads_end());
  EXPECT_TRUE(half.reads_end());
}

TEST_F(TlsTest, AStopEndsHandshakesAtOnceAndIdleSessionsInOrder) {
  start_tls();
  RawClient silent = connect();
  const TlsClient idle(server_->port());
  ASSERT_TRUE(idle.send(kFixed));
  ASSERT_TRUE(idle.read_answer());
  server_->stop();
  EXPECT_TRUE(idle.reads_end());
  EXPECT_TRUE(silent.reads_end());
}

TEST_F(TlsTest, TheLastAnswerIsFollowedByTheEndOfTheSession) {
  start_tls();
  const TlsClient client(server_->port());
  ASSERT_TRUE(client.send("GET /fixed HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  ASSERT_TRUE(client.read_answer());
  EXPECT_TRUE(client.reads_end());
}

double process_cpu_s() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

TEST_F(TlsTest, WhatFollowsTheLastAnswerInItsRecordKeepsNobodyBusy) {
  start_tls();
  const TlsClient client(server_->port());
  // One record, which is read in pieces; what was decrypted of it and not read stays so.
  ASSERT_TRUE(client.send("BAD\r\n\r\n" + std::string(12'000, 'x')));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer && answer->starts_with("HTTP/1.1 400 "));
  const double before = process_cpu_s();
  // The server lingers for two seconds.
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_LT(process_cpu_s() - before, 0.2);
}

TEST_F(TlsTest, ANewCertificateIsForNewConnections) {
  start_tls();
  const TlsClient before(server_->port());
  server_->set_tls(load(certificates_.make("second")));
  // Connections are accepted by the thread that the new certificate goes to, some time.
  std::string name;
  for (int i = 0; i < 1000 && name != "second"; ++i) {
    name = TlsClient(server_->port()).server_name();
  }
  EXPECT_EQ(name, "second");
  ASSERT_TRUE(before.send(kFixed));
  EXPECT_TRUE(before.read_answer());
  EXPECT_EQ(before.server_name(), "first");
}

TEST(TlsContext, SaysWhenItsCertificateExpires) {
  const TestCertificates certificates;
  const Instant expires_at = load(certificates.make("a"))->expires_at();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto left = std::chrono::microseconds(expires_at.us()) - now;
  EXPECT_GT(left, std::chrono::hours(23));
  EXPECT_LE(left, std::chrono::hours(24));
}

TEST(TlsContext, RefusesFilesThatDoNotServe) {
  const TestCertificates certificates;
  const TlsFiles good = certificates.make("good");
  const TlsFiles other = certificates.make("other");
  const std::string missing = good.key + ".missing";
  const std::string text = certificates.write("text", "this is no PEM\n");
  const std::string encrypted = certificates.write("encrypted",
                                                   "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIAA\n"
                                                   "-----END ENCRYPTED PRIVATE KEY-----\n");
  struct Case {
    TlsFiles files;
    std::string begins;
  };
  const std::vector<Case> cases = {
      {{missing, good.key}, "cannot read the TLS certificate " + missing + ": No such file"},
      {{good.certificate, missing}, "cannot read the TLS key " + missing + ": No such file"},
      {{text, good.key}, "cannot use the TLS certificate " + text + ": "},
      {{good.certificate, text}, "cannot use the TLS key " + text + ": "},
      {{good.key, good.key}, "cannot use the TLS certificate " + good.key + ": "},
      {{good.certificate, encrypted}, "cannot use the TLS key " + encrypted + ": "},
      {{good.certificate, other.key},
       "cannot use the TLS key " + other.key + ": key values mismatch"},
  };
  for (const Case& each : cases) {
    const auto context = TlsContext::load(each.files);
    ASSERT_FALSE(context) << each.begins;
    EXPECT_TRUE(context.error().starts_with(each.begins)) << context.error();
  }
}

}  // namespace farthing::http::tls_test

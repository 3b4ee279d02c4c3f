// SPDX-License-Identifier: Apache-2.0
// Unix sockets: their files, and what is served over them. server_test.cpp has the ports.
#include "server/http/listening_socket.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/testing/tls_fixture.hpp"
#include "server/testing/transport_fixture.hpp"
#include "tests/support/temporary_directory.hpp"

namespace farthing::http::listening_socket_test {

namespace fs = std::filesystem;

constexpr std::string_view kEcho = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";

// Of this process, all threads.
std::chrono::nanoseconds cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

class UnixSocketTest : public TransportTest {
 protected:
  ListenAddress here() const { return {.address = path_}; }
  std::string error_of_open(const ListenAddress& address) const {
    const auto socket = ListeningSocket::open(address, 1);
    return socket ? "opened" : socket.error();
  }
  void start_here(ServerOptions options = {}) {
    options.listen = {here()};
    start(std::move(options));
  }
  std::optional<RawAnswer> ask_here(std::string_view request) const {
    RawClient client(path_);
    client.send(request);
    return client.read_answer();
  }

  const TemporaryDirectory directory_;
  const std::string path_ = (directory_.path() / "farthing.sock").string();
};

TEST_F(UnixSocketTest, ServesAsAPortDoes) {
  start_here();
  RawClient client(path_);
  for (const std::string_view path : {"/fixed", "/later", "/medium", "/large"}) {
    client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 200) << path;
  }
  std::string many;
  for (int i = 0; i < 200; ++i) many += "GET /medium HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::jthread sending([&] { client.send(many); });
  for (int i = 0; i < 200; ++i) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->body.size(), PathHandler::kMediumSize);
  }
}

TEST_F(UnixSocketTest, AClientThatSendsNoMoreAndDoesNotReadCostsNothing) {
  ServerOptions options;
  options.write_timeout = std::chrono::milliseconds(500);
  start_here(std::move(options));
  RawClient client(path_);
  client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  client.finish_sending();
  ASSERT_TRUE(client.receive());
  const auto before = cpu_time();
  ASSERT_TRUE(wait_for_no_connections(std::chrono::milliseconds(10)));
  EXPECT_LT(cpu_time() - before, std::chrono::milliseconds(250));
}

TEST_F(UnixSocketTest, WhoeverConnectsIsThisMachine) {
  ServerOptions options;
  options.trusted_proxies = TrustedProxies({*IpNetwork::parse("127.0.0.1")});
  start_here(std::move(options));
  const auto direct = ask_here(kEcho);
  ASSERT_TRUE(direct);
  EXPECT_NE(direct->body.find("\n127.0.0.1\n"), std::string::npos);
  const auto passed_on =
      ask_here("GET /echo HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n");
  ASSERT_TRUE(passed_on);
  EXPECT_NE(passed_on->body.find("\n192.0.2.7\n"), std::string::npos);
}

TEST_F(UnixSocketTest, StaysInClearBesideAPortThatSpeaksTls) {
  const TestCertificates certificates;
  ServerOptions options;
  options.tls = *TlsContext::load(certificates.make("first"));
  options.listen = {{.address = "127.0.0.1", .port = 0}, here()};
  start(std::move(options));
  EXPECT_EQ(server_->port(1), 0);
  const auto answer = ask_here(kEcho);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("strict-transport-security"), "");
  EXPECT_TRUE(TlsClient(server_->port()).is_connected());

  server_->set_tls(*TlsContext::load(certificates.make("second")));
  std::string name;
  for (int i = 0; i < 1'000 && name != "second"; ++i) {
    name = TlsClient(server_->port()).server_name();
  }
  EXPECT_EQ(name, "second");
  const auto later = ask_here(kEcho);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->status, 200);
}

TEST_F(UnixSocketTest, OperatorsMayHaveOneOfTheirOwn) {
  ServerOptions options;
  options.admin = here();
  start(std::move(options));
  EXPECT_EQ(server_->admin_port(), 0);
  const auto at_socket = ask_here(kEcho);
  ASSERT_TRUE(at_socket);
  EXPECT_NE(at_socket->body.find("\nfull\n"), std::string::npos);
  const auto at_port = ask(kEcho);
  ASSERT_TRUE(at_port);
  EXPECT_NE(at_port->body.find("\ncallers\n"), std::string::npos);
}

TEST_F(UnixSocketTest, TheFileIsForEverybodyAndGoneAtTheEnd) {
  start_here();
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777U, 0666U);
  server_->stop();
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_ANY_THROW(RawClient{path_});
}

TEST_F(UnixSocketTest, WhatAKilledProcessHasLeftIsReplaced) {
  {
    const auto left = ListeningSocket::open(here(), 1);
    ASSERT_TRUE(left) << left.error();
    fs::create_hard_link(path_, path_ + ".left");
  }
  fs::rename(path_ + ".left", path_);
  start_here();
  EXPECT_TRUE(ask_here(kEcho));
}

TEST_F(UnixSocketTest, WhatStandsInItsPlaceAtTheEndStays) {
  {
    const auto socket = ListeningSocket::open(here(), 1);
    ASSERT_TRUE(socket) << socket.error();
    fs::remove(path_);
    std::ofstream(path_) << "another's";
  }
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(UnixSocketTest, OfSeveralThatWantWhatIsLeftOneGetsIt) {
  const std::string left = path_ + ".left";
  {
    const auto socket = ListeningSocket::open(here(), 1);
    ASSERT_TRUE(socket) << socket.error();
    fs::create_hard_link(path_, left);
  }
  for (int round = 0; round < 50; ++round) {
    fs::create_hard_link(left, path_);
    std::vector<std::optional<BasicResult<ListeningSocket, std::string>>> opened(4);
    {
      std::vector<std::jthread> threads;
      threads.reserve(opened.size());
      for (auto& each : opened) {
        threads.emplace_back([&] { each.emplace(ListeningSocket::open(here(), 16)); });
      }
    }
    EXPECT_EQ(std::ranges::count_if(opened, [](const auto& each) { return each->has_value(); }), 1);
    EXPECT_NO_THROW(RawClient{path_});
  }
}

TEST_F(UnixSocketTest, NobodyTakesOneThatIsInUse) {
  start_here();
  EXPECT_EQ(error_of_open(here()),
            "cannot listen on the Unix socket " + path_ + ": somebody listens there already");
  EXPECT_TRUE(ask_here(kEcho));
}

TEST_F(UnixSocketTest, NoOtherFileIsRemoved) {
  std::ofstream(path_) << "text";
  EXPECT_EQ(error_of_open(here()),
            "cannot listen on the Unix socket " + path_ + ": there is a file of another kind");
  EXPECT_EQ(fs::file_size(path_), 4U);
}

TEST_F(UnixSocketTest, AnErrorNamesThePlace) {
  EXPECT_EQ(error_of_open({.address = directory_.path().string() + "/none/a.sock"}),
            "cannot listen on the Unix socket " + directory_.path().string() +
                "/none/a.sock: No such file or directory");
  const std::string longest = "/" + std::string(107, 'a');
  EXPECT_EQ(error_of_open({.address = longest}), "cannot listen on the Unix socket " + longest +
                                                     ": the path may have at most 107 bytes");
}

}  // namespace farthing::http::listening_socket_test

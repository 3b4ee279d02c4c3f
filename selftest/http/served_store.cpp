// SPDX-License-Identifier: Apache-2.0
#include "selftest/http/served_store.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "model/history.hpp"
#include "server/app/first_key.hpp"
#include "server/app/secret_file.hpp"
#include "server/app/server_app.hpp"
#include "server/service/request_limits.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/rocksdb_store.hpp"

namespace farthing::selftest {
namespace {

constexpr unsigned kThreads = 2;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return {};
  return Pipe{.read_end = ends[0], .write_end = ends[1]};
}

// Reads until the other side closes its end.
std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 256> buffer{};
  for (ssize_t got = 0; (got = ::read(descriptor, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

void tell(int descriptor, std::string_view text) {
  // The reader waits for the text; if it is gone, nobody needs the text.
  (void)!::write(descriptor, text.data(), text.size());
  ::close(descriptor);
}

BasicResult<std::unique_ptr<app::ServerApp>, std::string> open_app(
    const std::filesystem::path& data, const Clock& clock, std::size_t run_bytes) {
  auto store = store::embedded::RocksdbStore::open(
      {.directory = data, .clock = &clock, .run_bytes = run_bytes});
  if (!store) return store.error().message;
  if (auto key = app::ensure_first_key(**store, data / store::embedded::kAdminKeyFile, {}); !key) {
    return key.error();
  }
  http::ServerOptions options;
  options.listen = {{.address = "127.0.0.1", .port = 0}};
  options.threads = kThreads;
  return app::ServerApp::start(
      *std::move(store), SigningKey::make(), std::move(options), service::RateLimits::none(), {},
      {}, {model::History::kTagNames.begin(), model::History::kTagNames.end()});
}

// Runs in the process of the server. Reports the port, or why there is none.
int serve(const std::filesystem::path& data, const Clock& clock, std::size_t run_bytes, int told,
          int stop) {
  auto app = open_app(data, clock, run_bytes);
  if (!app) {
    tell(told, app.error());
    return 1;
  }
  tell(told, std::to_string((*app)->port()));
  read_all(stop);
  app->reset();
  return 0;
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) {
    return std::string("the server was ended by the signal ") + ::strsignal(WTERMSIG(status));
  }
  return "the server ended with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

BasicResult<std::unique_ptr<ServedStore>, std::string> ServedStore::start(
    std::filesystem::path data, Instant now, std::uint64_t seed) {
  void* memory = ::mmap(nullptr, sizeof(ManualClock), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return std::string("there is no memory for a clock");
  auto* clock = new (memory) ManualClock(now);
  std::unique_ptr<ServedStore> served(new ServedStore(std::move(data), clock, seed));
  if (auto failure = served->launch()) return *std::move(failure);
  return served;
}

ServedStore::~ServedStore() {
  if (process_ != -1) end(End::in_order);
  clock_->~ManualClock();
  ::munmap(clock_, sizeof(ManualClock));
}

BasicResult<Secret, std::string> ServedStore::admin_key() const {
  auto secret = app::read_secret_file(data_ / store::embedded::kAdminKeyFile);
  if (!secret) return secret.error();
  if (!*secret) return "there is no " + (data_ / store::embedded::kAdminKeyFile).string();
  return **std::move(secret);
}

std::optional<std::string> ServedStore::restart(End how) {
  const int status = end(how);
  const bool is_clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (how == End::in_order && !is_clean) return describe_end(status);
  return launch();
}

std::optional<std::string> ServedStore::find_death() {
  int status = 0;
  if (process_ == -1 || ::waitpid(process_, &status, WNOHANG) != process_) return {};
  process_ = -1;
  return describe_end(status);
}

// Starts the server, each time with another size of what it keeps in memory.
std::optional<std::string> ServedStore::launch() {
  constexpr std::array<std::size_t, 3> kRunBytes = {std::size_t{16} << 10, std::size_t{256} << 10,
                                                    std::size_t{32} << 20};
  const std::size_t run_bytes = kRunBytes[random_() % kRunBytes.size()];
  const auto told = make_pipe();
  const auto stop = make_pipe();
  if (!told || !stop) return "there is no pipe to the server";
  process_ = ::fork();
  if (process_ == -1) return "the process of the server cannot be made";
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(told->read_end);
    ::close(stop->write_end);
    ::_exit(serve(data_, *clock_, run_bytes, told->write_end, stop->read_end));
  }
  ::close(told->write_end);
  ::close(stop->read_end);
  stop_ = stop->write_end;
  const std::string text = read_all(told->read_end);
  ::close(told->read_end);
  const char* end_of_text = text.data() + text.size();
  const auto [end_of_port, error] = std::from_chars(text.data(), end_of_text, port_);
  if (error == std::errc() && end_of_port == end_of_text) return {};
  return "the server did not start: " + text;
}

int ServedStore::end(End how) {
  int status = 0;
  if (process_ != -1) {
    if (how == End::killed) ::kill(process_, SIGKILL);
    ::close(stop_);
    ::waitpid(process_, &status, 0);
    process_ = -1;
  }
  return status;
}

}  // namespace farthing::selftest

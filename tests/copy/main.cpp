// SPDX-License-Identifier: Apache-2.0
// The program runs itself as the victim of its own kills: `copy_test --victim FROM TO CALL` copies
// from one place to the other and kills itself at that call of the progress; an empty place is the
// database.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "offline/copy/copy.hpp"
#include "tests/copy/sample_store.hpp"

namespace farthing::copy::testing {
namespace {

app::StoreLocation place_of(std::string_view text) {
  return text.empty() ? database() : directory(text);
}

int run_victim(const char* from, const char* to, int kill_at) {
  CopyOptions options{.batch_records = 3, .batch_entries = 200, .on_progress = {}};
  options.on_progress = [&kill_at](const Progress&) {
    if (--kill_at == 0) (void)std::raise(SIGKILL);
  };
  const auto copied = copy_store(place_of(from), place_of(to), options);
  if (!copied) std::fprintf(stderr, "%s\n", copied.error().message.c_str());
  return copied ? 0 : 1;
}

}  // namespace
}  // namespace farthing::copy::testing

int main(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "--victim") {
    return farthing::copy::testing::run_victim(argv[2], argv[3], std::atoi(argv[4]));
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

// SPDX-License-Identifier: Apache-2.0
// Any bytes as the value of Authorization: nobody gets in but by the one key that there is, bare or
// behind "Bearer", with blanks around it or not; and every refusal is one of two sentences, so that
// none repeats what was sent.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/authenticator.hpp"
#include "server/service/operator_key.hpp"
#include "server/testing/memory_store.hpp"

namespace {

using namespace farthing;

class World {
 public:
  World() {
    service::create_operator_key(store_, secret_,
                                 [](const Result<directory::ApiKey>& made) { CHECK(made); });
  }
  std::string_view key() const { return secret_.reveal(); }

  bool lets_in(std::string_view authorization) const {
    bool is_in = false;
    authenticator_.authenticate(authorization, [&](const Result<directory::Principal>& principal) {
      is_in = principal.has_value();
      if (is_in) return;
      const Error& refusal = principal.error();
      CHECK(refusal.code == ErrorCode::unauthorized && refusal.details.empty());
      CHECK(refusal.message == "missing authorization header" ||
            refusal.message == traits_of(ErrorCode::unauthorized).sentence);
    });
    return is_in;
  }

 private:
  ManualClock clock_{*Instant::parse("2026-01-01T00:00:00Z")};
  store::MemoryStore store_{clock_};
  const Secret secret_ = service::make_api_key_secret({});
  const service::Authenticator authenticator_{store_};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  const std::string value(reinterpret_cast<const char*>(data), size);
  // The key is not in the corpus.
  CHECK(!world.lets_in(value));
  const std::string key(world.key());
  CHECK(world.lets_in(key));
  // Around the key there may be blanks and the scheme, nothing else.
  const bool is_scheme = world.lets_in(value + key);
  const std::size_t last = value.find_last_not_of(" \t");
  if (is_scheme) CHECK(last == std::string::npos || (value[last] | 0x20) == 'r');
  if (last == std::string::npos) CHECK(is_scheme);
  CHECK(world.lets_in(key + value) == (value.find_first_not_of(" \t") == std::string::npos));
  return 0;
}

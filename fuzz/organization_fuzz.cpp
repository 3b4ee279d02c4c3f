// SPDX-License-Identifier: Apache-2.0
// Any bytes as the value of Organization: it leads to the one organization of the caller by exactly
// its id, to the default one when it is empty, and to nothing else.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "server/service/accounts.hpp"
#include "server/testing/memory_store.hpp"

namespace {

using namespace farthing;

constexpr std::string_view kOwn = "org-00000000000000000000000001";
constexpr std::string_view kForeign = "org-00000000000000000000000002";

class World {
 public:
  World() {
    for (const std::string_view id : {kOwn, kForeign}) {
      store_.change({.origin = {},
                     .action = directory::CreateOrganization{{.id = *OrganizationId::parse(id),
                                                              .name = "Fuzz"}}},
                    [](const Result<directory::DirectoryOutcome>& made) { CHECK(made); });
    }
    account_.memberships.push_back({.organization = *OrganizationId::parse(kOwn)});
    account_.user.default_organization = *OrganizationId::parse(kOwn);
  }

  bool leads_somewhere(std::string_view organization) const {
    bool is_found = false;
    accounts_.read_balance(account_, organization, [&](const Result<ledger::Balance>& balance) {
      is_found = balance.has_value();
      if (!is_found) CHECK(balance.error().code == ErrorCode::permission_denied);
    });
    return is_found;
  }

 private:
  ManualClock clock_{*Instant::parse("2026-01-01T00:00:00Z")};
  store::MemoryStore store_{clock_};
  service::Accounts accounts_{store_};
  directory::Account account_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  CHECK(world.leads_somewhere(value) == (value.empty() || value == kOwn));
  return 0;
}

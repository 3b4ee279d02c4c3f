// SPDX-License-Identifier: Apache-2.0
// audit_store: checks every entry of every organization in the PostgreSQL database that
// FARTHING_POSTGRES names, without the rules that made them. Prints how much there was; ends with 1
// and what is wrong when something is.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/await.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/postgres/postgres_store.hpp"
#include "tests/store_conformance/auditor.hpp"

namespace farthing::store::testing {
namespace {

template <class Record, class Key, class List, class KeyOf>
std::vector<Record> read_all(List list, KeyOf key_of) {
  std::vector<Record> records;
  PageRequest<Key> request{.after = {}, .limit = 1'000};
  for (;;) {
    auto page =
        await<Result<Page<Record>>>([&](auto reply) { list(request, std::move(reply)); }).value();
    for (Record& record : page.records) records.push_back(std::move(record));
    if (!page.has_more) return records;
    request.after = key_of(records.back());
  }
}

int audit_all(Store& store) {
  const auto organizations = read_all<directory::Organization, OrganizationId>(
      [&](auto page, auto reply) { store.list_organizations({}, page, std::move(reply)); },
      [](const directory::Organization& organization) { return organization.id; });
  std::size_t count = 0;
  for (const directory::Organization& organization : organizations) {
    const auto entries = read_all<ledger::Entry, Id128>(
        [&](auto page, auto reply) {
          store.list_entries(organization.id, {}, page, std::move(reply));
        },
        [](const ledger::Entry& entry) { return ledger::make_entry_id(entry.at, entry.seq); });
    count += entries.size();
    if (const std::string fault = audit(entries); !fault.empty()) {
      std::fprintf(stderr, "%s: %s\n", organization.id.to_string().c_str(), fault.c_str());
      return 1;
    }
  }
  std::printf("%zu organizations, %zu entries\n", organizations.size(), count);
  return 0;
}

int run() {
  const char* url = std::getenv("FARTHING_POSTGRES");
  auto store = postgres::PostgresStore::open({.conninfo = url == nullptr ? "" : url});
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  return audit_all(**store);
}

}  // namespace
}  // namespace farthing::store::testing

int main() { return farthing::store::testing::run(); }

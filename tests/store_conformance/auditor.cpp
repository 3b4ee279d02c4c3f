// SPDX-License-Identifier: Apache-2.0
#include "tests/store_conformance/auditor.hpp"

#include <optional>

#include "verify/ledger_verifier.hpp"
#include "verify/unique_keys.hpp"

namespace farthing::store::testing {
namespace {

verify::Check check(const std::vector<ledger::Entry>& entries, verify::LedgerVerifier& verifier) {
  verify::UniqueKeys keys;
  for (const ledger::Entry& entry : entries) {
    std::string stored;
    ledger::append_encoded(entry, ledger::canonical_bytes(entry), stored);
    const auto sealed = verify::decode_stored(stored);
    if (!sealed) return verify::Finding{.what = "it", .expected = "an entry", .found = "none"};
    if (auto wrong = verifier.next(*sealed)) return wrong;
    if (!sealed->entry.idempotency_key.empty()) {
      keys.add(sealed->entry.idempotency_key, sealed->entry.seq);
    }
  }
  if (const auto repeat = keys.find_repeat()) {
    return verify::Finding{.what = "its idempotency key",
                           .expected = "a new one",
                           .found = "that of entry " + std::to_string(repeat->first)};
  }
  return verifier.finish();
}

}  // namespace

std::string audit(const std::vector<ledger::Entry>& entries) {
  if (entries.empty()) return {};
  const OrganizationId organization = entries.front().organization;
  verify::Spool spool;
  verify::LedgerVerifier verifier(organization, spool);
  auto wrong = check(entries, verifier);
  if (!wrong) return {};
  const verify::Deviation deviation{
      .organization = organization, .seq = verifier.place(), .finding = *std::move(wrong)};
  return deviation.to_string();
}

}  // namespace farthing::store::testing

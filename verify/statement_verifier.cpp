// SPDX-License-Identifier: Apache-2.0
#include "verify/statement_verifier.hpp"

#include <string>

#include "verify/entry_form.hpp"

namespace farthing::verify {

StatementVerifier::StatementVerifier(const StatementPeriod& period, const StatementEnd& opening,
                                     const StatementEnd& closing)
    : period_(period),

      closing_(closing),
      chain_(period.organization, opening.seq, opening.hash, period.from),
      balance_(opening.balance),
      place_(opening.seq) {}

Check StatementVerifier::next(const SealedEntry& sealed) {
  const Entry& entry = sealed.entry;
  place_ = chain_.seq() + 1;
  if (auto wrong = chain_.next(sealed)) return wrong;
  if (auto wrong = check_form(entry)) return wrong;
  if (auto wrong = expect(entry.at < period_.to, "the time", "before " + period_.to.to_string(),
                          entry.at.to_string())) {
    return wrong;
  }
  if (auto wrong = check_step(balance_, entry)) return wrong;
  balance_ = {.available = entry.available, .held = entry.held};
  return {};
}

Check StatementVerifier::finish() const {
  if (auto wrong = expect_equal("the last number", std::to_string(closing_.seq),
                                std::to_string(chain_.seq()))) {
    return wrong;
  }
  if (auto wrong = expect_equal("the last hash", show_bytes(as_bytes(closing_.hash)),
                                show_bytes(as_bytes(chain_.hash())))) {
    return wrong;
  }
  if (auto wrong = expect_equal("available at the end", nano(closing_.balance.available),
                                nano(balance_.available))) {
    return wrong;
  }
  return expect_equal("held at the end", nano(closing_.balance.held), nano(balance_.held));
}

}  // namespace farthing::verify

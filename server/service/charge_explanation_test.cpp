// SPDX-License-Identifier: Apache-2.0
#include "server/service/charge_explanation.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/model/story.hpp"

namespace farthing::service::charge_explanation_test {

// A ledger told line by line (tests/model/story.hpp), and one of its charges explained.
class Explained {
 public:
  Explained(std::initializer_list<std::string> lines, std::uint32_t charge) {
    for (const std::string& line : lines) story_.tell(line);
    const Id128 id = story_.id_of(charge);
    const ledger::Record& record = *story_.records().find(id);
    ChargeStory told;
    told.record = std::get<ledger::ChargeRecord>(record.value);
    for (const ledger::Entry& entry : story_.entries()) {
      if (entry.subject == id && makes_charge(entry.kind)) told.entry = entry;
      if (ledger::record_changed_by(entry) == id) told.changes.push_back(entry);
    }
    std::map<Id128, ledger::GrantTerms> terms;
    for (const Id128& grant : grants_of(told)) {
      const ledger::Record& found = *story_.records().find(grant);
      terms[grant] = std::get<ledger::GrantRecord>(found.value).terms;
    }
    explanation_ = explain(std::move(told), terms);
  }

  // "paid repaid refunded ended" of each grant in order.
  std::string shares() const {
    std::string text;
    for (const GrantShare& share : explanation_.grants) {
      text += share.paid.to_string() + " " + share.repaid.to_string() + " " +
              share.refunded.to_string() + " " + share.ended.to_string() + "; ";
    }
    return text;
  }
  // "incurred repaid refunded owed".
  std::string debt() const {
    const ChargeDebt& debt = explanation_.debt;
    return debt.incurred.to_string() + " " + debt.repaid.to_string() + " " +
           debt.refunded.to_string() + " " + debt.owed.to_string();
  }
  const ChargeExplanation& get() const { return explanation_; }
  Id128 id_of(std::uint32_t number) const { return story_.id_of(number); }

 private:
  model::Story story_;
  ChargeExplanation explanation_;
};

TEST(ChargeExplanation, SaysWhatEachGrantPaid) {
  const Explained charge({"0 grant 1 5", "0 grant 2 5 priority=7", "1 charge 3 6"}, 3);
  EXPECT_EQ(charge.shares(), "5 0 0 0; 1 0 0 0; ");
  EXPECT_EQ(charge.get().grants[0].grant, charge.id_of(2));
  EXPECT_EQ(charge.get().grants[0].terms.priority, 7);
  EXPECT_EQ(charge.debt(), "0 0 0 0");
}

TEST(ChargeExplanation, RefundsGoBackTheOtherWay) {
  const Explained charge({"0 grant 1 5 expires=50", "0 grant 2 5", "1 charge 3 7",
                          "2 refund 4 3 charge=3", "60 refund 5 2 charge=3"},
                         3);
  EXPECT_EQ(charge.shares(), "5 0 3 2; 2 0 2 0; ");
}

TEST(ChargeExplanation, SaysWhoPaidForWhatWasOwed) {
  const Explained charge(
      {"0 limit 1 9", "0 grant 2 5", "1 charge 3 12", "2 refund 4 1 charge=3", "3 grant 5 4"}, 3);
  EXPECT_EQ(charge.debt(), "7 4 1 2");
  EXPECT_EQ(charge.shares(), "5 0 0 0; 0 4 0 0; ");
}

TEST(ChargeExplanation, OfACaptureIsNoOtherThanOfACharge) {
  const Explained capture(
      {"0 grant 1 5", "1 hold 2 4", "2 capture 3 3 hold=2", "3 refund 4 all charge=3"}, 3);
  EXPECT_EQ(capture.shares(), "3 0 3 0; ");
  EXPECT_EQ(capture.get().story.changes.size(), 1U);
}

}  // namespace farthing::service::charge_explanation_test

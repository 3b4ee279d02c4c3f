// SPDX-License-Identifier: Apache-2.0
// The models of the ledger: the API's own examples read and written, and what is wrong. Entries
// have a test of their own.
#include <farthing/ledger_models.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/entry_models.hpp>
#include <farthing/models.hpp>
#include <farthing/story_models.hpp>

namespace farthing::sdk::ledger_models_test {

std::string example(const std::string& name) {
  std::ifstream file(FARTHING_API_EXAMPLES "/" + name + ".json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Without the blanks between its tokens.
std::string minified(const std::string& json) {
  std::string text;
  bool is_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"' && (i == 0 || json[i - 1] != '\\')) is_string = !is_string;
    if (is_string || (json[i] != ' ' && json[i] != '\n')) text.push_back(json[i]);
  }
  return text;
}

// What a model reads of an example, it writes: no field is lost, and none is in another's place.
template <class Model>
void expect_reads_and_writes(const std::string& name) {
  const std::string json = minified(example(name));
  ASSERT_FALSE(json.empty()) << name;
  const auto model = Model::from_json(json);
  ASSERT_TRUE(model) << name << ": " << model.error().message;
  EXPECT_EQ(model->to_json(), json);
}

TEST(LedgerModels, ReadAndWriteTheExamples) {
  expect_reads_and_writes<Organization>("organization");
  expect_reads_and_writes<Organization>("organization_changed");
  expect_reads_and_writes<Organization>("organization_disabled");
  expect_reads_and_writes<User>("user_disabled");
  for (const char* name :
       {"api_key", "api_key_changed", "api_key_made", "api_key_revoked", "api_key_rotated"}) {
    expect_reads_and_writes<ApiKey>(name);
  }
  expect_reads_and_writes<OrganizationBalance>("organization_balance");
  expect_reads_and_writes<Grant>("grant");
  expect_reads_and_writes<Grant>("grant_made");
  expect_reads_and_writes<VoidedGrant>("grant_voided");
  expect_reads_and_writes<Charge>("charge");
  expect_reads_and_writes<Refund>("refund");
  expect_reads_and_writes<HoldStory>("hold");
  expect_reads_and_writes<ChargeStory>("charge_story");
  expect_reads_and_writes<ChargeExplanation>("charge_explanation");
  expect_reads_and_writes<ChangedHold>("hold_placed");
  expect_reads_and_writes<ChangedHold>("hold_extended");
  expect_reads_and_writes<ChangedHold>("hold_released");
  expect_reads_and_writes<CapturedHold>("hold_captured");
  expect_reads_and_writes<Outcome>("outcome");
}

// Without one of its members an example is refused by that name.
template <class Model>
void expect_requires(const std::string& name, const std::vector<std::string>& fields) {
  const std::string json = minified(example(name));
  for (const std::string& field : fields) {
    const std::size_t at = json.find("\"" + field + "\":");
    ASSERT_NE(at, std::string::npos) << field;
    std::string renamed = json;
    const auto missing = Model::from_json(renamed.insert(at + 1, "x_"));
    ASSERT_FALSE(missing) << name << " " << field;
    EXPECT_EQ(missing.error().field, field) << name;
  }
}

TEST(LedgerModels, NameTheFieldThatIsMissing) {
  expect_requires<OrganizationBalance>(
      "organization_balance", {"available", "held", "grants", "expiring", "burn_per_day", "as_of"});
  expect_requires<VoidedGrant>("grant_voided",
                               {"id", "organization", "voided", "balance", "voided_at"});
  expect_requires<Charge>(
      "charge", {"id", "organization", "amount", "refunded", "grants", "balance", "created_at"});
  expect_requires<Refund>("refund", {"id", "organization", "charge", "amount", "ended", "grants",
                                     "balance", "created_at"});
  const std::vector<std::string> hold = {"id",       "organization", "amount",       "captured",
                                         "released", "state",        "over_capture", "expires_at"};
  expect_requires<Hold>("hold", hold);
  expect_requires<HoldStory>(
      "hold", {"grants", "extensions", "captures", "releases", "balance", "created_at"});
  expect_requires<ChargeStory>("charge_story", {"refunds"});
  expect_requires<ChargeExplanation>("charge_explanation", {"charge", "debt", "steps"});
  expect_requires<ChangedHold>("hold_placed", {"balance"});
  expect_requires<CapturedHold>("hold_captured", {"charge"});
  expect_requires<Outcome>("outcome", {"idempotency_key", "entries"});
}

TEST(OrganizationBalance, HasNoRunwayWhenNothingIsSpent) {
  const auto balance = OrganizationBalance::from_json(
      R"({"available":"-1","held":"0","grants":[],"expiring":"0","burn_per_day":"0","as_of":"t"})");
  ASSERT_TRUE(balance);
  EXPECT_FALSE(balance->runway_s);
  EXPECT_EQ(balance->available.to_string(), "-1");
}

TEST(OrganizationBalance, NamesTheFieldOfAGrant) {
  std::string json = minified(example("organization_balance"));
  json.replace(json.find("100,"), 4, "1.5,");
  const auto balance = OrganizationBalance::from_json(json);
  ASSERT_FALSE(balance);
  EXPECT_EQ(balance.error().field, "grants[0].priority");
}

TEST(CapturedHold, NamesTheFieldOfItsCharge) {
  std::string json = minified(example("hold_captured"));
  json.replace(json.find("\"refunded\":\"0\""), 14, "\"refunded\":0");
  const auto hold = CapturedHold::from_json(json);
  ASSERT_FALSE(hold);
  EXPECT_EQ(hold.error().field, "charge.refunded");
}

TEST(ChargeExplanation, TellsOfDebtAndOfWhatIsLeftOut) {
  std::string json = minified(example("charge_explanation"));
  json.insert(json.find("\"grants\":[", json.find("\"steps\":")), "\"debt\":\"-0.5\",");
  json.insert(json.size() - 1, ",\"has_more\":true");
  const auto explanation = ChargeExplanation::from_json(json);
  ASSERT_TRUE(explanation) << explanation.error().message;
  EXPECT_EQ(explanation->steps.at(0).debt, Credits::from_nano(-500'000'000));
  EXPECT_FALSE(explanation->steps.at(1).debt);
  EXPECT_TRUE(explanation->has_more);
  EXPECT_EQ(explanation->to_json(), json);
}

TEST(Hold, NamesTheCallerAndLeavesOutWhatItDoesNotKnow) {
  std::string json = minified(example("hold"));
  json.insert(1, R"("new_field":[{}],)");
  const auto hold = Hold::from_json(json);
  ASSERT_TRUE(hold) << hold.error().message;
  EXPECT_EQ(hold->api_key, "key-01kapmjd8c2v4x6z8b1d3f5h7k");
}

constexpr std::string_view kCharge =
    R"({"id":"charge-1","organization":"org-1","api_key":"key-1","amount":"0.15","refunded":"0.05","operation":"generate",)"
    R"("metadata":{"b": 1},"grants":[{"grant":"grant-1","amount":"0.15"}],)"
    R"("balance":{"available":"9.85","held":"0"},"created_at":"2026-11-22T16:37:42.123456Z"})";

TEST(Charge, ReadsAndWritesTheWire) {
  const auto charge = Charge::from_json(kCharge);
  ASSERT_TRUE(charge);
  EXPECT_EQ(charge->amount, Credits::from_nano(150'000'000));
  EXPECT_EQ(charge->api_key, "key-1");
  EXPECT_EQ(charge->refunded, Credits::from_nano(50'000'000));
  EXPECT_EQ(charge->metadata, R"({"b": 1})");
  EXPECT_EQ(charge->grants.at(0).amount, Credits::from_nano(150'000'000));
  EXPECT_EQ(charge->balance.available, Credits::from_nano(9'850'000'000));
  EXPECT_EQ(charge->to_json(), kCharge);
}

TEST(Charge, TakesAmountsAsExactDecimalStringsOnly) {
  const auto with_amount = [](std::string_view amount) {
    std::string json(kCharge);
    return Charge::from_json(json.replace(json.find("\"0.15\""), 6, amount));
  };
  EXPECT_TRUE(with_amount("\"0.150\""));
  for (const std::string_view amount : {"0.15", "\"0.1234567891\"", "\"1e2\"", "\"\"", "null"}) {
    const auto charge = with_amount(amount);
    ASSERT_FALSE(charge) << amount;
    EXPECT_EQ(charge.error().field, "amount");
  }
}

TEST(Grant, RefusesAPriorityThatIsNoWholeNumber) {
  for (const std::string_view priority : {"1.5", "1e2", "9223372036854775808", "\"1\""}) {
    const std::string json =
        R"({"id":"g","organization":"o","amount":"1","remaining":"1","category":"paid","priority":)" +
        std::string(priority) + R"(,"effective_at":"t","created_at":"t"})";
    const auto grant = Grant::from_json(json);
    ASSERT_FALSE(grant) << priority;
    EXPECT_EQ(grant.error().field, "priority");
  }
}

}  // namespace farthing::sdk::ledger_models_test

// SPDX-License-Identifier: Apache-2.0
// Verdicts on callers' keys, held against the API's own examples.
#include <farthing/key_models.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace farthing::sdk::key_models_test {

std::string example(const std::string& name) {
  std::ifstream file(FARTHING_API_EXAMPLES "/" + name + ".json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(KeyVerdict, ReadsAGoodKey) {
  const auto verdict = KeyVerdict::from_json(example("api_key_verified"));
  ASSERT_TRUE(verdict) << verdict.error().message;
  ASSERT_TRUE(verdict->is_valid());
  EXPECT_FALSE(verdict->refusal);
  EXPECT_EQ(verdict->verified->name, "laptop");
  EXPECT_EQ(verdict->verified->scopes, std::vector<std::string>{"user"});
  EXPECT_EQ(verdict->verified->email, "ada@example.com");
  EXPECT_EQ(verdict->verified->organization_name, "Analytical Engines");
  EXPECT_EQ(verdict->verified->role, "OWNER");
  EXPECT_EQ(verdict->verified->balance.available, Credits::parse("87.5"));
}

TEST(KeyVerdict, ReadsWhatIsLeftUnderSpendCaps) {
  const auto verdict = KeyVerdict::from_json(example("api_key_verified_capped"));
  ASSERT_TRUE(verdict) << verdict.error().message;
  ASSERT_TRUE(verdict->is_valid() && verdict->verified->spend_caps);
  const SpendCapStatuses& caps = *verdict->verified->spend_caps;
  ASSERT_TRUE(caps.day);
  EXPECT_EQ(caps.day->cap, Credits::parse("5"));
  EXPECT_EQ(caps.day->spent, Credits::parse("1.5"));
  EXPECT_EQ(caps.day->held, Credits::parse("1"));
  EXPECT_EQ(caps.day->left, Credits::parse("2.5"));
  EXPECT_EQ(caps.day->resets_at, "2026-11-23T00:00:00.000000Z");
  ASSERT_TRUE(caps.month);
  EXPECT_EQ(caps.month->left, Credits::parse("74.5"));
  EXPECT_FALSE(caps.total);
}

TEST(KeyVerdict, ReadsARefusal) {
  const auto verdict = KeyVerdict::from_json(example("api_key_refused"));
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_FALSE(verdict->is_valid());
  ASSERT_TRUE(verdict->refusal);
  EXPECT_EQ(verdict->refusal->status, 402);
  EXPECT_EQ(verdict->refusal->error.name, "insufficient_credits");
  EXPECT_EQ(verdict->refusal->error.amount("required"), Credits::parse("12.5"));
}

TEST(KeyVerdict, WritesWhatItHasRead) {
  for (const char* name : {"api_key_verified", "api_key_verified_capped", "api_key_refused"}) {
    const auto verdict = KeyVerdict::from_json(example(name));
    ASSERT_TRUE(verdict);
    const auto again = KeyVerdict::from_json(verdict->to_json());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->to_json(), verdict->to_json());
    EXPECT_EQ(again->is_valid(), verdict->is_valid());
  }
}

TEST(LeakedKey, ReadsAndWritesWhatBecameOfIt) {
  const auto ended = LeakedKey::from_json(example("api_key_leaked"));
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_TRUE(ended->is_revoked);
  EXPECT_EQ(ended->to_json(), R"({"revoked":true})");
  EXPECT_FALSE(LeakedKey::from_json(R"({"revoked":false})")->is_revoked);
  EXPECT_EQ(LeakedKey::from_json("{}").error().field, "revoked");
  const std::string_view last = R"({"revoked":true,"message":"Make another one."})";
  EXPECT_EQ(LeakedKey::from_json(last)->message, "Make another one.");
  EXPECT_EQ(LeakedKey::from_json(last)->to_json(), last);
}

TEST(KeyVerdict, NamesWhatIsMissing) {
  for (const auto& [json, field] :
       {std::pair(R"({})", "valid"), std::pair(R"({"valid":1})", "valid"),
        std::pair(R"({"valid":true})", "api_key"), std::pair(R"({"valid":false})", "status"),
        std::pair(R"({"valid":false,"status":401})", "error")}) {
    const auto verdict = KeyVerdict::from_json(json);
    ASSERT_FALSE(verdict) << json;
    EXPECT_EQ(verdict.error().field, field);
  }
}

}  // namespace farthing::sdk::key_models_test

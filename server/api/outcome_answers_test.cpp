// SPDX-License-Identifier: Apache-2.0
// Every movement in every situation, so that outcomes of one and of several entries are written by
// every route that shows them: what is told must be what the entries say.
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::outcome_answers_test {

class OutcomeAnswersTest : public ApiTest {
 protected:
  // An organization with something of everything.
  struct Scene {
    std::string organization;
    std::string grant;
    std::string charge;
    std::string hold;
  };
  struct Situation {
    std::string name;
    Scene (OutcomeAnswersTest::*prepare)();
  };
  struct Movement {
    std::string name;
    std::function<Ask(const Scene&)> ask;
  };

  static const std::vector<Situation>& situations();
  static const std::vector<Movement>& movements();

  std::string next_key() { return "key-" + std::to_string(++keys_); }
  // The id of what is made.
  std::string make(const std::string& path, std::string body) {
    return text_at(expect(201, post(path, std::move(body), next_key())), "id");
  }
  std::string give(const Scene& scene, const std::string& members) {
    return make("/v1/organizations/" + scene.organization + "/grants", "{" + members + "}");
  }
  std::string spend(const Scene& scene, const std::string& amount) {
    return make("/v1/charges", of(scene, R"("amount":")" + amount + R"(")"));
  }
  std::string hold(const Scene& scene, const std::string& members) {
    return make("/v1/holds", of(scene, members + R"(,"over_capture":"overdraft")"));
  }
  static std::string of(const Scene& scene, const std::string& members) {
    return R"({"organization":")" + scene.organization + R"(",)" + members + "}";
  }

  Scene begin(const std::string& limit) {
    Scene scene{.organization = add_organization("Acme").id.to_string()};
    Ask ask = post("/v1/organizations/" + scene.organization,
                   R"({"overdraft_limit":")" + limit + R"("})", next_key());
    ask.method = "PATCH";
    expect(200, ask);
    return scene;
  }
  Scene nothing_owed();
  Scene owed_and_all_held();
  Scene due_repays();
  Scene due_ends();
  Scene lots_ended_while_held();

  // Sends it and holds the answer against the entries; returns their kinds, or the refusal.
  std::string check(const Scene& scene, Ask ask);
  void check_answer(const Scene& scene, const std::string& answer, const std::string& entries);
  void check_hold(const std::string& answer);
  void check_reads(const Scene& scene);
  std::string kinds_of(const std::string& entries, const std::string& path);

 private:
  int keys_ = 0;
};

OutcomeAnswersTest::Scene OutcomeAnswersTest::nothing_owed() {
  Scene scene = begin("5");
  scene.grant = give(scene, R"("amount":10)");
  give(scene, R"("amount":3,"priority":200)");
  scene.charge = spend(scene, "2");
  scene.hold = hold(scene, R"("amount":4)");
  return scene;
}

// Available -3, held 8.
OutcomeAnswersTest::Scene OutcomeAnswersTest::owed_and_all_held() {
  Scene scene = begin("5");
  scene.grant = give(scene, R"("amount":6)");
  give(scene, R"("amount":4)");
  scene.charge = spend(scene, "2");
  scene.hold = hold(scene, R"("amount":8)");
  spend(scene, "1");
  spend(scene, "2");
  return scene;
}

// What a hold that ran out gives back and a grant that came repay a part of what is owed.
OutcomeAnswersTest::Scene OutcomeAnswersTest::due_repays() {
  Scene scene = begin("9");
  scene.grant = give(scene, R"("amount":10)");
  give(scene, R"("amount":1,"effective_at":")" +
                  clock_.now().plus(std::chrono::seconds(1)).to_string() + R"(")");
  hold(scene, R"("amount":3,"ttl_s":2)");
  scene.hold = hold(scene, R"("amount":7)");
  scene.charge = spend(scene, "6");
  clock_.advance(std::chrono::seconds(3));
  return scene;
}

// A grant has ended, and one that was to come is there.
OutcomeAnswersTest::Scene OutcomeAnswersTest::due_ends() {
  Scene scene = begin("0");
  const Instant soon = clock_.now().plus(std::chrono::seconds(1));
  give(scene, R"("amount":5,"priority":1,"expires_at":")" + soon.to_string() + R"(")");
  scene.charge = spend(scene, "1");
  scene.grant = give(scene, R"("amount":6,"effective_at":")" + soon.to_string() + R"(")");
  scene.hold = hold(scene, R"("amount":3)");
  clock_.advance(std::chrono::seconds(3));
  return scene;
}

// What the hold has comes from a grant that was voided, one that has ended and one that is there;
// the one that is there pays a debt when it comes back.
OutcomeAnswersTest::Scene OutcomeAnswersTest::lots_ended_while_held() {
  Scene scene = begin("5");
  const std::string voided = give(scene, R"("amount":1,"priority":1)");
  give(scene, R"("amount":2,"priority":2,"expires_at":")" +
                  clock_.now().plus(std::chrono::seconds(1)).to_string() + R"(")");
  scene.grant = give(scene, R"("amount":4)");
  scene.hold = hold(scene, R"("amount":7)");
  expect(200, post("/v1/grants/" + voided + "/void", "", next_key()));
  scene.charge = spend(scene, "3");
  clock_.advance(std::chrono::seconds(3));
  return scene;
}

const std::vector<OutcomeAnswersTest::Situation>& OutcomeAnswersTest::situations() {
  static const std::vector<Situation> all = {
      {"nothing owed", &OutcomeAnswersTest::nothing_owed},
      {"owed, all held", &OutcomeAnswersTest::owed_and_all_held},
      {"what is due repays", &OutcomeAnswersTest::due_repays},
      {"what is due ends", &OutcomeAnswersTest::due_ends},
      {"lots ended while held", &OutcomeAnswersTest::lots_ended_while_held},
  };
  return all;
}

const std::vector<OutcomeAnswersTest::Movement>& OutcomeAnswersTest::movements() {
  const auto about_hold = [](std::string verb, std::string body) {
    return [verb = std::move(verb), body = std::move(body)](const Scene& scene) {
      return Ask{.method = "POST", .path = "/v1/holds/" + scene.hold + "/" + verb, .body = body};
    };
  };
  const auto made_at = [](std::string path, std::string members) {
    return [path = std::move(path), members = std::move(members)](const Scene& scene) {
      return Ask{.method = "POST", .path = path, .body = of(scene, members)};
    };
  };
  const auto granted = [](std::string body) {
    return [body = std::move(body)](const Scene& scene) {
      return Ask{.method = "POST",
                 .path = "/v1/organizations/" + scene.organization + "/grants",
                 .body = body};
    };
  };
  const auto refunded = [](std::string body) {
    return [body = std::move(body)](const Scene& scene) {
      return Ask{
          .method = "POST", .path = "/v1/charges/" + scene.charge + "/refunds", .body = body};
    };
  };
  const auto voided = [](const Scene& scene) {
    return Ask{.method = "POST", .path = "/v1/grants/" + scene.grant + "/void"};
  };
  const auto limited = [](const Scene& scene) {
    return Ask{.method = "PATCH",
               .path = "/v1/organizations/" + scene.organization,
               .body = R"({"overdraft_limit":"1"})"};
  };
  static const std::vector<Movement> all = {
      {"grant a little", granted(R"({"amount":"0.5"})")},
      {"grant much", granted(R"({"amount":20})")},
      {"grant for later", granted(R"({"amount":1,"effective_at":"2030-01-01T00:00:00Z"})")},
      {"void", voided},
      {"limit", limited},
      {"charge", made_at("/v1/charges", R"("amount":1)")},
      {"hold", made_at("/v1/holds", R"("amount":"0.5")")},
      {"extend", about_hold("extend", R"({"ttl_s":3600})")},
      {"release", about_hold("release", "")},
      {"capture all", about_hold("capture", "")},
      {"capture a part", about_hold("capture", R"({"amount":1})")},
      {"capture a part and go on", about_hold("capture", R"({"amount":1,"final":false})")},
      {"capture more than is held", about_hold("capture", R"({"amount":9})")},
      {"capture more and go on", about_hold("capture", R"({"amount":9,"final":false})")},
      {"refund a part", refunded(R"({"amount":"0.75"})")},
      {"refund all", refunded("")},
  };
  return all;
}

std::string OutcomeAnswersTest::check(const Scene& scene, Ask ask_once) {
  ask_once.key = admin_key();
  ask_once.idempotency_key = next_key();
  const http::RawAnswer answer = ask(ask_once);
  if (answer.status >= 400) {
    EXPECT_LT(answer.status, 500) << answer.body;
    check_reads(scene);
    return text_at(answer.body, "name");
  }
  const std::string entries = expect(200, get("/v1/organizations/" + scene.organization +
                                              "/outcomes/" + ask_once.idempotency_key));
  check_answer(scene, answer.body, entries);
  const http::RawAnswer again = ask(ask_once);
  EXPECT_EQ(again.status, answer.status);
  EXPECT_EQ(again.body, answer.body);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  check_reads(scene);
  return kinds_of(entries, "entries.");
}

// The balance that is told is the one after the last entry, which nothing has moved since.
void OutcomeAnswersTest::check_answer(const Scene& scene, const std::string& answer,
                                      const std::string& entries) {
  std::string last = "entries.0";
  for (int i = 1; find_text(entries, "entries." + std::to_string(i)); ++i) {
    last = "entries." + std::to_string(i);
  }
  EXPECT_EQ(find_text(entries, last + ".continued"), std::nullopt);
  const std::string present =
      expect(200, get("/v1/organizations/" + scene.organization + "/balance"));
  for (const std::string name : {"available", "held"}) {
    EXPECT_EQ(text_at(present, name), text_at(entries, last + "." + name)) << name;
    if (find_text(answer, "balance")) {
      EXPECT_EQ(text_at(answer, "balance." + name), text_at(present, name)) << answer;
    }
  }
  if (find_text(answer, "over_capture")) check_hold(answer);
}

// It stands as its own page says, and the charge of a capture is the one that is found later.
void OutcomeAnswersTest::check_hold(const std::string& answer) {
  const std::string shown = expect(200, get("/v1/holds/" + text_at(answer, "id")));
  for (const std::string name : {"id", "organization", "amount", "captured", "released", "state",
                                 "over_capture", "expires_at"}) {
    EXPECT_EQ(text_at(answer, name), text_at(shown, name)) << name;
  }
  if (!find_text(answer, "charge")) return;
  const std::string charge = expect(200, get("/v1/charges/" + text_at(answer, "charge.id")));
  for (const std::string name : {"amount", "balance", "grants", "hold", "created_at"}) {
    EXPECT_EQ(text_at(answer, "charge." + name), text_at(charge, name)) << name;
  }
}

void OutcomeAnswersTest::check_reads(const Scene& scene) {
  const std::string organization = "/v1/organizations/" + scene.organization;
  for (const std::string& path :
       {organization, organization + "/balance",
        organization + "/balance?at=" + clock_.now().to_string(), organization + "/entries",
        organization + "/grants", organization + "/statement", "/v1/grants/" + scene.grant,
        "/v1/charges/" + scene.charge, "/v1/charges/" + scene.charge + "/explain",
        "/v1/charges?organization=" + scene.organization, "/v1/holds/" + scene.hold}) {
    expect(200, get(path));
  }
  Ask csv = get(organization + "/entries");
  csv.headers = {"Accept: text/csv"};
  expect(200, csv);
}

std::string OutcomeAnswersTest::kinds_of(const std::string& entries, const std::string& path) {
  std::string kinds;
  for (int i = 0;; ++i) {
    const auto kind = find_text(entries, path + std::to_string(i) + ".kind");
    if (!kind) return kinds;
    kinds += (i == 0 ? "" : " ") + *kind;
  }
}

TEST_F(OutcomeAnswersTest, SayWhatTheEntriesSay) {
  std::set<std::string> seen;
  for (const Situation& situation : situations()) {
    for (const Movement& movement : movements()) {
      SCOPED_TRACE(situation.name + ": " + movement.name);
      const Scene scene = (this->*situation.prepare)();
      seen.insert(movement.name + ": " + check(scene, movement.ask(scene)));
      if (HasFailure()) return;
    }
  }
  for (const std::string reached :
       {"grant a little: grant repay", "grant much: grant repay repay", "void: void",
        "limit: limit", "charge: charge", "hold: hold", "hold: insufficient_credits",
        "extend: extend", "release: release", "release: release repay repay",
        "capture all: capture", "capture a part: capture release",
        "capture a part: capture release repay repay", "capture more and go on: capture",
        "refund a part: refund", "refund all: refund repay repay"}) {
    EXPECT_TRUE(seen.contains(reached)) << reached;
  }
}

TEST_F(OutcomeAnswersTest, AReleaseThatRepaysTellsTheHoldAndTheBalanceAfterAll) {
  const Scene scene = owed_and_all_held();
  const std::string released =
      expect(200, post("/v1/holds/" + scene.hold + "/release", "", "release"));
  EXPECT_EQ(text_at(released, "id"), scene.hold);
  EXPECT_EQ(text_at(released, "state"), "released");
  EXPECT_EQ(text_at(released, "released"), "8");
  EXPECT_EQ(text_at(released, "balance.available"), "5");
  EXPECT_EQ(text_at(released, "balance.held"), "0");
}

TEST_F(OutcomeAnswersTest, ACaptureWhoseRestRepaysTellsTheHoldAndTheBalanceAfterAll) {
  const Scene scene = owed_and_all_held();
  const std::string captured =
      expect(200, post("/v1/holds/" + scene.hold + "/capture", R"({"amount":1})", "capture"));
  EXPECT_EQ(text_at(captured, "state"), "captured");
  EXPECT_EQ(text_at(captured, "captured"), "1");
  EXPECT_EQ(text_at(captured, "released"), "7");
  EXPECT_EQ(text_at(captured, "balance.available"), "4");
  EXPECT_EQ(text_at(captured, "balance.held"), "0");
  EXPECT_EQ(text_at(captured, "charge.amount"), "1");
}

}  // namespace farthing::api::outcome_answers_test

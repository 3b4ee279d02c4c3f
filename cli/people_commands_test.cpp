// SPDX-License-Identifier: Apache-2.0
// Erasing a user, and the audit log with and without what tells of a person.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "cli/frame/exit_code.hpp"
#include "cli/tests/cli_run.hpp"

namespace farthing::cli::people_commands_test {

constexpr std::string_view kShown =
    R"({"id":"user-1","email":"a@b","name":"Ada","created_at":"c"})";
constexpr std::string_view kErased =
    R"({"id":"user-1","email":null,"created_at":"c","disabled_at":"d","erased_at":"e"})";

class PeopleCommands : public testing::Test {
 protected:
  PeopleCommands() {
    run_.environment["FARTHING_API_KEY"] = "sk-test-0123456789";
    run_.environment["FARTHING_URL"] = "http://server.test";
  }

  CliResult answered(std::string_view body, const std::vector<std::string>& arguments) {
    run_.transport->answer(200, std::string(body));
    return run_.run(arguments);
  }
  // Method and URL of the last request.
  std::string sent() const {
    const auto request = run_.transport->requests().back();
    return request.method + " " + request.url;
  }

  CliRun run_;
};

TEST_F(PeopleCommands, AUserIsErasedOnlyWithAWord) {
  const CliResult shown = answered(kShown, {"users", "erase", "user-1"});
  EXPECT_EQ(sent(), "GET http://server.test/v1/users/user-1");
  EXPECT_NE(shown.output.find("email\ta@b\n"), std::string::npos);
  EXPECT_NE(shown.errors.find("Nothing was done; --yes"), std::string::npos);
  const CliResult erased = answered(kErased, {"users", "erase", "user-1", "--yes"});
  EXPECT_EQ(sent(), "POST http://server.test/v1/users/user-1/erase");
  EXPECT_EQ(erased.output,
            "id\tuser-1\nemail\t\nname\t\nprofile_picture\t\ndefault_organization\t\n"
            "created_at\tc\ndisabled_at\td\nerased_at\te\n");
  EXPECT_NE(answered(kErased, {"users", "erase", "user-1"}).errors.find("erased already"),
            std::string::npos);
  EXPECT_EQ(answered(kErased, {"users", "show", "user-1", "--json"}).output,
            std::string(kErased) + "\n");
}

// One act of version 2 about a person, hashed by hand from docs/reference/formats.md.
class PersonalLog : public PeopleCommands {
 protected:
  PersonalLog() {
    std::string framed = salt_;
    ByteWriter(framed).text("email").text("a@b");
    digest_ = sha256(framed);
    std::string bytes;
    ByteWriter out(bytes);
    out.fixed(std::uint8_t{2}).varint(1).fixed(std::int64_t{1'000'000});
    out.raw(std::string(1 + 16, '\0')).text("").text("").text("user.create").text("user-1");
    out.fixed(std::uint8_t{0}).varint(1).text("email").fixed(std::uint8_t{1});
    out.fixed(std::uint8_t{0}).fixed(std::uint8_t{1}).raw(as_bytes(digest_)).text("");
    hash_ = sha256({std::string(32, '\0'), bytes});
  }

  std::string page(const std::string& change, const std::string& members) const {
    return R"({"acts":[{"version":2,"number":1,"at":"1970-01-01T00:00:01Z","kind":"user.create",)"
           R"("target":"user-1","changes":[{"field":"email",)" +
           change + R"("after_digest":")" + to_hex(as_bytes(digest_)) + R"("}],)" + members +
           R"("hash":")" + to_hex(as_bytes(hash_)) + R"("}],"next":null})";
  }
  std::string salt() const { return R"("salt":")" + to_hex(salt_) + R"(",)"; }
  // Returns the exit code and what is said.
  std::pair<int, std::string> verify(const std::string& page) {
    const CliResult result = answered(page, {"audit-log", "verify"});
    return {result.exit_code, result.errors};
  }

  const std::string salt_ = std::string(16, 's');
  Digest digest_{};
  Digest hash_{};
};

TEST_F(PersonalLog, IsVerifiedWithItsTextsAndWithout) {
  EXPECT_EQ(verify(page(R"("after":"a@b",)", salt())).first, 0);
  EXPECT_EQ(verify(page("", "")).first, 0);
  EXPECT_NE(answered(page("", ""), {"audit-log", "list"}).output.find("email: - -> (erased)"),
            std::string::npos);
}

TEST_F(PersonalLog, AForgedTextOrDigestIsFound) {
  const auto forged = verify(page(R"("after":"a@c",)", salt()));
  EXPECT_EQ(forged.first, static_cast<int>(ExitCode::deviates));
  EXPECT_NE(forged.second.find("the digest of email after"), std::string::npos) << forged.second;
  digest_[0] ^= 1;
  const auto other = verify(page("", ""));
  EXPECT_EQ(other.first, static_cast<int>(ExitCode::deviates));
  EXPECT_NE(other.second.find("the hash"), std::string::npos) << other.second;
}

TEST_F(PersonalLog, WhatDoesNotFitTogetherIsRefused) {
  const std::string text = R"("after":"a@b",)";
  const int failed = static_cast<int>(ExitCode::server_failed);
  EXPECT_EQ(verify(page(text, "")).first, failed) << "no salt";
  EXPECT_EQ(verify(page("", salt())).first, failed) << "a salt for nothing";
  EXPECT_EQ(verify(page(text, R"("salt":"00",)")).first, failed);
  std::string first_version = page(text, salt());
  first_version.replace(first_version.find(R"("version":2)"), 11, R"("version":1)");
  EXPECT_EQ(verify(first_version).first, failed);
  first_version.replace(first_version.find(R"("version":1)"), 11, R"("version":3)");
  EXPECT_EQ(verify(first_version).first, failed);
}

}  // namespace farthing::cli::people_commands_test

// SPDX-License-Identifier: Apache-2.0
#include "server/api/missing.hpp"

#include <gtest/gtest.h>

#include "server/directory/refusals.hpp"

namespace farthing::api::missing_test {

TEST(Missing, IsWhatThePathNames) {
  for (const Error& found : {directory::no_such_organization(), make_error(ErrorCode::not_found)}) {
    const Error error = name_what_is_missing(found, "/v1/holds/{hold}/capture");
    EXPECT_EQ(error.code, ErrorCode::not_found);
    EXPECT_EQ(error.message, "There is no such hold.");
    EXPECT_EQ(error.field, "");
  }
  EXPECT_EQ(
      name_what_is_missing(make_error(ErrorCode::not_found), "/v1/api-keys/{API_key}").message,
      "There is no such API key.");
}

TEST(Missing, OfSeveralIdsIsTheOneThatTheErrorIsAbout) {
  constexpr std::string_view kPattern = "/v1/organizations/{organization}/members/{user}";
  const Error organization = name_what_is_missing(directory::no_such_organization(), kPattern);
  EXPECT_EQ(organization.message, "There is no such organization.");
  EXPECT_EQ(organization.field, "");
  EXPECT_EQ(name_what_is_missing(make_error(ErrorCode::not_found), kPattern).message,
            "There is no such user.");
}

TEST(Missing, OfTheBodyKeepsItsField) {
  Error user = make_error(ErrorCode::not_found, "There is no such user.");
  user.field = "email";
  const Error error = name_what_is_missing(user, "/v1/organizations/{organization}/members");
  EXPECT_EQ(error.message, "There is no such user.");
  EXPECT_EQ(error.field, "email");
  Error key = make_error(ErrorCode::not_found, "There is no such API key.");
  key.field = "api_key";
  EXPECT_EQ(name_what_is_missing(key, "/v1/api-keys/{API_key}").field, "");
}

TEST(Missing, KeepsWhatIsExplainedAlready) {
  EXPECT_EQ(name_what_is_missing(make_error(ErrorCode::not_found, "No id."), "/v1/a/{b}").message,
            "No id.");
}

TEST(Missing, ChangesNoOtherError) {
  const Error conflict =
      name_what_is_missing(make_error(ErrorCode::conflict), "/v1/holds/{hold}/capture");
  EXPECT_EQ(conflict.message, make_error(ErrorCode::conflict).message);
  const Error in_body = name_what_is_missing(directory::no_such_organization(), "/v1/charges");
  EXPECT_EQ(in_body.field, "organization");
}

}  // namespace farthing::api::missing_test

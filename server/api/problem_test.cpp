// SPDX-License-Identifier: Apache-2.0
#include "server/api/problem.hpp"

#include <gtest/gtest.h>

namespace farthing::api::problem_test {

constexpr std::string_view kId = "0123456789abcdef0123456789abcdef";

TEST(Problem, HasSixMembersInV1alpha) {
  Error error = bad_field("amount", "amount is missing.");
  error.details = {{"a", "b"}};
  const http::Response response = make_problem(error, "/v1alpha/user/balance", kId);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/vnd.goa.error");
  EXPECT_EQ(response.body,
            R"({"id":"0123456789abcdef0123456789abcdef","name":"bad_request",)"
            R"("message":"amount is missing.","temporary":false,"timeout":false,"fault":false})");
}

TEST(Problem, HasFieldAndDetailsElsewhere) {
  Error error = bad_field("amount", "amount is missing.");
  error.details = {{"required", "1.5"}};
  for (const std::string_view path :
       {"/v1/charges", "/v1beta/user/account", "/", "", "/v1alphax"}) {
    const http::Response response = make_problem(error, path, kId);
    EXPECT_EQ(response.content_type, "application/json") << path;
    EXPECT_EQ(response.body, R"({"id":"0123456789abcdef0123456789abcdef","name":"bad_request",)"
                             R"("message":"amount is missing.","field":"amount","required":"1.5"})")
        << path;
  }
}

TEST(Problem, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(make_problem(make_error(ErrorCode::conflict, "No."), "/v1/x", "i").body,
            R"({"id":"i","name":"conflict","message":"No."})");
}

TEST(Problem, TellsV1alphaWhatKindOfErrorItIs) {
  struct Case {
    ErrorCode code;
    std::string_view ends_with;
  };
  for (const Case& expected : {
           Case{ErrorCode::request_timeout, R"("temporary":true,"timeout":true,"fault":false})"},
           Case{ErrorCode::unavailable, R"("temporary":true,"timeout":false,"fault":true})"},
           Case{ErrorCode::server_error, R"("temporary":false,"timeout":false,"fault":true})"},
       }) {
    const http::Response response = make_problem(make_error(expected.code), "/v1alpha/x", kId);
    EXPECT_TRUE(response.body.ends_with(expected.ends_with)) << response.body;
  }
}

TEST(Problem, CarriesTheHeadersOfItsStatus) {
  EXPECT_EQ(make_problem(make_error(ErrorCode::unauthorized), "/v1/x", kId).headers,
            "WWW-Authenticate: Bearer\r\n");
  Error error = make_error(ErrorCode::method_not_allowed);
  error.details = {{std::string(kAllowDetail), "GET, HEAD"}};
  EXPECT_EQ(make_problem(error, "/v1/x", kId).headers, "Allow: GET, HEAD\r\n");
  EXPECT_EQ(make_problem(make_error(ErrorCode::not_found), "/v1/x", kId).headers, "");
}

TEST(Problem, KnowsEveryStatusOfTheTransport) {
  for (const int status : {400, 408, 413, 414, 417, 431, 501, 503, 505}) {
    const http::Response response = make_problem(http::TransportError{
        .status = status, .message = "Too bad.", .request_id = kId, .path = "/v1/x"});
    EXPECT_EQ(response.status, status);
    EXPECT_NE(response.body.find(R"("message":"Too bad.")"), std::string::npos) << response.body;
  }
}

TEST(Problem, SaysNothingOfWhatIsWrongInside) {
  const http::Response response = make_problem(http::TransportError{
      .status = 500, .message = "the handler threw", .request_id = kId, .path = "/v1/x"});
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body,
            R"({"id":"0123456789abcdef0123456789abcdef","name":"server_error",)"
            R"("message":"An unexpected server error occurred, please try again."})");
}

}  // namespace farthing::api::problem_test

// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace farthing::http::router_test {

using Kind = RouteMatch::Kind;

enum Route : RouteId { balance, users, create_user, user, me, grant, root, trailing };

Router make_router() {
  Router router;
  router.add(Method::get, "/v1/user/balance", balance);
  router.add(Method::get, "/v1/users", users);
  router.add(Method::post, "/v1/users", create_user);
  router.add(Method::get, "/v1/users/{id}", user);
  router.add(Method::get, "/v1/users/me", me);
  router.add(Method::post, "/v1/organizations/{id}/grants/{grant}", grant);
  router.add(Method::get, "/", root);
  router.add(Method::get, "/v1/slash/", trailing);
  return router;
}

TEST(Router, FindsRoutesAndTheirParameters) {
  struct Case {
    Method method;
    std::string_view path;
    RouteId route;
    std::vector<std::string> parameters;
  };
  const Router router = make_router();
  for (const Case& c : {
           Case{Method::get, "/v1/user/balance", balance, {}},
           Case{Method::head, "/v1/user/balance", balance, {}},
           Case{Method::get, "/v1/user/%62alance", balance, {}},
           Case{Method::get, "/v1/users", users, {}},
           Case{Method::post, "/v1/users", create_user, {}},
           Case{Method::get, "/v1/users/user-1", user, {"user-1"}},
           Case{Method::head, "/v1/users/user-1", user, {"user-1"}},
           Case{Method::get, "/v1/users/a%2Fb%20c", user, {"a/b c"}},
           Case{Method::get, "/v1/users/me", me, {}},
           Case{Method::get, "/v1/users/%6De", me, {}},
           Case{Method::get, "/v1/users/mee", user, {"mee"}},
           Case{Method::post, "/v1/organizations/org-1/grants/g", grant, {"org-1", "g"}},
           Case{Method::get, "/", root, {}},
           Case{Method::get, "/v1/slash/", trailing, {}},
       }) {
    const RouteMatch match = router.match(c.method, c.path);
    ASSERT_EQ(match.kind, Kind::found) << c.path;
    EXPECT_EQ(match.route, c.route) << c.path;
    const std::vector<std::string> parameters(
        match.parameters.begin(),
        match.parameters.begin() + static_cast<std::ptrdiff_t>(match.parameter_count));
    EXPECT_EQ(parameters, c.parameters) << c.path;
  }
}

TEST(Router, DoesNotFindOtherPaths) {
  const Router router = make_router();
  for (const std::string_view path :
       {"", "*", "v1/users", "/v1", "/v1/", "/v1/user", "/v1/user/balance/", "/V1/user/balance",
        "//v1/user/balance", "/v1//users", "/v1/users/", "/v1/users/a/b", "/v1/slash",
        "/v1/user%2Fbalance", "/v1/organizations//grants/g", "/v1/organizations/o/grants/",
        "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18"}) {
    EXPECT_EQ(router.match(Method::get, path).kind, Kind::not_found) << path;
  }
}

TEST(Router, TellsWhichMethodsAPathHas) {
  const Router router = make_router();
  const RouteMatch on_list = router.match(Method::delete_, "/v1/users");
  ASSERT_EQ(on_list.kind, Kind::method_not_allowed);
  EXPECT_EQ(on_list.allow, "GET, HEAD, POST");
  const RouteMatch on_pattern = router.match(Method::head, "/v1/organizations/o/grants/g");
  ASSERT_EQ(on_pattern.kind, Kind::method_not_allowed);
  EXPECT_EQ(on_pattern.allow, "POST");
}

TEST(Router, RefusesBadEscapes) {
  const Router router = make_router();
  for (const std::string_view path : {"/v1/users/%", "/v1/users/%g0", "/%00", "/v1/users/a%2"}) {
    EXPECT_EQ(router.match(Method::get, path).kind, Kind::bad_path) << path;
  }
}

TEST(Router, GoesBackWhenALiteralSegmentLeadsNowhere) {
  Router router;
  router.add(Method::get, "/a/b/c", 1);
  router.add(Method::get, "/a/{x}/d", 2);
  const RouteMatch match = router.match(Method::get, "/a/b/d");
  ASSERT_EQ(match.kind, Kind::found);
  EXPECT_EQ(match.route, 2U);
  EXPECT_EQ(match.parameters[0], "b");
}

TEST(Router, RefusesPatternsThatCannotWork) {
  Router router = make_router();
  EXPECT_THROW(router.add(Method::get, "/v1/users", 9), std::logic_error);
  EXPECT_THROW(router.add(Method::get, "/v1/users/{other}", 9), std::logic_error);
  EXPECT_THROW(router.add(Method::get, "v1", 9), std::logic_error);
  EXPECT_THROW(router.add(Method::get, "/{a}/{b}/{c}/{d}/{e}", 9), std::logic_error);
}

}  // namespace farthing::http::router_test

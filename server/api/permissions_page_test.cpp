// SPDX-License-Identifier: Apache-2.0
// The table of docs/reference/permissions.md, made from the routes and the rules that decide. With
// FARTHING_WRITE_PERMISSIONS=1 in the environment the page gets the table that it should have.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "server/api/routes.hpp"

namespace farthing::api::permissions_page_test {

using directory::Right;
using directory::Role;
using directory::Scope;
using directory::Target;

constexpr std::string_view kBegin =
    "| method | path | `admin` | `service` | OWNER | ACCOUNTANT | MEMBER | others |\n"
    "|---|---|---|---|---|---|---|---|\n";

Id128 numbered(std::uint8_t number) {
  Id128 id;
  id.bytes[15] = number;
  return id;
}

const OrganizationId kOwn{numbered(1)};
const OrganizationId kForeign{numbered(2)};
const UserId kSelf{numbered(3)};
const UserId kOther{numbered(4)};

// A key of a user who belongs to one organization.
directory::Principal principal(Scope scope, Role role) {
  directory::ApiKey key;
  key.user = kSelf;
  key.scopes = scope;
  directory::Account account;
  account.user.id = kSelf;
  account.memberships = {{.organization = kOwn, .name = {}, .role = role}};
  return {.key = std::make_shared<const directory::ApiKey>(std::move(key)),
          .account = std::make_shared<const directory::Account>(std::move(account))};
}

std::string cell(const directory::Principal& who, Right right, const Target& any,
                 const Target& own) {
  if (!directory::find_refusal(who, right, any)) return " yes |";
  if (!directory::find_refusal(who, right, own)) return " own |";
  return " no |";
}

std::string cell_of_scope(Scope scope, Right right) {
  return cell(principal(scope, Role::MEMBER), right, {kForeign, kOther}, {kOwn, kSelf});
}

std::string cell_of_role(Role role, Right right) {
  return cell(principal(Scope::user, role), right, {kOwn, kOther}, {kOwn, kSelf});
}

std::string cell_of_others(Right right) {
  return cell(principal(Scope::user, Role::OWNER), right, {kForeign, kOther}, {kForeign, kSelf});
}

std::string render_table() {
  std::string table(kBegin);
  for (const Route& route : all_routes()) {
    if (!route.right) continue;
    table.append("| ").append(to_string(route.method)).append(" | `");
    table.append(route.pattern).append("` |");
    for (const Scope scope : {Scope::admin, Scope::service}) {
      table += cell_of_scope(scope, *route.right);
    }
    for (const Role role : {Role::OWNER, Role::ACCOUNTANT, Role::MEMBER}) {
      table += cell_of_role(role, *route.right);
    }
    table.append(cell_of_others(*route.right)).append("\n");
  }
  return table;
}

std::string read_page() {
  std::ifstream file(FARTHING_PERMISSIONS_PAGE, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Where the table stands on the page: its begin and its size.
std::pair<std::size_t, std::size_t> find_table(const std::string& page) {
  const std::size_t begin = page.find(kBegin);
  if (begin == std::string::npos) return {begin, 0};
  const std::size_t end = page.find("\n\n", begin);
  return {begin, (end == std::string::npos ? page.size() : end + 1) - begin};
}

TEST(PermissionsPage, HasTheTableThatDecides) {
  std::string page = read_page();
  const auto [begin, size] = find_table(page);
  ASSERT_NE(begin, std::string::npos) << "the page has no table";
  const std::string table = render_table();
  if (std::getenv("FARTHING_WRITE_PERMISSIONS") != nullptr) {
    page.replace(begin, size, table);
    std::ofstream(FARTHING_PERMISSIONS_PAGE, std::ios::binary) << page;
    return;
  }
  EXPECT_EQ(page.substr(begin, size), table);
}

// A parameter of another name would be passed over, and whatever it names be let through.
TEST(PermissionsPage, EveryPathSaysWhatItsRightIsAbout) {
  for (const Route& route : all_routes()) {
    const bool has_parameter = route.pattern.find('{') != std::string_view::npos;
    if (!route.right) continue;
    const directory::Rule& rule = directory::rule_of(*route.right);
    if (!has_parameter || (!rule.concerns_organization && !rule.on_own)) continue;
    EXPECT_TRUE(route.target.is_named() || route.target.is_api_key()) << route.pattern;
  }
}

}  // namespace farthing::api::permissions_page_test

// SPDX-License-Identifier: Apache-2.0
#include "server/api/routes.hpp"

namespace farthing::api {

Routes all_routes() {
  Routes routes;
  add_user_api(routes);
  add_users(routes);
  add_organizations(routes);
  add_members(routes);
  add_api_keys(routes);
  add_key_verification(routes);
  add_leaked_keys(routes);
  add_grants(routes);
  add_balances(routes);
  add_charges(routes);
  add_charge_batches(routes);
  add_entries(routes);
  add_holds(routes);
  add_outcomes(routes);
  add_statements(routes);
  add_audit_log(routes);
  add_clock(routes);
  add_authorize(routes);
  add_openapi(routes);
  return routes;
}

}  // namespace farthing::api

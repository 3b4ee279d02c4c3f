// SPDX-License-Identifier: Apache-2.0
// The resources of the API: each adds its lines to the table of routes.
#pragma once

#include "server/api/endpoint.hpp"

namespace farthing::api {

// Adds the user API, under each of the three version prefixes.
void add_user_api(Routes& routes);

void add_users(Routes& routes);
void add_organizations(Routes& routes);
void add_members(Routes& routes);
void add_api_keys(Routes& routes);
void add_key_verification(Routes& routes);
void add_leaked_keys(Routes& routes);
void add_grants(Routes& routes);
void add_balances(Routes& routes);
void add_authorize(Routes& routes);
// Adds the description of the API itself, which needs no key.
void add_openapi(Routes& routes);
void add_charges(Routes& routes);
void add_charge_batches(Routes& routes);
void add_entries(Routes& routes);
void add_holds(Routes& routes);
void add_outcomes(Routes& routes);
void add_statements(Routes& routes);
void add_audit_log(Routes& routes);
void add_clock(Routes& routes);

// Returns the whole table.
Routes all_routes();

}  // namespace farthing::api

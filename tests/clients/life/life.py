# SPDX-License-Identifier: Apache-2.0
"""A whole life by the client that the generator `python` makes. Ends with a line that names the organization."""

import os

from openapi_client import ApiClient, ApiException, Configuration
from openapi_client.api import (ApiKeysApi, ChargesApi, GrantsApi, HoldsApi, LedgerApi, MembersApi,
                                OrganizationsApi, UsersApi)
from openapi_client.models import (ApiKeyCreate, ApiKeyVerify, ChargeCreate, GrantCreate, HoldCapture,
                                   HoldCreate, MemberUpdate, OrganizationCreate, RefundCreate, UserCreate)

client = ApiClient(Configuration(host=os.environ["FARTHING_URL"],
                                 api_key={"api_key": os.environ["FARTHING_KEY"]}))

user = UsersApi(client).create_user(UserCreate(email="life-python@example.com"))
organization = OrganizationsApi(client).create_organization(OrganizationCreate(name="Life")).id
member = MembersApi(client).put_member(organization, user.id, MemberUpdate(role="OWNER"))
assert member.role == "OWNER", member
key = ApiKeysApi(client).create_api_key(ApiKeyCreate(user=user.id, name="life"))

grant = GrantsApi(client).create_grant("life-grant", organization, GrantCreate(amount="10"))
assert grant.amount == "10", grant

charges = ChargesApi(client)
work = ChargeCreate(organization=organization, amount="2.5", api_key=key.secret, operation="completion",
                    metadata={"tokens": 1024})
charge = charges.create_charge("life-charge", work)
assert charge.amount == "2.5" and charge.balance.available == "7.5", charge
again = charges.create_charge_with_http_info("life-charge", work)
assert again.data == charge and again.headers["Idempotency-Replayed"] == "true", again

holds = HoldsApi(client)
hold = holds.place_hold("life-hold", HoldCreate(organization=organization, amount="4"))
assert hold.balance.available == "3.5" and hold.balance.held == "4", hold
part = holds.capture_hold("life-capture-1", hold.id, HoldCapture(amount="1.25", final=False))
assert part.charge.amount == "1.25", part
rest = holds.capture_hold("life-capture-2", hold.id, HoldCapture(amount="0.75"))
assert rest.charge.amount == "0.75" and rest.state == "captured", rest

refund = charges.refund_charge("life-refund", charge.id, RefundCreate(amount="0.5"))
assert refund.amount == "0.5", refund

page = LedgerApi(client).list_entries(organization)
kinds = [entry.kind.value for entry in page.entries]
assert kinds == ["grant", "charge", "hold", "capture", "capture", "release", "refund"], kinds

verdict = ApiKeysApi(client).verify_api_key(ApiKeyVerify(api_key=key.secret, could_spend="1"))
assert verdict.valid and verdict.user.id == user.id and verdict.balance.available == "6", verdict
refused = ApiKeysApi(client).verify_api_key(ApiKeyVerify(api_key=key.secret, could_spend="1000"))
assert not refused.valid and refused.error.name == "insufficient_credits", refused

try:
    charges.create_charge("life-too-large", ChargeCreate(organization=organization, amount="1000"))
    raise SystemExit("a charge of more than there is was not refused")
except ApiException as error:
    assert error.status == 402 and error.data.name == "insufficient_credits", error

print(organization)

# SPDX-License-Identifier: Apache-2.0
# A whole life by the client that the generator `ruby` makes. Ends with a line that names the organization.
require 'openapi_client'
require 'uri'
include OpenapiClient

def expect(found, wanted)
  raise "#{found.inspect} instead of #{wanted.inspect}" unless found == wanted
end

server = URI(ENV.fetch('FARTHING_URL'))
configuration = Configuration.new
configuration.scheme = server.scheme
configuration.host = "#{server.host}:#{server.port}"
configuration.api_key['Authorization'] = ENV.fetch('FARTHING_KEY')
client = ApiClient.new(configuration)

user = UsersApi.new(client).create_user(UserCreate.new(email: 'life-ruby@example.com'))
organization = OrganizationsApi.new(client).create_organization(OrganizationCreate.new(name: 'Life')).id
member = MembersApi.new(client).put_member(organization, user.id, MemberUpdate.new(role: Role::OWNER))
expect(member.role, 'OWNER')
keys = ApiKeysApi.new(client)
key = keys.create_api_key(ApiKeyCreate.new(user: user.id, name: 'life'))

grant = GrantsApi.new(client).create_grant('life-grant', organization, GrantCreate.new(amount: '10'))
expect(grant.amount, '10')

charges = ChargesApi.new(client)
work = ChargeCreate.new(organization: organization, amount: '2.5', api_key: key.secret,
                        operation: 'completion', metadata: { 'tokens' => 1024 })
charge = charges.create_charge('life-charge', work)
expect(charge.amount, '2.5')
expect(charge.balance.available, '7.5')
again, _status, headers = charges.create_charge_with_http_info('life-charge', work)
expect(again, charge)
expect(headers['Idempotency-Replayed'], 'true')

holds = HoldsApi.new(client)
hold = holds.place_hold('life-hold', HoldCreate.new(organization: organization, amount: '4'))
expect(hold.balance.available, '3.5')
expect(hold.balance.held, '4')
part = holds.capture_hold('life-capture-1', hold.id,
                          hold_capture: HoldCapture.new(amount: '1.25', final: false))
expect(part.charge.amount, '1.25')
rest = holds.capture_hold('life-capture-2', hold.id, hold_capture: HoldCapture.new(amount: '0.75'))
expect(rest.charge.amount, '0.75')
expect(rest.state, 'captured')

refund = charges.refund_charge('life-refund', charge.id, refund_create: RefundCreate.new(amount: '0.5'))
expect(refund.amount, '0.5')

page = LedgerApi.new(client).list_entries(organization)
expect(page.entries.map(&:kind), %w[grant charge hold capture capture release refund])

verdict = keys.verify_api_key(ApiKeyVerify.new(api_key: key.secret, could_spend: '1'))
expect(verdict.valid, true)
expect(verdict.user.id, user.id)
expect(verdict.balance.available, '6')
refused = keys.verify_api_key(ApiKeyVerify.new(api_key: key.secret, could_spend: '1000'))
expect(refused.valid, false)
expect(refused.error.name, 'insufficient_credits')

begin
  charges.create_charge('life-too-large', ChargeCreate.new(organization: organization, amount: '1000'))
  raise 'a charge of more than there is was not refused'
rescue ApiError => e
  expect(e.code, 402)
end

puts organization

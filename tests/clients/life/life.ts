// SPDX-License-Identifier: Apache-2.0
// A whole life by the client that the generator `typescript-fetch` makes. Ends with a line that names the
// organization.
import assert from 'node:assert/strict';
import {
  ApiKeysApi, ChargesApi, Configuration, GrantsApi, HoldsApi, LedgerApi, MembersApi, OrganizationsApi,
  ResponseError, Role, UsersApi,
} from './index';

async function main(): Promise<void> {
  const client = new Configuration({basePath: process.env.FARTHING_URL, apiKey: process.env.FARTHING_KEY});

  const user = await new UsersApi(client).createUser({userCreate: {email: 'life-typescript@example.com'}});
  const {id: organization} =
      await new OrganizationsApi(client).createOrganization({organizationCreate: {name: 'Life'}});
  const member = await new MembersApi(client).putMember(
      {organization, user: user.id, memberUpdate: {role: Role.Owner}});
  assert.equal(member.role, 'OWNER');
  const keys = new ApiKeysApi(client);
  const key = await keys.createApiKey({apiKeyCreate: {user: user.id, name: 'life'}});

  const grant = await new GrantsApi(client).createGrant(
      {idempotencyKey: 'life-grant', organization, grantCreate: {amount: '10'}});
  assert.equal(grant.amount, '10');

  const charges = new ChargesApi(client);
  const work = {
    idempotencyKey: 'life-charge',
    chargeCreate: {
      organization, amount: '2.5', apiKey: key.secret, operation: 'completion', metadata: {tokens: 1024},
    },
  };
  const charge = await charges.createCharge(work);
  assert.equal(charge.amount, '2.5');
  assert.equal(charge.balance.available, '7.5');
  const again = await charges.createChargeRaw(work);
  assert.deepEqual(await again.value(), charge);
  assert.equal(again.raw.headers.get('Idempotency-Replayed'), 'true');

  const holds = new HoldsApi(client);
  const hold = await holds.placeHold(
      {idempotencyKey: 'life-hold', holdCreate: {organization, amount: '4'}});
  assert.equal(hold.balance.available, '3.5');
  assert.equal(hold.balance.held, '4');
  const part = await holds.captureHold(
      {idempotencyKey: 'life-capture-1', hold: hold.id, holdCapture: {amount: '1.25', _final: false}});
  assert.equal(part.charge.amount, '1.25');
  const rest = await holds.captureHold(
      {idempotencyKey: 'life-capture-2', hold: hold.id, holdCapture: {amount: '0.75'}});
  assert.equal(rest.charge.amount, '0.75');
  assert.equal(rest.state, 'captured');

  const refund = await charges.refundCharge(
      {idempotencyKey: 'life-refund', charge: charge.id, refundCreate: {amount: '0.5'}});
  assert.equal(refund.amount, '0.5');

  const page = await new LedgerApi(client).listEntries({organization});
  assert.deepEqual(page.entries.map((entry) => entry.kind),
                   ['grant', 'charge', 'hold', 'capture', 'capture', 'release', 'refund']);

  const verdict = await keys.verifyApiKey({apiKeyVerify: {apiKey: key.secret!, couldSpend: '1'}});
  assert.ok(verdict.valid);
  assert.equal(verdict.user?.id, user.id);
  assert.equal(verdict.balance?.available, '6');
  const refused = await keys.verifyApiKey({apiKeyVerify: {apiKey: key.secret!, couldSpend: '1000'}});
  assert.ok(!refused.valid);
  assert.equal(refused.error?.name, 'insufficient_credits');

  const tooLarge = charges.createCharge(
      {idempotencyKey: 'life-too-large', chargeCreate: {organization, amount: '1000'}});
  await assert.rejects(tooLarge, (error) => error instanceof ResponseError && error.response.status === 402);

  console.log(organization);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

// SPDX-License-Identifier: Apache-2.0
// The models that are written and read by their fields; those of another shape are in files of their
// own.
#include <farthing/audit_models.hpp>
#include <farthing/clock_models.hpp>
#include <farthing/key_models.hpp>
#include <farthing/ledger_models.hpp>
#include <farthing/models.hpp>
#include <farthing/statement_models.hpp>
#include <farthing/story_models.hpp>
#include <farthing/user_models.hpp>

#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {

Result<OrganizationMembership> OrganizationMembership::from_json(std::string_view json) {
  return decode_json<OrganizationMembership>(json);
}
std::string OrganizationMembership::to_json() const { return encode_json(*this); }

Result<AccountResponseBody> AccountResponseBody::from_json(std::string_view json) {
  return decode_json<AccountResponseBody>(json);
}
std::string AccountResponseBody::to_json() const { return encode_json(*this); }

Result<User> User::from_json(std::string_view json) { return decode_json<User>(json); }
std::string User::to_json() const { return encode_json(*this); }

Result<Organization> Organization::from_json(std::string_view json) {
  return decode_json<Organization>(json);
}
std::string Organization::to_json() const { return encode_json(*this); }

Result<Membership> Membership::from_json(std::string_view json) {
  return decode_json<Membership>(json);
}
std::string Membership::to_json() const { return encode_json(*this); }

Result<Member> Member::from_json(std::string_view json) { return decode_json<Member>(json); }
std::string Member::to_json() const { return encode_json(*this); }

Result<ApiKey> ApiKey::from_json(std::string_view json) { return decode_json<ApiKey>(json); }
std::string ApiKey::to_json() const { return encode_json(*this); }

Result<Grant> Grant::from_json(std::string_view json) { return decode_json<Grant>(json); }
std::string Grant::to_json() const { return encode_json(*this); }

Result<VoidedGrant> VoidedGrant::from_json(std::string_view json) {
  return decode_json<VoidedGrant>(json);
}
std::string VoidedGrant::to_json() const { return encode_json(*this); }

Result<OrganizationBalance> OrganizationBalance::from_json(std::string_view json) {
  return decode_json<OrganizationBalance>(json);
}
std::string OrganizationBalance::to_json() const { return encode_json(*this); }

Result<Charge> Charge::from_json(std::string_view json) { return decode_json<Charge>(json); }
std::string Charge::to_json() const { return encode_json(*this); }

Result<Refund> Refund::from_json(std::string_view json) { return decode_json<Refund>(json); }
std::string Refund::to_json() const { return encode_json(*this); }

Result<Hold> Hold::from_json(std::string_view json) { return decode_json<Hold>(json); }
std::string Hold::to_json() const { return encode_json(*this); }

Result<ChangedHold> ChangedHold::from_json(std::string_view json) {
  return decode_json<ChangedHold>(json);
}
std::string ChangedHold::to_json() const { return encode_json(*this); }

Result<CapturedHold> CapturedHold::from_json(std::string_view json) {
  return decode_json<CapturedHold>(json);
}
std::string CapturedHold::to_json() const { return encode_json(*this); }

Result<ChargeStory> ChargeStory::from_json(std::string_view json) {
  return decode_json<ChargeStory>(json);
}
std::string ChargeStory::to_json() const { return encode_json(*this); }

Result<HoldStory> HoldStory::from_json(std::string_view json) {
  return decode_json<HoldStory>(json);
}
std::string HoldStory::to_json() const { return encode_json(*this); }

Result<ChargeExplanation> ChargeExplanation::from_json(std::string_view json) {
  return decode_json<ChargeExplanation>(json);
}
std::string ChargeExplanation::to_json() const { return encode_json(*this); }

Result<Act> Act::from_json(std::string_view json) { return decode_json<Act>(json); }
std::string Act::to_json() const { return encode_json(*this); }

Result<ClockStatus> ClockStatus::from_json(std::string_view json) {
  return decode_json<ClockStatus>(json);
}
std::string ClockStatus::to_json() const { return encode_json(*this); }

Result<SignedStatement> SignedStatement::from_json(std::string_view json) {
  return decode_json<SignedStatement>(json);
}
std::string SignedStatement::to_json() const { return encode_json(*this); }

Result<StatementKey> StatementKey::from_json(std::string_view json) {
  return decode_json<StatementKey>(json);
}
std::string StatementKey::to_json() const { return encode_json(*this); }

Result<Statement> Statement::from_json(std::string_view json) {
  return decode_json<Statement>(json);
}

Result<LeakedKey> LeakedKey::from_json(std::string_view json) {
  return decode_json<LeakedKey>(json);
}
std::string LeakedKey::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
#include <farthing/client.hpp>

#include <utility>

#include "sdk/cpp/src/calls/directory_calls.hpp"
#include "sdk/cpp/src/calls/ledger_calls.hpp"
#include "sdk/cpp/src/calls/server_answer.hpp"
#include "sdk/cpp/src/calls/user_calls.hpp"
#include "sdk/cpp/src/models/models_json.hpp"
#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {
namespace {

template <class T>
Result<T> read(const Session& session, const Result<Call>& call, const CallOptions& options) {
  if (!call) return call.error();
  const auto answer = session.exchange(*call, options);
  if (!answer) return answer.error();
  return read_answer<T>(*answer, decode_json<T>);
}

template <class T>
Result<Page<T>> list(const Session& session, const Result<Call>& call, std::string_view plural,
                     const CallOptions& options) {
  if (!call) return call.error();
  const auto answer = session.exchange(*call, options);
  if (!answer) return answer.error();
  return read_answer<Page<T>>(
      *answer, [plural](std::string_view body) { return decode_page<T>(body, plural); });
}

template <class T>
Result<Receipt<T>> write(const Session& session, const Result<Call>& call,
                         const CallOptions& options) {
  if (!call) return call.error();
  auto answer = session.exchange(*call, options);
  if (!answer) return std::move(answer.error());
  auto model = read_answer<T>(*answer, decode_json<T>);
  if (!model) return std::move(model.error());
  const std::string* replayed = find_header(answer->headers, "idempotency-replayed");
  return Receipt<T>{std::move(*model), replayed && *replayed == "true",
                    std::move(answer->idempotency_key), std::move(answer->request_id)};
}

}  // namespace

Client::Client(Options options) : session_(std::make_shared<const Session>(std::move(options))) {}

Result<AccountResponseBody> Client::account(const CallOptions& options) const {
  return read<AccountResponseBody>(*session_, account_call(), options);
}

Result<BalanceResponseBody> Client::balance(const std::optional<std::string>& organization,
                                            const CallOptions& options) const {
  return read<BalanceResponseBody>(*session_, balance_call(organization), options);
}

Result<Receipt<User>> Client::choose_default_organization(std::string_view organization,
                                                          const CallOptions& options) const {
  return write<User>(*session_, choose_default_organization_call(organization), options);
}

Result<Receipt<User>> Client::disable_user(std::string_view user,
                                           const CallOptions& options) const {
  return write<User>(*session_, disable_user_call(user), options);
}

Result<Receipt<User>> Client::enable_user(std::string_view user, const CallOptions& options) const {
  return write<User>(*session_, enable_user_call(user), options);
}

Result<Receipt<Organization>> Client::disable_organization(std::string_view organization,
                                                           const CallOptions& options) const {
  return write<Organization>(*session_, disable_organization_call(organization), options);
}

Result<Receipt<Organization>> Client::enable_organization(std::string_view organization,
                                                          const CallOptions& options) const {
  return write<Organization>(*session_, enable_organization_call(organization), options);
}

Result<Receipt<Membership>> Client::add_member(const AddMember& request,
                                               const CallOptions& options) const {
  return write<Membership>(*session_, add_member_call(request), options);
}

Result<Receipt<Membership>> Client::remove_member(const RemoveMember& request,
                                                  const CallOptions& options) const {
  return write<Membership>(*session_, remove_member_call(request), options);
}

Result<Receipt<User>> Client::erase_user(std::string_view user, const CallOptions& options) const {
  return write<User>(*session_, erase_user_call(user), options);
}

Result<Receipt<User>> Client::create_user(const CreateUser& request,
                                          const CallOptions& options) const {
  return write<User>(*session_, create_user_call(request), options);
}

Result<User> Client::get_user(std::string_view user, const CallOptions& options) const {
  return read<User>(*session_, get_user_call(user), options);
}

Result<Page<User>> Client::list_users(const PageRequest& request,
                                      const CallOptions& options) const {
  return list<User>(*session_, list_users_call(request), "users", options);
}

Result<Receipt<User>> Client::set_default_organization(const SetDefaultOrganization& request,
                                                       const CallOptions& options) const {
  return write<User>(*session_, set_default_organization_call(request), options);
}

Result<Receipt<Organization>> Client::create_organization(const CreateOrganization& request,
                                                          const CallOptions& options) const {
  return write<Organization>(*session_, create_organization_call(request), options);
}

Result<Receipt<Organization>> Client::change_organization(const ChangeOrganization& request,
                                                          const CallOptions& options) const {
  return write<Organization>(*session_, change_organization_call(request), options);
}

Result<Organization> Client::get_organization(std::string_view organization,
                                              const CallOptions& options) const {
  return read<Organization>(*session_, get_organization_call(organization), options);
}

Result<OrganizationBalance> Client::get_organization_balance(std::string_view organization,
                                                             const CallOptions& options) const {
  return get_organization_balance(GetOrganizationBalance{.organization = std::string(organization)},
                                  options);
}

Result<OrganizationBalance> Client::get_organization_balance(const GetOrganizationBalance& request,
                                                             const CallOptions& options) const {
  return read<OrganizationBalance>(*session_, get_organization_balance_call(request), options);
}

Result<Page<Organization>> Client::list_organizations(const PageRequest& request,
                                                      const CallOptions& options) const {
  return list<Organization>(*session_, list_organizations_call(request), "organizations", options);
}

Result<Receipt<Membership>> Client::put_member(const PutMember& request,
                                               const CallOptions& options) const {
  return write<Membership>(*session_, put_member_call(request), options);
}

Result<Page<Member>> Client::list_members(const ListMembers& request,
                                          const CallOptions& options) const {
  return list<Member>(*session_, list_members_call(request), "members", options);
}

Result<Receipt<ApiKey>> Client::create_api_key(const CreateApiKey& request,
                                               const CallOptions& options) const {
  return write<ApiKey>(*session_, create_api_key_call(request), options);
}

Result<ApiKey> Client::get_api_key(std::string_view api_key, const CallOptions& options) const {
  return read<ApiKey>(*session_, get_api_key_call(api_key), options);
}

Result<Page<ApiKey>> Client::list_api_keys(const ListApiKeys& request,
                                           const CallOptions& options) const {
  return list<ApiKey>(*session_, list_api_keys_call(request), "api_keys", options);
}

Result<Receipt<ApiKey>> Client::change_api_key(const ChangeApiKey& request,
                                               const CallOptions& options) const {
  return write<ApiKey>(*session_, change_api_key_call(request), options);
}

Result<Receipt<ApiKey>> Client::rotate_api_key(const RotateApiKey& request,
                                               const CallOptions& options) const {
  return write<ApiKey>(*session_, rotate_api_key_call(request), options);
}

Result<LeakedKey> Client::revoke_leaked_api_key(const Secret& secret,
                                                const CallOptions& options) const {
  return read<LeakedKey>(*session_, revoke_leaked_api_key_call(secret), options);
}

Result<Receipt<ApiKey>> Client::revoke_api_key(std::string_view api_key,
                                               const CallOptions& options) const {
  return write<ApiKey>(*session_, revoke_api_key_call(api_key), options);
}

Result<KeyVerdict> Client::verify_api_key(const VerifyApiKey& request,
                                          const CallOptions& options) const {
  return read<KeyVerdict>(*session_, verify_api_key_call(request), options);
}

Result<Receipt<Grant>> Client::create_grant(const CreateGrant& request,
                                            const CallOptions& options) const {
  return write<Grant>(*session_, create_grant_call(request), options);
}

Result<Grant> Client::get_grant(std::string_view grant, const CallOptions& options) const {
  return read<Grant>(*session_, get_grant_call(grant), options);
}

Result<Page<Grant>> Client::list_grants(const ListGrants& request,
                                        const CallOptions& options) const {
  return list<Grant>(*session_, list_grants_call(request), "grants", options);
}

Result<LedgerEntry> Client::erase_entry_texts(std::string_view organization, std::int64_t seq,
                                              const CallOptions& options) const {
  return read<LedgerEntry>(*session_, erase_entry_texts_call(organization, seq), options);
}

Result<Receipt<VoidedGrant>> Client::void_grant(const VoidGrant& request,
                                                const CallOptions& options) const {
  return write<VoidedGrant>(*session_, void_grant_call(request), options);
}

Result<Receipt<Charge>> Client::create_charge(const CreateCharge& request,
                                              const CallOptions& options) const {
  return write<Charge>(*session_, create_charge_call(request), options);
}

Result<ChargeStory> Client::get_charge(std::string_view charge, const CallOptions& options) const {
  return read<ChargeStory>(*session_, get_charge_call(charge), options);
}

Result<ChargeExplanation> Client::explain_charge(std::string_view charge,
                                                 const CallOptions& options) const {
  return read<ChargeExplanation>(*session_, explain_charge_call(charge), options);
}

Result<Page<Charge>> Client::list_charges(const ListCharges& request,
                                          const CallOptions& options) const {
  return list<Charge>(*session_, list_charges_call(request), "charges", options);
}

Result<ChargeResults> Client::create_charges(const std::vector<KeyedCharge>& charges,
                                             const CallOptions& options) const {
  const auto call = create_charges_call(charges);
  if (!call) return call.error();
  const auto answer = session_->exchange(*call, options);
  if (!answer) return answer.error();
  return read_charge_results(*answer, charges);
}

Result<Receipt<Refund>> Client::refund_charge(const RefundCharge& request,
                                              const CallOptions& options) const {
  return write<Refund>(*session_, refund_charge_call(request), options);
}

Result<Receipt<ChangedHold>> Client::place_hold(const PlaceHold& request,
                                                const CallOptions& options) const {
  return write<ChangedHold>(*session_, place_hold_call(request), options);
}

Result<HoldStory> Client::get_hold(std::string_view hold, const CallOptions& options) const {
  return read<HoldStory>(*session_, get_hold_call(hold), options);
}

Result<Receipt<CapturedHold>> Client::capture_hold(const CaptureHold& request,
                                                   const CallOptions& options) const {
  return write<CapturedHold>(*session_, capture_hold_call(request), options);
}

Result<Receipt<ChangedHold>> Client::extend_hold(const ExtendHold& request,
                                                 const CallOptions& options) const {
  return write<ChangedHold>(*session_, extend_hold_call(request), options);
}

Result<Receipt<ChangedHold>> Client::release_hold(const ReleaseHold& request,
                                                  const CallOptions& options) const {
  return write<ChangedHold>(*session_, release_hold_call(request), options);
}

Result<Page<LedgerEntry>> Client::list_entries(const ListEntries& request,
                                               const CallOptions& options) const {
  return list<LedgerEntry>(*session_, list_entries_call(request, AnswerType::json), "entries",
                           options);
}

Result<CsvPage> Client::list_entries_csv(const ListEntries& request,
                                         const CallOptions& options) const {
  const auto call = list_entries_call(request, AnswerType::csv);
  if (!call) return call.error();
  auto answer = session_->exchange(*call, options);
  if (!answer) return std::move(answer.error());
  if (auto failure = answer_failure(*answer, AnswerType::csv)) return std::move(*failure);
  CsvPage page{.text = std::move(answer->body)};
  if (const std::string* next = find_header(answer->headers, "next-cursor")) page.next = *next;
  return page;
}

Result<Page<Act>> Client::list_audit_log(const ListAuditLog& request,
                                         const CallOptions& options) const {
  return list<Act>(*session_, list_audit_log_call(request), "acts", options);
}

Result<ClockStatus> Client::get_clock(const CallOptions& options) const {
  return read<ClockStatus>(*session_, get_clock_call(), options);
}

Result<ClockStatus> Client::confirm_clock(const CallOptions& options) const {
  return read<ClockStatus>(*session_, confirm_clock_call(), options);
}

Result<Outcome> Client::get_outcome(std::string_view organization, std::string_view idempotency_key,
                                    const CallOptions& options) const {
  return read<Outcome>(*session_, get_outcome_call(organization, idempotency_key), options);
}

Result<SignedStatement> Client::get_statement(const GetStatement& request,
                                              const CallOptions& options) const {
  return read<SignedStatement>(*session_, get_statement_call(request), options);
}

Result<StatementKey> Client::get_statement_key(const CallOptions& options) const {
  return read<StatementKey>(*session_, get_statement_key_call(), options);
}

}  // namespace farthing::sdk

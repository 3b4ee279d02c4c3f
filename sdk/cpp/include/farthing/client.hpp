// SPDX-License-Identifier: Apache-2.0
// A client of the whole API: the two calls of every API key, and the /v1 calls of operators and
// services. Copies are cheap and share one pool of connections. All calls are const, block, and are
// safe from many threads at once. Constructing does no I/O and cannot fail; the first call reports
// what is wrong with the options. All but `account` and `balance` need a Farthing server: at the
// vendor's, which is the default, they fail with `usage` for `base_url` and send nothing. Requests
// that write carry an idempotency key, the caller's or one made by the SDK, and are therefore
// carried out once however often they are retried.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/audit_models.hpp>
#include <farthing/clock_models.hpp>
#include <farthing/entry_models.hpp>
#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/key_models.hpp>
#include <farthing/ledger_models.hpp>
#include <farthing/models.hpp>
#include <farthing/options.hpp>
#include <farthing/requests.hpp>
#include <farthing/statement_models.hpp>
#include <farthing/story_models.hpp>
#include <farthing/user_models.hpp>

namespace farthing::sdk {

class Session;

// The results of a batch, one for each charge and in order; each is what `create_charge` would have
// returned.
using ChargeResults = std::vector<Result<Receipt<Charge>>>;

class FARTHING_API Client {
 public:
  explicit Client(Options options = {});

  // Calls that every key may make. No `organization`, or an empty one, means the user's default.
  Result<AccountResponseBody> account(const CallOptions& options = {}) const;
  Result<BalanceResponseBody> balance(const std::optional<std::string>& organization = {},
                                      const CallOptions& options = {}) const;

  // Makes one of the organizations of the key's user that user's default. Scope `user`.
  Result<Receipt<User>> choose_default_organization(std::string_view organization,
                                                    const CallOptions& options = {}) const;

  // Users. Scope `admin`.
  Result<Receipt<User>> create_user(const CreateUser& request,
                                    const CallOptions& options = {}) const;
  Result<User> get_user(std::string_view user, const CallOptions& options = {}) const;
  Result<Page<User>> list_users(const PageRequest& request = {},
                                const CallOptions& options = {}) const;
  // Returns the user after the change.
  Result<Receipt<User>> set_default_organization(const SetDefaultOrganization& request,
                                                 const CallOptions& options = {}) const;

  // Makes the server refuse every key of the user from now on, or accept them again. Deletes
  // nothing.
  Result<Receipt<User>> disable_user(std::string_view user, const CallOptions& options = {}) const;
  Result<Receipt<User>> enable_user(std::string_view user, const CallOptions& options = {}) const;
  // Erases what is known of the person, disables the user for good, and ends the user's keys. It
  // cannot be taken back.
  Result<Receipt<User>> erase_user(std::string_view user, const CallOptions& options = {}) const;

  // Organizations and their members. Scope `admin`, or `user` as far as the role of the key's user
  // in the organization allows: docs/reference/permissions.md.
  Result<Receipt<Organization>> create_organization(const CreateOrganization& request,
                                                    const CallOptions& options = {}) const;
  // Renames an organization, sets its overdraft limit, or both.
  Result<Receipt<Organization>> change_organization(const ChangeOrganization& request,
                                                    const CallOptions& options = {}) const;
  Result<Organization> get_organization(std::string_view organization,
                                        const CallOptions& options = {}) const;
  // Returns what the organization has left, grant by grant, and how long that lasts.
  Result<OrganizationBalance> get_organization_balance(std::string_view organization,
                                                       const CallOptions& options = {}) const;
  // Returns the balance at an instant in the past.
  Result<OrganizationBalance> get_organization_balance(const GetOrganizationBalance& request,
                                                       const CallOptions& options = {}) const;
  Result<Page<Organization>> list_organizations(const PageRequest& request = {},
                                                const CallOptions& options = {}) const;
  // Stops new spending of the organization from now on, or allows it again. Deletes nothing.
  Result<Receipt<Organization>> disable_organization(std::string_view organization,
                                                     const CallOptions& options = {}) const;
  Result<Receipt<Organization>> enable_organization(std::string_view organization,
                                                    const CallOptions& options = {}) const;
  Result<Receipt<Membership>> add_member(const AddMember& request,
                                         const CallOptions& options = {}) const;
  // Returns the membership as it was. Every member may remove themselves; the last owner stays.
  Result<Receipt<Membership>> remove_member(const RemoveMember& request,
                                            const CallOptions& options = {}) const;
  Result<Receipt<Membership>> put_member(const PutMember& request,
                                         const CallOptions& options = {}) const;
  Result<Page<Member>> list_members(const ListMembers& request,
                                    const CallOptions& options = {}) const;

  // API keys: with the scope `user` those of one's own user, with `admin` all. Only the answers to
  // `create_api_key` and `rotate_api_key` hold a secret, and no later answer shows it again: keep
  // it before anything else.
  Result<Receipt<ApiKey>> create_api_key(const CreateApiKey& request,
                                         const CallOptions& options = {}) const;
  Result<ApiKey> get_api_key(std::string_view api_key, const CallOptions& options = {}) const;
  Result<Page<ApiKey>> list_api_keys(const ListApiKeys& request = {},
                                     const CallOptions& options = {}) const;
  Result<Receipt<ApiKey>> change_api_key(const ChangeApiKey& request,
                                         const CallOptions& options = {}) const;
  // Gives the key a new secret, under the same id.
  Result<Receipt<ApiKey>> rotate_api_key(const RotateApiKey& request,
                                         const CallOptions& options = {}) const;
  // Stops the key at once, and for good.
  Result<Receipt<ApiKey>> revoke_api_key(std::string_view api_key,
                                         const CallOptions& options = {}) const;
  // Revokes a secret that has come into the wrong hands. Anyone who holds it may call this: no API
  // key is sent, and the client needs none.
  Result<LeakedKey> revoke_leaked_api_key(const Secret& secret,
                                          const CallOptions& options = {}) const;

  // Returns whether a caller's key is good for something, and whom it speaks for. Scope `service`. A
  // key that is not good is an answer, not a failure of the call. The call counts as a use of the
  // caller's key.
  Result<KeyVerdict> verify_api_key(const VerifyApiKey& request,
                                    const CallOptions& options = {}) const;

  // Grants. Scope `admin`.
  Result<Receipt<Grant>> create_grant(const CreateGrant& request,
                                      const CallOptions& options = {}) const;
  Result<Grant> get_grant(std::string_view grant, const CallOptions& options = {}) const;
  Result<Page<Grant>> list_grants(const ListGrants& request, const CallOptions& options = {}) const;
  // Takes back what is neither spent nor held. Held credits are taken back when they are released.
  Result<Receipt<VoidedGrant>> void_grant(const VoidGrant& request,
                                          const CallOptions& options = {}) const;

  // Charges. Scope `service`. When credits do not suffice, the error is named `insufficient_credits`;
  // insufficient_credits.hpp reads its details.
  Result<Receipt<Charge>> create_charge(const CreateCharge& request,
                                        const CallOptions& options = {}) const;
  Result<ChargeStory> get_charge(std::string_view charge, const CallOptions& options = {}) const;
  Result<ChargeExplanation> explain_charge(std::string_view charge,
                                           const CallOptions& options = {}) const;
  Result<Page<Charge>> list_charges(const ListCharges& request,
                                    const CallOptions& options = {}) const;

  // Makes 1 to 1000 charges of any organizations in one request. Each charge is carried out or
  // refused by itself, under its own idempotency key; `create_charge` with that key returns the
  // same charge. The request as a whole is retried like any other; a charge whose own result is a
  // failure is not. `options` must not name an idempotency key.
  Result<ChargeResults> create_charges(const std::vector<KeyedCharge>& charges,
                                       const CallOptions& options = {}) const;
  // Gives credits of a charge or a capture back to the grants that paid.
  Result<Receipt<Refund>> refund_charge(const RefundCharge& request,
                                        const CallOptions& options = {}) const;

  // Holds are credits set aside for a job that is not done. Scope `service`. The guard of
  // hold_guard.hpp releases them by itself.
  Result<Receipt<ChangedHold>> place_hold(const PlaceHold& request,
                                          const CallOptions& options = {}) const;
  Result<HoldStory> get_hold(std::string_view hold, const CallOptions& options = {}) const;
  // Charges what the job cost to the hold.
  Result<Receipt<CapturedHold>> capture_hold(const CaptureHold& request,
                                             const CallOptions& options = {}) const;
  Result<Receipt<ChangedHold>> extend_hold(const ExtendHold& request,
                                           const CallOptions& options = {}) const;
  // Releases what is still held.
  Result<Receipt<ChangedHold>> release_hold(const ReleaseHold& request,
                                            const CallOptions& options = {}) const;

  // Lists the ledger of an organization in the order in which it was written. Scope `admin`.
  Result<Page<LedgerEntry>> list_entries(const ListEntries& request,
                                         const CallOptions& options = {}) const;
  // Returns the same page as CSV, as the server writes it.
  Result<CsvPage> list_entries_csv(const ListEntries& request,
                                   const CallOptions& options = {}) const;
  // Erases the metadata, the reason and the payment reference of an entry for good, and returns the
  // entry as it is then. `seq` is its number in the ledger. Scope `admin`.
  Result<LedgerEntry> erase_entry_texts(std::string_view organization, std::int64_t seq,
                                        const CallOptions& options = {}) const;
  // Lists, in order, who changed what, from where, and what it was before. Scope `admin`.
  Result<Page<Act>> list_audit_log(const ListAuditLog& request = {},
                                   const CallOptions& options = {}) const;
  // Returns the time of the ledger and whether the server trusts its clock. Scope `admin`.
  Result<ClockStatus> get_clock(const CallOptions& options = {}) const;
  // Makes the server trust its clock as it is now, if it does not. Scope `admin`.
  Result<ClockStatus> confirm_clock(const CallOptions& options = {}) const;
  // Returns what became of the movement of credits with this idempotency key. The error `not_found`
  // says that nothing was booked under the key: the request did not arrive or was refused.
  Result<Outcome> get_outcome(std::string_view organization, std::string_view idempotency_key,
                              const CallOptions& options = {}) const;

  // Returns the signed ends of a ledger; `list_entries` for the same period lists the entries
  // between them. Scope `admin`. Every key may ask for the public key.
  Result<SignedStatement> get_statement(const GetStatement& request,
                                        const CallOptions& options = {}) const;
  Result<StatementKey> get_statement_key(const CallOptions& options = {}) const;

 private:
  std::shared_ptr<const Session> session_;
};

}  // namespace farthing::sdk

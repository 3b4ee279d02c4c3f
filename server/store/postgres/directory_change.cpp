// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/directory_change.hpp"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/directory/bounds.hpp"
#include "server/directory/email.hpp"
#include "server/directory/rules.hpp"
#include "server/store/postgres/audit_log.hpp"
#include "server/store/postgres/directory_reads.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/stored_values.hpp"

namespace farthing::store::postgres {
namespace {

// Returns the part of the directory that the rules look at for an action.
struct ToPart {
  DirectoryPart operator()(const directory::CreateUser& action) const {
    DirectoryPart part{.users = {action.user.id}};
    if (action.user.email) part.emails = directory::spellings_of_email(*action.user.email);
    return part;
  }
  DirectoryPart operator()(const directory::CreateOrganization& action) const {
    return {.organizations = {action.organization.id}};
  }
  DirectoryPart operator()(const directory::RenameOrganization& action) const {
    return {.organizations = {action.organization}};
  }
  DirectoryPart operator()(const directory::PutMembership& action) const {
    const OrganizationId organization = action.membership.organization;
    return {.users = {action.membership.user},
            .organizations = {organization},
            .owners_of = {organization}};
  }
  DirectoryPart operator()(const directory::AddMembership& action) const {
    DirectoryPart part{.organizations = {action.organization}};
    if (action.user) {
      part.users = {*action.user};
    } else {
      part.emails = directory::spellings_of_email(action.email);
    }
    return part;
  }
  DirectoryPart operator()(const directory::RemoveMembership& action) const {
    return {.users = {action.user},
            .organizations = {action.organization},
            .owners_of = {action.organization}};
  }
  DirectoryPart operator()(const directory::SetUserStanding& action) const {
    return {.users = {action.user}};
  }
  DirectoryPart operator()(const directory::SetOrganizationStanding& action) const {
    return {.organizations = {action.organization}};
  }
  DirectoryPart operator()(const directory::SetDefaultOrganization& action) const {
    return {.users = {action.user}, .organizations = {action.organization}};
  }
  DirectoryPart operator()(const directory::CreateApiKey& action) const {
    return {.users = {action.key.user},
            .api_keys = {action.key.id},
            .digests = {action.key.secret_digest}};
  }
  DirectoryPart operator()(const directory::ChangeApiKey& action) const {
    return {.api_keys = {action.key}};
  }
  DirectoryPart operator()(const directory::RotateApiKey& action) const {
    return {.api_keys = {action.key}, .digests = {action.secret_digest}};
  }
  DirectoryPart operator()(const directory::RevokeApiKey& action) const {
    return {.api_keys = {action.key}};
  }
  DirectoryPart operator()(const directory::RevokeSecret& action) const {
    return {.digests = {action.secret_digest}};
  }
  DirectoryPart operator()(const directory::NoteFirstUse& action) const {
    return {.digests = {action.secret_digest}};
  }
  DirectoryPart operator()(const directory::EraseUser& action) const {
    return {.users = {action.user}};
  }
  DirectoryPart operator()(const directory::ConfirmClock& /*action*/) const { return {}; }
  DirectoryPart operator()(const directory::EraseTexts& action) const {
    return {.organizations = {action.of.organization}};
  }
};

// Returns the call that loads what only the rules about bounds look at.
struct ToBounds {
  std::optional<Call> operator()(const directory::CreateApiKey& action) const {
    if (!action.max_live_keys) return {};
    return load_live_keys_call(action.key.user, {}, *action.max_live_keys);
  }
  std::optional<Call> operator()(const directory::SetUserStanding& action) const {
    if (action.standing == directory::Standing::enabled) return {};
    return load_admin_keys_call(action.user);
  }
  std::optional<Call> operator()(const directory::EraseUser& action) const {
    return load_admin_keys_call(action.user);
  }
  std::optional<Call> operator()(const directory::RevokeApiKey& /*action*/) const {
    return load_admin_keys_call({});
  }
  std::optional<Call> operator()(const directory::RevokeSecret& /*action*/) const {
    return load_admin_keys_call({});
  }
  std::optional<Call> operator()(const auto& /*action*/) const { return {}; }
};

// Appends the calls for the bounds. An erasure ends all keys of the user. A change of a key may make
// it live again, or end the last admin key.
void append_bounds(const directory::DirectoryAction& action, std::vector<Call>& calls) {
  if (auto call = std::visit(ToBounds{}, action)) calls.push_back(*std::move(call));
  if (const auto* erasure = std::get_if<directory::EraseUser>(&action)) {
    calls.push_back(
        load_live_keys_call(erasure->user, {}, std::numeric_limits<std::uint32_t>::max()));
  }
  const auto* change = std::get_if<directory::ChangeApiKey>(&action);
  if (change == nullptr) return;
  if (change->change.expires_at && change->max_live_keys) {
    calls.push_back(load_live_keys_call({}, change->key, *change->max_live_keys));
  }
  if (change->change.expires_at || change->change.scopes) {
    calls.push_back(load_admin_keys_call({}));
  }
}

std::string encoded(const directory::DirectoryRecord& record) {
  std::string bytes;
  append_encoded(record, bytes);
  return bytes;
}

// Appends the statements that store a record.
struct ToCalls {
  std::vector<Call>& calls;

  void operator()(const directory::User& user) const {
    Parameters parameters;
    parameters.add(user.id.value);
    if (user.email) {
      parameters.add(directory::fold_email(*user.email));
    } else {
      parameters.add_null();
    }
    parameters.add(encoded(user)).add(std::int64_t{user.disabled_at ? 1 : 0});
    calls.push_back({kPutUser, std::move(parameters)});
  }
  void operator()(const directory::Organization& organization) const {
    Parameters parameters;
    parameters.add(organization.id.value).add(encoded(organization));
    calls.push_back({kPutOrganization, std::move(parameters)});
    ledger::OrganizationState state;
    state.organization = organization.id;
    std::string bytes;
    ledger::append_encoded(state, bytes);
    Parameters ledger;
    ledger.add(organization.id.value).add(bytes);
    calls.push_back({kMakeLedger, std::move(ledger)});
    Parameters standing;
    standing.add(organization.id.value).add(std::int64_t{organization.disabled_at ? 1 : 0});
    calls.push_back({kPutStanding, std::move(standing)});
  }
  void operator()(const directory::Membership& membership) const {
    Parameters parameters;
    parameters.add(membership.organization.value)
        .add(membership.user.value)
        .add(static_cast<std::int64_t>(membership.role))
        .add(encoded(membership));
    calls.push_back({kPutMembership, std::move(parameters)});
  }
  void operator()(const directory::MembershipEnd& membership) const {
    Parameters parameters;
    parameters.add(membership.organization.value).add(membership.user.value);
    calls.push_back({kRemoveMembership, std::move(parameters)});
  }
  void operator()(const directory::ApiKey& key) const {
    Parameters parameters;
    parameters.add(key.id.value)
        .add(key.user.value)
        .add(as_bytes(key.secret_digest))
        .add(encoded(key));
    if (key.previous_secret) {
      parameters.add(as_bytes(key.previous_secret->digest));
    } else {
      parameters.add_null();
    }
    if (key.revoked_at) {
      parameters.add_null();
    } else {
      parameters.add(key.valid_until().us());
    }
    parameters.add(std::int64_t{directory::manages_as_admin(key) ? 1 : 0});
    calls.push_back({kPutApiKey, std::move(parameters)});
  }
  void operator()(const directory::KeyUse& use) const {
    calls.push_back(note_key_uses_call({use}));
  }
  void operator()(const directory::DirectoryReceipt& receipt) const {
    Parameters parameters;
    parameters.add(receipt.actor.value).add(receipt.idempotency_key).add(encoded(receipt));
    calls.push_back({kPutReceipt, std::move(parameters)});
  }
};

// Returns whether the outcome has a record of the kind that the action leads to. The outcome of a
// replay comes from a receipt, which may be damaged.
struct IsAnsweredBy {
  const directory::DirectoryOutcome& outcome;

  template <class Record>
  bool has() const {
    return std::holds_alternative<Record>(outcome.record);
  }
  bool operator()(const directory::CreateUser& /*action*/) const { return has<directory::User>(); }
  bool operator()(const directory::SetUserStanding& /*action*/) const {
    return has<directory::User>();
  }
  bool operator()(const directory::SetDefaultOrganization& /*action*/) const {
    return has<directory::User>();
  }
  bool operator()(const directory::EraseUser& /*action*/) const { return has<directory::User>(); }
  bool operator()(const directory::CreateOrganization& /*action*/) const {
    return has<directory::Organization>();
  }
  bool operator()(const directory::RenameOrganization& /*action*/) const {
    return has<directory::Organization>();
  }
  bool operator()(const directory::SetOrganizationStanding& /*action*/) const {
    return has<directory::Organization>();
  }
  bool operator()(const directory::PutMembership& /*action*/) const {
    return has<directory::Member>();
  }
  bool operator()(const directory::AddMembership& /*action*/) const {
    return has<directory::Member>();
  }
  bool operator()(const directory::RemoveMembership& /*action*/) const {
    return has<directory::Member>();
  }
  bool operator()(const directory::CreateApiKey& /*action*/) const {
    return has<directory::ApiKey>();
  }
  bool operator()(const directory::ChangeApiKey& /*action*/) const {
    return has<directory::ApiKey>();
  }
  bool operator()(const directory::RotateApiKey& /*action*/) const {
    return has<directory::ApiKey>();
  }
  bool operator()(const directory::RevokeApiKey& /*action*/) const {
    return has<directory::ApiKey>();
  }
  bool operator()(const directory::RevokeSecret& /*action*/) const {
    return has<directory::ApiKey>();
  }
  bool operator()(const auto& /*action*/) const { return true; }
};

Call receipt_call(const directory::DirectoryOrigin& origin) {
  Parameters parameters;
  parameters.add(origin.actor.value).add(origin.idempotency_key);
  return {kReadReceipt, std::move(parameters)};
}

Call read_audit_record_call(std::uint64_t number) {
  Parameters parameters;
  parameters.add(static_cast<std::int64_t>(number)).add(std::int64_t{1});
  return {kReadAuditLog, std::move(parameters)};
}

}  // namespace

std::optional<OrganizationId> find_ledger_of(const directory::DirectoryAction& action) {
  if (const auto* made = std::get_if<directory::CreateOrganization>(&action)) {
    return made->organization.id;
  }
  if (const auto* renamed = std::get_if<directory::RenameOrganization>(&action)) {
    return renamed->organization;
  }
  if (const auto* changed = std::get_if<directory::SetOrganizationStanding>(&action)) {
    return changed->organization;
  }
  if (const auto* erasure = std::get_if<directory::EraseTexts>(&action)) {
    return erasure->of.organization;
  }
  return {};
}

void append_puts(const directory::DirectoryRecord& record, std::vector<Call>& calls) {
  std::visit(ToCalls{calls}, record);
}

Checked<Result<directory::DirectoryOutcome>> DirectoryChange::attempt() {
  DirectoryPart part = std::visit(ToPart{}, command_.action);
  const auto& credential = command_.origin.act.credential;
  if (credential) part.digests.push_back(credential->secret_digest);
  std::vector<Call> reads = {Call{kBegin}, Call{kLockDirectory}, load_directory_call(part),
                             receipt_call(command_.origin), Call{kClock}};
  const std::size_t first_bound = reads.size();
  append_bounds(command_.action, reads);
  const std::size_t end_of_bounds = reads.size();
  if (attempted_) reads.push_back(read_audit_record_call(attempted_->record.number));
  auto read = session_.run(reads);
  if (!read) return std::move(read).error();
  if (attempted_ && is_there(read->back())) {
    // The change is not decided again: it may have taken away the rights that it was decided by.
    auto committed = commit();
    if (!committed) return std::move(committed).error();
    return Result<directory::DirectoryOutcome>(std::move(attempted_->outcome));
  }
  if ((*read)[1].is_empty()) return concerning_all(damaged("directory_change has no row"));
  auto loaded = make_directory((*read)[2]);
  if (!loaded) return std::move(loaded).error();
  auto directory = *std::move(loaded);
  for (std::size_t at = first_bound; at < end_of_bounds; ++at) {
    auto added = add_to_directory((*read)[at], *directory);
    if (!added) return std::move(added).error();
  }
  const Rows& receipts = (*read)[3];
  const Instant now = clock_.observe((*read)[4].instant(0, 0)).at;
  if (!receipts.is_empty()) {
    const auto found = read_directory_record_as<directory::DirectoryReceipt>(
        receipts.bytes(0, 0), "directory_receipt of actor", command_.origin.actor.value);
    if (!found) return found.error();
    const directory::DirectoryReceipt& receipt = *found;
    const auto* key = receipt.record ? std::get_if<directory::ApiKey>(&*receipt.record) : nullptr;
    if (key != nullptr) {
      // A repeated creation or rotation changes the key of the first answer.
      part.api_keys.push_back(key->id);
      auto again = load_directory(session_, part);
      if (!again) return std::move(again).error();
      directory = *std::move(again);
      if (directory->find_api_key(key->id) == nullptr) {
        return damaged("directory_api_key " + key->id.to_string() + " is missing");
      }
    }
    directory->apply(receipt);
  }
  auto decision = decide(*directory, command_, now);
  if (!decision) {
    session_.abandon_transaction();
    return Result<directory::DirectoryOutcome>(std::move(decision).error());
  }
  if (!std::visit(IsAnsweredBy{decision->outcome}, command_.action)) {
    return damaged("a directory_receipt has the answer to something else");
  }
  const bool changes = !decision->records.empty() || decision->confirmed_time || decision->erasure;
  if (!changes && !is_in_doubt_) {
    session_.abandon_transaction();
    return Result<directory::DirectoryOutcome>(std::move(decision->outcome));
  }
  // A change that an earlier attempt of ours has made is no replay. This COMMIT waits for that
  // one's, too.
  if (is_in_doubt_) decision->outcome.is_replayed = false;
  auto written = write(*decision, now);
  if (!written) return std::move(written).error();
  auto committed = commit();
  if (!committed) return std::move(committed).error();
  if (decision->confirmed_time) clock_.raise_mark(*decision->confirmed_time);
  return Result<directory::DirectoryOutcome>(std::move(decision->outcome));
}

bool DirectoryChange::is_there(const Rows& rows) const {
  if (rows.is_empty()) return false;
  const auto record = directory::decode_audit_record(rows.bytes(0, 0));
  return record && record->hash == attempted_->record.hash;
}

Checked<Done> DirectoryChange::write(directory::DirectoryDecision& decision, Instant now) {
  std::vector<Call> writes;
  for (const directory::DirectoryRecord& record : decision.records) append_puts(record, writes);
  if (decision.erasure) {
    auto erased = std::visit(
        [&](const auto& erasure) { return append_erasure(erasure, decision.act, writes); },
        *decision.erasure);
    if (!erased) return erased;
  }
  if (decision.confirmed_time) {
    Parameters believed;
    believed.add(decision.confirmed_time->us()).add(std::int64_t{0});
    writes.push_back({kKeepStoreClock, std::move(believed)});
  }
  if (decision.act) writes.push_back({kLockAuditHead});
  if (writes.empty()) {
    attempted_.reset();
    return Done{};
  }
  auto written = session_.run(writes);
  if (!written) return std::move(written).error();
  attempted_.reset();
  if (!decision.act) return Done{};
  const directory::DirectoryOrigin& origin = command_.origin;
  const auto head = read_audit_head(written->back());
  if (!head) return head.error();
  directory::AuditRecord record =
      directory::make_audit_record(*head, now, origin.actor, origin.act, *std::move(decision.act));
  std::vector<Call> calls;
  append_audit_record(record, calls);
  auto noted = session_.run(calls);
  if (!noted) return std::move(noted).error();
  attempted_ = Attempted{.record = directory::head_after(record), .outcome = decision.outcome};
  return Done{};
}

// Nothing is locked for it: an entry is changed in no other way.
Checked<Done> DirectoryChange::append_erasure(const directory::EntryTexts& texts,
                                              std::optional<directory::Act>& act,
                                              std::vector<Call>& writes) {
  const auto seq = static_cast<std::int64_t>(texts.seq);
  Parameters place;
  place.add(texts.organization.value).add(seq).add(std::int64_t{1});
  auto read = session_.run({Call{kReadEntries, std::move(place)}});
  if (!read) return std::move(read).error();
  const Rows& rows = read->front();
  if (rows.is_empty()) return damaged("an entry that is to be erased is missing");
  auto entry = ledger::decode_entry(rows.bytes(0, 0));
  if (!entry || entry->seq != texts.seq)
    return damaged("an entry that is to be erased cannot be read");
  if (!ledger::erase_texts(*entry)) {
    // Another request has erased them since this one began. That was told.
    act.reset();
    return Done{};
  }
  std::string stored;
  ledger::append_encoded(*entry, ledger::canonical_bytes(*entry), stored);
  Parameters parameters;
  parameters.add(texts.organization.value).add(seq).add(stored);
  writes.push_back({kReplaceEntry, std::move(parameters)});
  return Done{};
}

Checked<Done> DirectoryChange::append_erasure(UserId person, std::optional<directory::Act>& /*act*/,
                                              std::vector<Call>& calls) {
  Parameters named;
  named.add(std::string_view(person.to_string()));
  Parameters referred;
  referred.add(person.value.as_bytes());
  const auto found = session_.run(
      {Call{kFindAuditRecordsOf, std::move(named)}, Call{kFindReceiptsOf, std::move(referred)}});
  if (!found) return found.error();
  const Rows& records = found->front();
  for (std::size_t row = 0; row < records.size(); ++row) {
    auto record = directory::decode_audit_record(records.bytes(row, 0));
    if (!record) {
      return damaged("audit_record " + std::to_string(records.number(row, 1)) + " cannot be read");
    }
    if (!tells_of_person(*record, person) || !erase_texts(*record)) continue;
    std::string bytes;
    append_encoded(*record, bytes);
    Parameters parameters;
    parameters.add(records.number(row, 1)).add(std::string_view(bytes));
    calls.push_back({kRewriteAuditRecord, std::move(parameters)});
  }
  const Rows& receipts = found->back();
  for (std::size_t row = 0; row < receipts.size(); ++row) {
    const auto receipt = read_directory_record_as<directory::DirectoryReceipt>(
        receipts.bytes(row, 0), "directory_receipt of actor", receipts.id(row, 1));
    if (!receipt) return receipt.error();
    if (auto without = without_person(*receipt, person)) append_puts(*without, calls);
  }
  return Done{};
}

Checked<Done> DirectoryChange::commit() {
  (void)session_.take_warning();
  auto committed = session_.run({Call{kCommit}});
  if (committed && !session_.take_warning()) {
    session_.report_written(Work::acts);
    return Done{};
  }
  is_in_doubt_ = true;
  if (!committed) return std::move(committed).error();
  return DatabaseError{.failure = Failure::lost, .message = "the COMMIT came with a warning"};
}

}  // namespace farthing::store::postgres

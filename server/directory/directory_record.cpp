// SPDX-License-Identifier: Apache-2.0
#include "server/directory/directory_record.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "base/bytes.hpp"

namespace farthing::directory {
namespace {

// Stored: the first byte of every record. The first format had no standing in users and
// organizations. Before the third each user had an email, and no record an extension.
constexpr std::uint8_t kRecordFormat = 3;
constexpr std::uint8_t kFirstFormat = 1;
constexpr std::uint8_t kExtensibleFormat = 3;

// Stored: never renumber. A member stands only inside a receipt.
enum class Kind : std::uint8_t {
  user = 1,
  organization = 2,
  membership = 3,
  api_key = 4,
  receipt = 5,
  member = 6,
  membership_end = 7,
  key_use = 10,
  // `api_key` is an API key from before it had limits, `limited_api_key` from before it had spend
  // caps, `capped_api_key` from before it knew whether its secret was used; `receipt` is a receipt
  // from before it knew its time. These are read, and written no more.
  limited_api_key = 11,
  capped_api_key = 12,
  noted_api_key = 13,
  timed_receipt = 14,
  erased_receipt = 15,  // stands in place of a receipt that told of a person
};

std::string_view view_of(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Writes the fields of records; `Fields` of the reader below reads them in the same order.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : writer_(out) {}

  void byte(std::uint8_t value) { writer_.fixed(value); }
  void id(const Id128& value) { writer_.raw(value.as_bytes()); }
  void text(std::string_view value) { writer_.text(value); }
  void raw(std::string_view value) { writer_.raw(value); }
  void number(std::uint32_t value) { writer_.fixed(value); }
  void instant(Instant value) { writer_.fixed(value.us()); }
  void amount(Credits value) { writer_.fixed(value.nano()); }
  template <class T, class Write>
  void optional(const std::optional<T>& value, Write write) {
    byte(value ? 1 : 0);
    if (value) write(*value);
  }

 private:
  ByteWriter writer_;
};

void write_fields(const User& user, FieldWriter& to) {
  to.id(user.id.value);
  to.optional(user.email, [&](const std::string& email) { to.text(email); });
  to.optional(user.name, [&](const std::string& name) { to.text(name); });
  to.optional(user.profile_picture, [&](const std::string& uri) { to.text(uri); });
  to.optional(user.default_organization, [&](OrganizationId id) { to.id(id.value); });
  to.instant(user.created_at);
  to.optional(user.disabled_at, [&](Instant at) { to.instant(at); });
  to.optional(user.erased_at, [&](Instant at) { to.instant(at); });
  to.text(user.extension);
}

void write_fields(const Organization& organization, FieldWriter& to) {
  to.id(organization.id.value);
  to.text(organization.name);
  to.instant(organization.created_at);
  to.optional(organization.disabled_at, [&](Instant at) { to.instant(at); });
  to.text(organization.extension);
}

void write_fields(const Membership& membership, FieldWriter& to) {
  to.id(membership.organization.value);
  to.id(membership.user.value);
  to.byte(static_cast<std::uint8_t>(membership.role));
}

void write_fields(const MembershipEnd& membership, FieldWriter& to) {
  to.id(membership.organization.value);
  to.id(membership.user.value);
}

void write_fields(const KeyUse& use, FieldWriter& to) {
  to.id(use.key.value);
  to.instant(use.at);
}

void write_fields(const ApiKey& key, FieldWriter& to) {
  to.id(key.id.value);
  to.id(key.user.value);
  to.raw(as_bytes(key.secret_digest));
  to.text(key.hint);
  to.text(key.name);
  to.byte(key.scopes.bits());
  to.instant(key.created_at);
  to.optional(key.expires_at, [&](Instant at) { to.instant(at); });
  to.optional(key.revoked_at, [&](Instant at) { to.instant(at); });
  to.optional(key.previous_secret, [&](const RetiringSecret& secret) {
    to.raw(as_bytes(secret.digest));
    to.text(secret.hint);
    to.instant(secret.works_until);
  });
  to.number(static_cast<std::uint32_t>(key.allowed_networks.size()));
  for (const IpNetwork& network : key.allowed_networks) to.text(network.to_string());
  to.optional(key.rate_limit, [&](const RateLimit& limit) {
    to.number(limit.requests);
    to.number(limit.per_s);
  });
  for (const ledger::CapPeriod period : ledger::kCapPeriods) {
    to.optional(key.spend_caps.of(period), [&](Credits cap) { to.amount(cap); });
  }
  to.byte(key.is_secret_used ? 1 : 0);
  to.text(key.extension);
}

void write_fields(const Member& member, FieldWriter& to) {
  write_fields(member.membership, to);
  to.optional(member.email, [&](const std::string& email) { to.text(email); });
  to.byte(member.is_default ? 1 : 0);
}

// Returns the kind as it stands in the key of the record; the record itself names the form that it
// has.
template <class Record>
constexpr Kind kind_of() {
  if constexpr (std::is_same_v<Record, User>) return Kind::user;
  if constexpr (std::is_same_v<Record, Organization>) return Kind::organization;
  if constexpr (std::is_same_v<Record, Membership>) return Kind::membership;
  if constexpr (std::is_same_v<Record, ApiKey>) return Kind::api_key;
  if constexpr (std::is_same_v<Record, DirectoryReceipt>) return Kind::receipt;
  if constexpr (std::is_same_v<Record, KeyUse>) return Kind::key_use;
  if constexpr (std::is_same_v<Record, Member>) return Kind::member;
  if constexpr (std::is_same_v<Record, MembershipEnd>) return Kind::membership_end;
}

template <class Record>
Kind form_of(const Record& /*record*/) {
  return kind_of<Record>();
}
Kind form_of(const ApiKey& /*key*/) { return Kind::noted_api_key; }
Kind form_of(const DirectoryReceipt& receipt) {
  return receipt.record ? Kind::timed_receipt : Kind::erased_receipt;
}

template <class Record>
void write_record(const Record& record, FieldWriter& to) {
  to.byte(static_cast<std::uint8_t>(form_of(record)));
  write_fields(record, to);
}

void write_fields(const DirectoryReceipt& receipt, FieldWriter& to) {
  to.id(receipt.actor.value);
  to.text(receipt.idempotency_key);
  if (receipt.record) to.raw(view_of(receipt.fingerprint));
  to.optional(receipt.answered_at, [&](Instant at) { to.instant(at); });
  if (!receipt.record) return;
  std::visit([&](const auto& record) { write_record(record, to); }, *receipt.record);
}

class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : reader_(bytes), format_(byte()) {}

  std::uint8_t format() const { return format_; }
  std::uint8_t byte() { return reader_.fixed<std::uint8_t>(); }
  Id128 id() {
    const std::string_view raw = reader_.raw(sizeof(Id128));
    return raw.empty() ? Id128{} : Id128::from_bytes(raw);
  }
  std::string text() { return std::string(reader_.text()); }
  template <class Array>
  Array array() {
    Array array{};
    std::ranges::copy(reader_.raw(array.size()), array.begin());
    return array;
  }
  std::uint32_t number() { return reader_.fixed<std::uint32_t>(); }
  Instant instant() { return Instant::from_us(reader_.fixed<std::int64_t>()); }
  Credits amount() { return Credits::from_nano(reader_.fixed<std::int64_t>()); }
  template <class Read>
  auto optional(Read read) -> std::optional<decltype(read())> {
    if (byte() == 0) return {};
    return read();
  }
  bool is_at_end() const { return reader_.is_at_end(); }

 private:
  ByteReader reader_;
  std::uint8_t format_;  // of the record, its first byte
};

std::optional<Instant> read_disabled_at(FieldReader& from) {
  if (from.format() == kFirstFormat) return {};
  return from.optional([&] { return from.instant(); });
}

std::optional<std::string> read_email(FieldReader& from) {
  if (from.format() < kExtensibleFormat) return from.text();
  return from.optional([&] { return from.text(); });
}

std::string read_extension(FieldReader& from) {
  return from.format() < kExtensibleFormat ? std::string() : from.text();
}

User read_user(FieldReader& from) {
  User user;
  user.id = {from.id()};
  user.email = read_email(from);
  user.name = from.optional([&] { return from.text(); });
  user.profile_picture = from.optional([&] { return from.text(); });
  user.default_organization = from.optional([&] { return OrganizationId{from.id()}; });
  user.created_at = from.instant();
  user.disabled_at = read_disabled_at(from);
  if (from.format() >= kExtensibleFormat) {
    user.erased_at = from.optional([&] { return from.instant(); });
  }
  user.extension = read_extension(from);
  return user;
}

Organization read_organization(FieldReader& from) {
  Organization organization;
  organization.id = {from.id()};
  organization.name = from.text();
  organization.created_at = from.instant();
  organization.disabled_at = read_disabled_at(from);
  organization.extension = read_extension(from);
  return organization;
}

Membership read_membership(FieldReader& from) {
  Membership membership;
  membership.organization = {from.id()};
  membership.user = {from.id()};
  membership.role = static_cast<Role>(from.byte());
  return membership;
}

MembershipEnd read_membership_end(FieldReader& from) {
  MembershipEnd membership;
  membership.organization = {from.id()};
  membership.user = {from.id()};
  return membership;
}

ApiKey read_api_key_of_before(FieldReader& from) {
  ApiKey key;
  key.id = {from.id()};
  key.user = {from.id()};
  key.secret_digest = from.array<Digest>();
  key.hint = from.text();
  key.name = from.text();
  key.scopes = Scopes::from_bits(from.byte());
  key.created_at = from.instant();
  key.expires_at = from.optional([&] { return from.instant(); });
  key.revoked_at = from.optional([&] { return from.instant(); });
  // Nobody has noted whether it was: no repetition may replace it.
  key.is_secret_used = true;
  return key;
}

RetiringSecret read_retiring_secret(FieldReader& from) {
  RetiringSecret secret;
  secret.digest = from.array<Digest>();
  secret.hint = from.text();
  secret.works_until = from.instant();
  return secret;
}

RateLimit read_rate_limit(FieldReader& from) {
  RateLimit limit;
  limit.requests = from.number();
  limit.per_s = from.number();
  return limit;
}

std::optional<ApiKey> read_limited_api_key(FieldReader& from) {
  ApiKey key = read_api_key_of_before(from);
  key.previous_secret = from.optional([&] { return read_retiring_secret(from); });
  for (std::uint32_t left = from.number(); left > 0; --left) {
    const auto network = IpNetwork::parse(from.text());
    if (!network) return {};
    key.allowed_networks.push_back(*network);
  }
  key.rate_limit = from.optional([&] { return read_rate_limit(from); });
  return key;
}

// Returns nothing when a cap is below zero, which none ever is.
std::optional<ApiKey> read_capped_api_key(FieldReader& from) {
  auto key = read_limited_api_key(from);
  if (!key) return {};
  const auto read_cap = [&from] { return from.optional([&] { return from.amount(); }); };
  key->spend_caps.day = read_cap();
  key->spend_caps.month = read_cap();
  key->spend_caps.total = read_cap();
  for (const ledger::CapPeriod period : ledger::kCapPeriods) {
    if (key->spend_caps.of(period).value_or(Credits()) < Credits()) return {};
  }
  return key;
}

std::optional<ApiKey> read_api_key(FieldReader& from) {
  auto key = read_capped_api_key(from);
  if (!key) return {};
  key->is_secret_used = from.byte() != 0;
  key->extension = read_extension(from);
  return key;
}

KeyUse read_key_use(FieldReader& from) {
  KeyUse use;
  use.key = {from.id()};
  use.at = from.instant();
  return use;
}

Member read_member(FieldReader& from) {
  Member member;
  member.membership = read_membership(from);
  member.email = read_email(from);
  member.is_default = from.byte() != 0;
  return member;
}

std::optional<DirectoryReceipt> with_key(DirectoryReceipt receipt, std::optional<ApiKey> key) {
  if (!key) return {};
  receipt.record = *std::move(key);
  return receipt;
}

std::optional<DirectoryReceipt> read_receipt(FieldReader& from, Kind form) {
  DirectoryReceipt receipt;
  receipt.actor = {from.id()};
  receipt.idempotency_key = from.text();
  if (form != Kind::erased_receipt) receipt.fingerprint = from.array<ledger::Fingerprint>();
  if (form != Kind::receipt) {
    receipt.answered_at = from.optional([&] { return from.instant(); });
  }
  if (form == Kind::erased_receipt) return receipt;
  const auto kind = static_cast<Kind>(from.byte());
  switch (kind) {
    case Kind::user:
      receipt.record = read_user(from);
      return receipt;
    case Kind::organization:
      receipt.record = read_organization(from);
      return receipt;
    case Kind::member:
      receipt.record = read_member(from);
      return receipt;
    case Kind::api_key:
      receipt.record = read_api_key_of_before(from);
      return receipt;
    case Kind::limited_api_key:
      return with_key(std::move(receipt), read_limited_api_key(from));
    case Kind::capped_api_key:
      return with_key(std::move(receipt), read_capped_api_key(from));
    case Kind::noted_api_key:
      return with_key(std::move(receipt), read_api_key(from));
    case Kind::membership:
    case Kind::receipt:
    case Kind::timed_receipt:
    case Kind::erased_receipt:
    case Kind::membership_end:
    case Kind::key_use:
      break;
  }
  return {};
}

std::optional<DirectoryRecord> read_record(FieldReader& from) {
  const auto kind = static_cast<Kind>(from.byte());
  switch (kind) {
    case Kind::user:
      return read_user(from);
    case Kind::organization:
      return read_organization(from);
    case Kind::membership:
      return read_membership(from);
    case Kind::api_key:
      return read_api_key_of_before(from);
    case Kind::limited_api_key:
      if (auto key = read_limited_api_key(from)) return *std::move(key);
      break;
    case Kind::capped_api_key:
      if (auto key = read_capped_api_key(from)) return *std::move(key);
      break;
    case Kind::noted_api_key:
      if (auto key = read_api_key(from)) return *std::move(key);
      break;
    case Kind::key_use:
      return read_key_use(from);
    case Kind::receipt:
    case Kind::timed_receipt:
    case Kind::erased_receipt:
      if (auto receipt = read_receipt(from, kind)) return *std::move(receipt);
      break;
    case Kind::membership_end:
      return read_membership_end(from);
    case Kind::member:
      break;
  }
  return {};
}

void append_key(const User& user, FieldWriter& to) { to.id(user.id.value); }
void append_key(const Organization& organization, FieldWriter& to) { to.id(organization.id.value); }
void append_key(const Membership& membership, FieldWriter& to) {
  to.id(membership.organization.value);
  to.id(membership.user.value);
}
void append_key(const MembershipEnd& membership, FieldWriter& to) {
  to.id(membership.organization.value);
  to.id(membership.user.value);
}
void append_key(const ApiKey& key, FieldWriter& to) { to.id(key.id.value); }
void append_key(const KeyUse& use, FieldWriter& to) { to.id(use.key.value); }
void append_receipt_key(ApiKeyId actor, std::string_view idempotency_key, FieldWriter& to) {
  to.id(actor.value);
  to.raw(idempotency_key);
}
void append_key(const DirectoryReceipt& receipt, FieldWriter& to) {
  append_receipt_key(receipt.actor, receipt.idempotency_key, to);
}

struct ToPerson {
  using Person = std::optional<UserId>;

  Person operator()(const User& user) const {
    return user.email || user.name || user.profile_picture ? Person(user.id) : Person();
  }
  Person operator()(const Member& member) const {
    return member.email ? Person(member.membership.user) : Person();
  }
  Person operator()(const auto& /*record*/) const { return {}; }
};

}  // namespace

std::optional<UserId> person_of(const DirectoryReceipt& receipt) {
  if (!receipt.record) return {};
  return std::visit(ToPerson(), *receipt.record);
}

std::optional<DirectoryReceipt> without_person(const DirectoryReceipt& receipt, UserId user) {
  if (person_of(receipt) != user) return {};
  return DirectoryReceipt{.actor = receipt.actor,
                          .idempotency_key = receipt.idempotency_key,
                          .record = {},
                          .answered_at = receipt.answered_at};
}

void append_encoded(const DirectoryRecord& record, std::string& out) {
  FieldWriter to(out);
  to.byte(kRecordFormat);
  std::visit([&](const auto& each) { write_record(each, to); }, record);
}

std::optional<DirectoryRecord> decode_directory_record(std::string_view bytes) {
  FieldReader from(bytes);
  if (from.format() < kFirstFormat || from.format() > kRecordFormat) return {};
  auto record = read_record(from);
  if (!from.is_at_end()) return {};
  return record;
}

std::string directory_key(const DirectoryRecord& record) {
  std::string key;
  FieldWriter to(key);
  std::visit(
      [&]<class Record>(const Record& each) {
        // A membership that has ended stands where it stood.
        constexpr bool kIsEnd = std::is_same_v<Record, MembershipEnd>;
        to.byte(static_cast<std::uint8_t>(kIsEnd ? Kind::membership : kind_of<Record>()));
        append_key(each, to);
      },
      record);
  return key;
}

std::string receipt_key(ApiKeyId actor, std::string_view idempotency_key) {
  std::string key = receipts_begin();
  FieldWriter to(key);
  append_receipt_key(actor, idempotency_key, to);
  return key;
}

std::string receipts_begin() { return {static_cast<char>(Kind::receipt)}; }

std::string receipts_end() { return {static_cast<char>(static_cast<int>(Kind::receipt) + 1)}; }

}  // namespace farthing::directory

// SPDX-License-Identifier: Apache-2.0
#include "server/directory/directory_record.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/digest.hpp"

namespace farthing::directory::record_test {

Id128 id_of(std::uint8_t number) {
  Id128 id;
  id.bytes[15] = number;
  return id;
}

std::string encode(const DirectoryRecord& record) {
  std::string bytes;
  append_encoded(record, bytes);
  return bytes;
}

std::vector<DirectoryRecord> all_kinds() {
  const User user{.id = {id_of(1)},
                  .email = "ada@example.com",
                  .name = "Ada",
                  .default_organization = OrganizationId{id_of(2)},
                  .created_at = Instant::from_us(5)};
  const Organization organization{
      .id = {id_of(2)}, .name = "Acme", .created_at = Instant::from_us(6)};
  const Membership membership{organization.id, user.id, Role::ACCOUNTANT};
  const ApiKey key{
      .id = {id_of(3)},
      .user = user.id,
      .secret_digest = sha256("secret"),
      .hint = "sk-1234...abcd",
      .name = "test",
      .scopes = Scope::service,
      .created_at = Instant::from_us(7),
      .expires_at = {},
      .revoked_at = Instant::from_us(8),
      .previous_secret =
          RetiringSecret{
              .digest = sha256("old"), .hint = "sk-old", .works_until = Instant::from_us(9)},
      .allowed_networks = {*IpNetwork::parse("192.0.2.0/24"), *IpNetwork::parse("2001:db8::1")},
      .rate_limit = RateLimit{.requests = 150, .per_s = 10},
      .spend_caps = {.day = Credits::from_nano(0),
                     .month = Credits::from_nano(5),
                     .total = Credits::max()},
      .is_secret_used = true};
  const auto receipt = [](auto record) {
    return DirectoryReceipt{.actor = {id_of(9)},
                            .idempotency_key = "k",
                            .fingerprint = {1, 2},
                            .record = std::move(record),
                            .answered_at = Instant::from_us(11)};
  };
  User disabled = user;
  disabled.disabled_at = Instant::from_us(9);
  User erased = disabled;
  erased.email.reset();
  erased.name.reset();
  erased.erased_at = Instant::from_us(10);
  User of_later_version = user;
  of_later_version.extension = std::string("\x01x", 2);
  Organization organization_of_later_version = organization;
  organization_of_later_version.extension = "y";
  ApiKey key_of_later_version = key;
  key_of_later_version.extension = "z";
  return {user,
          organization,
          membership,
          key,
          receipt(user),
          receipt(organization),
          receipt(key),
          receipt(Member{.membership = membership, .email = "e", .is_default = true}),
          KeyUse{.key = key.id, .at = Instant::from_us(10)},
          disabled,
          MembershipEnd{organization.id, user.id},
          erased,
          of_later_version,
          organization_of_later_version,
          key_of_later_version,
          receipt(erased),
          receipt(key_of_later_version),
          receipt(Member{.membership = membership, .email = {}, .is_default = false}),
          *without_person(receipt(user), user.id)};
}

// Returns a record without an extension as the second format had it, of a kind that was the same
// but for that.
std::string in_second_format(const DirectoryRecord& record) {
  std::string bytes = encode(record);
  EXPECT_EQ(bytes.front(), '\x03');
  EXPECT_EQ(bytes.back(), '\0') << "has an extension";
  bytes.front() = '\x02';
  bytes.pop_back();
  return bytes;
}

// As the first two formats were written, byte by byte.
TEST(DirectoryRecord, OfEarlierFormatsIsStillRead) {
  const std::string fields = std::string("\x01", 1) + std::string(15, '\0') + "\x01" + "\x03" +
                             "a@b" + std::string(3, '\0') + std::string(7, '\0') + "\x05";
  const auto first = decode_directory_record("\x01" + fields);
  ASSERT_TRUE(first);
  EXPECT_EQ(std::get<User>(*first).email, "a@b");
  EXPECT_FALSE(std::get<User>(*first).disabled_at);
  EXPECT_FALSE(decode_directory_record("\x01" + fields + '\0'));

  const std::string disabled("\x01\0\0\0\0\0\0\0\x09", 9);
  const auto second = decode_directory_record("\x02" + fields + disabled);
  ASSERT_TRUE(second);
  const User& user = std::get<User>(*second);
  EXPECT_EQ(user.email, "a@b");
  EXPECT_EQ(user.created_at, Instant::from_us(5));
  EXPECT_EQ(user.disabled_at, Instant::from_us(9));
  EXPECT_FALSE(user.erased_at);
  EXPECT_FALSE(decode_directory_record("\x02" + fields + disabled + '\0'));
  EXPECT_EQ(encode(*second), "\x03" + fields.substr(0, 17) + "\x01" + fields.substr(17) + disabled +
                                 std::string(2, '\0'));

  const Organization organization{.id = {id_of(2)}, .name = "Acme", .created_at = {}};
  const auto read = decode_directory_record(in_second_format(organization));
  ASSERT_TRUE(read);
  EXPECT_EQ(encode(*read), encode(organization));

  const std::string member = "\x06" + std::string(32, '\x07') + "\x03" + "\x01" + "e" + "\x01";
  const auto receipt = decode_directory_record("\x02\x05" + std::string(16, '\x09') + "\x01k" +
                                               std::string(16, '\x02') + member);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(std::get<Member>(*std::get<DirectoryReceipt>(*receipt).record).email, "e");
}

TEST(DirectoryRecord, KeepsWhatALaterVersionHasAdded) {
  const auto records = all_kinds();
  const auto copy = [&](std::size_t i) { return *decode_directory_record(encode(records[i])); };
  EXPECT_EQ(std::get<User>(copy(12)).extension, std::string("\x01x", 2));
  EXPECT_EQ(std::get<Organization>(copy(13)).extension, "y");
  EXPECT_EQ(std::get<ApiKey>(copy(14)).extension, "z");
}

// What stays is as long for everybody: who asked, under which key, and when.
TEST(DirectoryRecord, AReceiptLosesThePersonAndTheFingerprint) {
  const auto records = all_kinds();
  const UserId person = std::get<User>(records[0]).id;
  const auto& of_user = std::get<DirectoryReceipt>(records[4]);
  const auto& of_member = std::get<DirectoryReceipt>(records[7]);
  for (const DirectoryReceipt& receipt : {of_user, of_member}) {
    EXPECT_FALSE(without_person(receipt, {id_of(7)})) << "it is about somebody else";
    const auto without = without_person(receipt, person);
    ASSERT_TRUE(without);
    EXPECT_EQ(encode(*without), std::string("\x03\x0f") + std::string(15, '\0') + "\x09" + "\x01k" +
                                    std::string("\x01\0\0\0\0\0\0\0\x0b", 9));
    EXPECT_EQ(directory_key(*without), directory_key(receipt));
    EXPECT_FALSE(without_person(*without, person)) << "it tells nothing any more";
  }
  for (const std::size_t of_other : {5U, 6U, 15U, 17U}) {
    EXPECT_FALSE(without_person(std::get<DirectoryReceipt>(records[of_other]), person));
  }
}

TEST(DirectoryRecord, AMembershipThatEndedStandsInItsPlace) {
  const Membership membership{{id_of(2)}, {id_of(1)}, Role::OWNER};
  EXPECT_EQ(directory_key(membership),
            directory_key(MembershipEnd{membership.organization, membership.user}));
}

TEST(DirectoryRecord, IsReadAsItWasWritten) {
  for (const DirectoryRecord& record : all_kinds()) {
    const std::string bytes = encode(record);
    const auto read = decode_directory_record(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->index(), record.index());
    EXPECT_EQ(encode(*read), bytes);
    EXPECT_EQ(directory_key(*read), directory_key(record));
  }
}

TEST(DirectoryRecord, KeepsTheFieldsOfAKey) {
  const auto read = decode_directory_record(encode(all_kinds()[3]));
  ASSERT_TRUE(read);
  const ApiKey& key = std::get<ApiKey>(*read);
  EXPECT_EQ(key.secret_digest, sha256("secret"));
  EXPECT_EQ(key.scopes, Scopes(Scope::service));
  EXPECT_FALSE(key.expires_at);
  EXPECT_EQ(key.revoked_at, Instant::from_us(8));
  ASSERT_TRUE(key.previous_secret);
  EXPECT_EQ(key.previous_secret->digest, sha256("old"));
  EXPECT_EQ(key.previous_secret->hint, "sk-old");
  EXPECT_EQ(key.previous_secret->works_until, Instant::from_us(9));
  ASSERT_EQ(key.allowed_networks.size(), 2U);
  EXPECT_EQ(key.allowed_networks[1], IpNetwork::parse("2001:db8::1/128"));
  EXPECT_EQ(key.rate_limit, (RateLimit{.requests = 150, .per_s = 10}));
  EXPECT_EQ(key.spend_caps.day, Credits());
  EXPECT_EQ(key.spend_caps.month, Credits::from_nano(5));
  EXPECT_EQ(key.spend_caps.total, Credits::max());
  EXPECT_TRUE(key.is_secret_used);
}

TEST(DirectoryRecord, KeepsWhenAReceiptWasAnswered) {
  const auto read = decode_directory_record(encode(all_kinds()[6]));
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<DirectoryReceipt>(*read).answered_at, Instant::from_us(11));
}

// As they were written before a key knew whether its secret was used, and a receipt its time: the
// secret counts as used.
TEST(DirectoryRecord, ReadsAnApiKeyOfBeforeItsFirstUseWasNoted) {
  ApiKey key = std::get<ApiKey>(all_kinds()[3]);
  key.is_secret_used = false;
  std::string bytes = in_second_format(key);
  ASSERT_EQ(bytes.substr(0, 2), "\x02\x0d");
  ASSERT_EQ(bytes.back(), '\0');
  bytes.pop_back();
  bytes[1] = '\x0c';
  const auto read = decode_directory_record(bytes);
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::get<ApiKey>(*read).is_secret_used);
  EXPECT_EQ(std::get<ApiKey>(*read).spend_caps.total, Credits::max());
  EXPECT_EQ(directory_key(*read), directory_key(key));
  EXPECT_FALSE(decode_directory_record(bytes + '\0'));

  const std::string receipt =
      "\x02\x05" + std::string(16, '\x09') + "\x01k" + std::string(16, '\x02') + bytes.substr(1);
  const auto answered = decode_directory_record(receipt);
  ASSERT_TRUE(answered);
  EXPECT_FALSE(std::get<DirectoryReceipt>(*answered).answered_at);
  EXPECT_EQ(directory_key(*answered),
            receipt_key({Id128::from_bytes(std::string(16, '\x09'))}, "k"));
}

// As it was written before it had spend caps: without them, as a kind of its own.
TEST(DirectoryRecord, ReadsAnApiKeyOfBeforeItHadSpendCaps) {
  ApiKey key = std::get<ApiKey>(all_kinds()[3]);
  key.spend_caps = {};
  std::string bytes = in_second_format(key);
  ASSERT_EQ(bytes.substr(0, 2), "\x02\x0d");
  ASSERT_TRUE(bytes.ends_with(std::string("\0\0\0\x01", 4)));
  bytes.resize(bytes.size() - 4);
  bytes[1] = '\x0b';
  const auto read = decode_directory_record(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<ApiKey>(*read).rate_limit, key.rate_limit);
  EXPECT_TRUE(std::get<ApiKey>(*read).spend_caps.is_empty());
  EXPECT_EQ(encode(*read), encode(key));
  EXPECT_EQ(directory_key(*read), directory_key(key));
  EXPECT_FALSE(decode_directory_record(bytes + '\0'));

  const std::string receipt =
      "\x02\x05" + std::string(16, '\x09') + "\x01k" + std::string(16, '\x02') + bytes.substr(1);
  const auto answered = decode_directory_record(receipt);
  ASSERT_TRUE(answered);
  EXPECT_EQ(std::get<ApiKey>(*std::get<DirectoryReceipt>(*answered).record).name, "test");
}

TEST(DirectoryRecord, RefusesASpendCapBelowZero) {
  ApiKey key = std::get<ApiKey>(all_kinds()[3]);
  key.spend_caps.day = Credits::from_nano(-1);
  EXPECT_FALSE(decode_directory_record(encode(key)));
}

// Byte by byte as the first version wrote it.
TEST(DirectoryRecord, ReadsAnApiKeyOfBeforeItHadLimits) {
  std::string fields(15, '\0');
  fields += '\x03';
  fields.append(15, '\0').push_back('\x01');
  fields += as_bytes(sha256("secret"));
  fields += "\x06sk-123\x04test\x02";
  const std::string created("\0\0\0\0\0\0\0\x07", 8);
  const std::string revoked("\x01\0\0\0\0\0\0\0\x08", 9);
  fields += created + '\0' + revoked;
  const auto read = decode_directory_record("\x01\x04" + fields);
  ASSERT_TRUE(read);
  const ApiKey& key = std::get<ApiKey>(*read);
  EXPECT_EQ(key.id, ApiKeyId{id_of(3)});
  EXPECT_EQ(key.user, UserId{id_of(1)});
  EXPECT_EQ(key.secret_digest, sha256("secret"));
  EXPECT_EQ(key.name, "test");
  EXPECT_EQ(key.revoked_at, Instant::from_us(8));
  EXPECT_FALSE(key.previous_secret || key.rate_limit || !key.allowed_networks.empty());
  EXPECT_EQ(directory_key(*read), directory_key(all_kinds()[3])) << "it takes the old one's place";

  const std::string receipt =
      "\x01\x05" + std::string(16, '\x09') + "\x01k" + std::string(16, '\x02') + '\x04' + fields;
  const auto answered = decode_directory_record(receipt);
  ASSERT_TRUE(answered);
  EXPECT_EQ(std::get<ApiKey>(*std::get<DirectoryReceipt>(*answered).record).name, "test");
}

TEST(DirectoryRecord, RefusesBytesThatAreCutOrOfAnotherFormat) {
  for (const DirectoryRecord& record : all_kinds()) {
    const std::string bytes = encode(record);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_directory_record(bytes.substr(0, size)));
    }
    EXPECT_FALSE(decode_directory_record(bytes + "x"));
    EXPECT_FALSE(decode_directory_record("\x04" + bytes.substr(1)));
    EXPECT_FALSE(decode_directory_record(std::string(1, '\0') + bytes.substr(1)));
  }
}

TEST(DirectoryRecord, SortsAfterWhatItRefersTo) {
  const auto records = all_kinds();
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_LT(directory_key(records[i - 1]), directory_key(records[i]));
  }
}

}  // namespace farthing::directory::record_test

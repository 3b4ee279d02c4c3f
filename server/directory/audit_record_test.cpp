// SPDX-License-Identifier: Apache-2.0
#include "server/directory/audit_record.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace farthing::directory::audit_record_test {

const UserId kAda{Id128{.bytes = {1}}};

std::string encode(const AuditRecord& record) {
  std::string bytes;
  append_encoded(record, bytes);
  return bytes;
}

// A user is made with a name and a mail address.
Act creation() {
  return {.kind = "user.create",
          .target = kAda.to_string(),
          .organization = {},
          .changes = {{.field = "email", .before = {}, .after = "a@b", .is_personal = true},
                      {.field = "name", .before = "Eve", .after = "Ada", .is_personal = true},
                      {.field = "disabled_at", .before = {}, .after = "t"}}};
}

AuditRecord record_of(Act act) {
  return make_audit_record({}, Instant::from_us(7), {}, {}, std::move(act));
}

std::string framed_digest(const AuditRecord& record, std::string_view field,
                          std::string_view value) {
  std::string bytes(reinterpret_cast<const char*>(record.salt.data()), record.salt.size());
  ByteWriter(bytes).text(field).text(value);
  return std::string(as_bytes(sha256(bytes)));
}

// Put together by hand from docs/reference/formats.md.
std::string canonical_of_creation(const AuditRecord& record) {
  const std::string target = kAda.to_string();
  std::string bytes;
  bytes += '\x02';                         // version
  bytes += '\x01';                         // number
  bytes += std::string(7, '\0') + '\x07';  // at
  bytes += std::string(1 + 16, '\0');      // no key, user
  bytes += std::string(2, '\0');           // no address, no request
  bytes += "\x0buser.create";
  bytes += static_cast<char>(target.size()) + target;
  bytes += '\0';                           // no organization
  bytes += '\x03';                         // changes
  bytes += std::string("\x05") + "email";  // its form is personal
  bytes += std::string("\x01\0\x01", 3);   // nothing before, a digest after
  bytes += framed_digest(record, "email", "a@b");
  bytes += std::string("\x04") + "name";
  bytes += std::string("\x01\x01", 2) + framed_digest(record, "name", "Eve");
  bytes += '\x01' + framed_digest(record, "name", "Ada");
  bytes += "\x0b" + std::string("disabled_at");
  bytes += std::string("\0\0\x01\x01", 4) + "t";  // its form is plain
  bytes += '\0';                                  // no extension
  return bytes;
}

TEST(AuditRecord, HasDigestsWithSaltInPlaceOfTextsAboutAPerson) {
  const AuditRecord record = record_of(creation());
  EXPECT_NE(record.salt, record_of(creation()).salt) << "each record has its own";
  const std::string canonical = canonical_of_creation(record);
  EXPECT_EQ(record.hash, sha256({std::string(32, '\0'), canonical}));
  const std::string salt(reinterpret_cast<const char*>(record.salt.data()), record.salt.size());
  const std::string texts = "\x03" + std::string("a@b") + "\x03" + "Eve" + "\x03" + "Ada";
  EXPECT_EQ(encode(record), canonical + '\x01' + salt + texts + std::string(as_bytes(record.hash)));
}

TEST(AuditRecord, ErasingKeepsTheHashAndNoText) {
  AuditRecord record = record_of(creation());
  const std::string canonical = canonical_of_creation(record);
  EXPECT_TRUE(has_personal_texts(record));
  ASSERT_TRUE(erase_texts(record));
  EXPECT_FALSE(has_personal_texts(record));
  EXPECT_FALSE(record.act.changes[1].before || record.act.changes[1].after);
  EXPECT_EQ(encode(record), canonical + '\0' + std::string(as_bytes(record.hash)));
  EXPECT_FALSE(erase_texts(record)) << "once";
  EXPECT_EQ(record.act.changes[2].after, "t") << "it tells of no person";
}

TEST(AuditRecord, IsReadAsItWasWritten) {
  AuditRecord erased = record_of(creation());
  erase_texts(erased);
  AuditRecord of_later_version = record_of(creation());
  of_later_version.extension = std::string("\0x", 2);
  const AuditRecord plain =
      record_of({.kind = "organization.rename", .target = "o", .organization = {}, .changes = {}});
  for (const AuditRecord& record : {record_of(creation()), erased, of_later_version, plain}) {
    const std::string bytes = encode(record);
    const auto read = decode_audit_record(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(encode(*read), bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_audit_record(bytes.substr(0, size)));
    }
    EXPECT_FALSE(decode_audit_record(bytes + "x"));
    EXPECT_FALSE(decode_audit_record("\x03" + bytes.substr(1)));
  }
}

// Both are written again as they are, for whoever verifies them.
TEST(AuditRecord, AForgedTextOrDigestStaysAsItIs) {
  const AuditRecord record = record_of(creation());
  std::string forged = encode(record);
  forged.replace(forged.rfind("Ada"), 3, "Bob");
  auto read = decode_audit_record(forged);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->act.changes[1].after, "Bob");
  EXPECT_EQ(encode(*read), forged);
  EXPECT_TRUE(erase_texts(*read));
  AuditRecord erased = record;
  erase_texts(erased);
  EXPECT_EQ(encode(*read), encode(erased)) << "what was hashed is right";

  std::string digest = encode(record);
  const std::size_t at = digest.find("name") + 4 + 2;
  digest[at] = static_cast<char>(digest[at] ^ 1);
  const auto other = decode_audit_record(digest);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->act.changes[1].before, "Eve");
  EXPECT_EQ(encode(*other), digest);
  EXPECT_NE(hash_after({}, *other), other->hash);
  EXPECT_EQ(hash_after({}, record), record.hash);
}

// As the first version wrote it; its texts are part of the chain, and stay.
TEST(AuditRecord, OfTheFirstVersionIsReadAndKept) {
  AuditRecord first = record_of({.kind = "user.create",
                                 .target = kAda.to_string(),
                                 .organization = {},
                                 .changes = {{.field = "email", .before = {}, .after = "a@b"}}});
  first.version = 1;
  const std::string bytes = encode(first);
  const std::string change =
      std::string("\x01\x05") + "email" + std::string("\0\x01\x03", 3) + "a@b";
  EXPECT_TRUE(bytes.substr(0, bytes.size() - 32).ends_with(change));
  auto read = decode_audit_record(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->version, 1);
  EXPECT_EQ(encode(*read), bytes);
  EXPECT_TRUE(tells_of_person(*read, kAda));
  EXPECT_FALSE(erase_texts(*read));
  EXPECT_EQ(read->act.changes[0].after, "a@b");
}

TEST(AuditRecord, TellsOfAPersonByKindAndTarget) {
  EXPECT_TRUE(tells_of_person(record_of(creation()), kAda));
  EXPECT_FALSE(tells_of_person(record_of(creation()), UserId{}));
  Act member = creation();
  member.kind = "member.add";
  EXPECT_FALSE(tells_of_person(record_of(member), kAda));
}

TEST(AuditRecord, RefusesASaltWithoutTextsAndAChangeWithoutDigests) {
  AuditRecord erased = record_of(creation());
  erase_texts(erased);
  const std::string bytes = encode(erased);
  const std::size_t tail = bytes.size() - 32 - 1;
  const AuditRecord plain =
      record_of({.kind = "a.b", .target = "t", .organization = {}, .changes = {}});
  std::string with_salt = encode(plain);
  ASSERT_EQ(with_salt[with_salt.size() - 33], '\0');
  with_salt.replace(with_salt.size() - 33, 1, "\x01" + std::string(16, 's'));
  EXPECT_FALSE(decode_audit_record(with_salt));
  EXPECT_FALSE(decode_audit_record(std::string(bytes).replace(tail, 1, 1, '\x01')))
      << "the texts are missing";
  AuditRecord empty = plain;
  empty.act.changes = {{.field = "f", .before = {}, .after = {}, .is_personal = true}};
  EXPECT_FALSE(decode_audit_record(encode(empty)));
}

}  // namespace farthing::directory::audit_record_test

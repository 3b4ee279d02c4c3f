// SPDX-License-Identifier: Apache-2.0
// A statement passes as it was written, and in no other way.
#include "cli/files/statement_file.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <farthing/models.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/ed25519.hpp"
#include "cli/files/wire_entry.hpp"

namespace farthing::cli::statement_file_test {

const std::string kOrganization = "01hzx0000000000000000000zz";
const std::string kKeyId = "key-01hzx00000000000000000007c";
const std::string kAt = "2027-01-15T08:00:00.000001Z";

// The id that the entry with that number made.
std::string id_of(std::string_view prefix, std::uint64_t seq) {
  verify::Entry entry;
  entry.at = Instant::parse(kAt).value();
  entry.seq = seq;
  std::string text = std::string(prefix) + kOrganization;
  verify::id_made_by(entry).append_to(text);
  return text;
}

// Each with all members that an entry of its kind may have.
std::vector<std::string> lines_without_hashes() {
  const std::string key = R"("key":{"id":")" + kKeyId + R"(","caller":")" + kKeyId + R"("},)";
  const std::string request =
      R"("idempotency_key":"k","fingerprint":"00112233445566778899aabbccddeeff",)";
  const std::string grant = id_of("grant-", 1);
  const std::string metadata = R"({"order":"\u001f é"})";
  const std::string digest = to_hex(as_bytes(sha256({std::string(16, '\7'), metadata})));
  std::string erasable;
  ByteWriter(erasable).text(R"({"a":1})").text("why").text("");
  return {
      R"({"seq":1,"kind":"grant","amount":"10","available":"10","held":"0","at":")" + kAt +
          R"(","ref":")" + grant + R"(",)" + key + R"("metadata":)" + metadata +
          R"(,"metadata_digest":")" + digest + R"(","metadata_salt":")" +
          to_hex(std::string(16, '\7')) +
          R"(","grants":[],"terms":{"amount":"10","effective_at":")" + kAt +
          R"(","expires_at":"2027-02-15T08:00:00.000000Z","priority":-3,"category":"paid"},)" +
          request,
      R"({"seq":2,"kind":"hold","amount":"4","available":"6","held":"4","at":")" + kAt +
          R"(","ref":")" + id_of("hold-", 2) + R"(",)" + key +
          R"("operation":"generate","model":"v3","grants":[{"grant":")" + grant +
          R"(","amount":"4"}],"hold":{"amount":"4","captured":"0","released":"0","expires_at":)"
          R"("2027-01-15T09:00:00.000001Z","over_capture":"reject","state":"open"},)" +
          request,
      R"({"seq":3,"kind":"capture","amount":"1.5","available":"6","held":"2.5","at":")" + kAt +
          R"(","ref":")" + id_of("charge-", 3) + R"(","parent":")" + id_of("hold-", 2) + R"(",)" +
          key + R"("grants":[{"grant":")" + grant +
          R"(","amount":"1.5"}],"hold":{"amount":"4","captured":"1.5","released":"0","expires_at":)"
          R"("2027-01-15T09:00:00.000001Z","over_capture":"reject","state":"open"},)"
          R"("continued":true,)" +
          request,
      R"({"seq":4,"kind":"release","amount":"2.5","available":"8.5","held":"0","at":")" + kAt +
          R"(","ref":")" + id_of("hold-", 2) + R"(",)" + key + R"("grants":[{"grant":")" + grant +
          R"(","amount":"2.5"}],"hold":{"amount":"4","captured":"1.5","released":"2.5",)"
          R"("expires_at":"2027-01-15T09:00:00.000001Z","over_capture":"reject","state":)"
          R"("captured"},)",
      R"({"seq":5,"kind":"refund","amount":"1.5","available":"10","held":"0","at":")" + kAt +
          R"(","ref":")" + id_of("refund-", 5) + R"(","parent":")" + id_of("charge-", 3) + R"(",)" +
          key + R"("grants":[{"grant":")" + grant +
          R"(","amount":"1.5"}],"returning":[{"grant":")" + grant +
          R"(","terms":{"amount":"10","effective_at":")" + kAt +
          R"(","priority":1,"category":"promotional"}}],)" + request,
      R"({"version":2,"seq":6,"kind":"charge","amount":"1","available":"9","held":"0","at":")" +
          kAt + R"(","ref":")" + id_of("charge-", 6) + R"(",)" + key +
          R"("tags":{"team":"red"},"reason":"why","metadata":{"a":1},"erasable_digest":")" +
          to_hex(as_bytes(sha256({std::string(16, '\7'), erasable}))) + R"(","erasable_salt":")" +
          to_hex(std::string(16, '\7')) + R"(","grants":[{"grant":")" + grant +
          R"(","amount":"1"}],)" + request,
  };
}

class StatementFile : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto organization = OrganizationId::parse("org-" + kOrganization).value();
    Digest hash{};
    std::string lines;
    for (const std::string& line : lines_without_hashes()) {
      const std::string placeholder = to_hex(as_bytes(Digest{}));
      auto entry = sdk::LedgerEntry::from_json(line + R"("hash":")" + placeholder + R"("})");
      ASSERT_TRUE(entry) << entry.error().message;
      const auto sealed = to_sealed(organization, *entry);
      ASSERT_TRUE(sealed) << sealed.error();
      hash = sha256({as_bytes(hash), sealed->canonical});
      entry->hash = to_hex(as_bytes(hash));
      lines += entry->to_json() + "\n";
    }
    const std::string text =
        R"({"format":"farthing statement 1","organization":"org-)" + kOrganization +
        R"(","from":"1970-01-01T00:00:00.000000Z","to":"2027-01-16T00:00:00.000000Z",)"
        R"("issued_at":"2027-01-16T00:00:00.000000Z","opening":{"seq":0,"hash":")" +
        to_hex(as_bytes(Digest{})) +
        R"(","available":"0","held":"0"},"closing":{"seq":6,"hash":")" + to_hex(as_bytes(hash)) +
        R"(","available":"9","held":"0"},"key":")" + key_.verification_key().fingerprint() +
        R"("})";
    file_ = text + "\n" + R"({"signature":")" + to_hex(key_.sign(text)) + "\"}\n" + lines;
  }

  std::string check(const std::string& bytes) const {
    std::istringstream file(bytes);
    const auto checked = check_statement(file, key_.verification_key());
    return checked ? "" : checked.error().message;
  }
  // The file with `old` in place of `now`, which it has.
  std::string with(const std::string& old, const std::string& now) const {
    const std::size_t place = file_.find(old);
    EXPECT_NE(place, std::string::npos) << old;
    return std::string(file_).replace(place, old.size(), now);
  }

  const SigningKey key_ = SigningKey::make();
  std::string file_;
};

TEST_F(StatementFile, PassesAsItWasWritten) { EXPECT_EQ(check(file_), ""); }

TEST_F(StatementFile, PassesWithNoByteChanged) {
  for (std::size_t place = 0; place < file_.size(); ++place) {
    // The second one makes small letters of large ones and the other way round.
    for (const int mask : {1 << (place % 8), 0x20}) {
      std::string bytes = file_;
      bytes[place] = static_cast<char>(bytes[place] ^ mask);
      EXPECT_NE(check(bytes), "") << place << " of " << file_.substr(place, 20);
    }
  }
}

TEST_F(StatementFile, PassesWithNoByteMoreOrLess) {
  for (std::size_t place = 0; place < file_.size(); ++place) {
    EXPECT_NE(check(std::string(file_).erase(place, 1)), "") << place;
    for (const char more : {' ', '0', '\n'}) {
      EXPECT_NE(check(std::string(file_).insert(place, 1, more)), "") << place;
    }
  }
}

TEST_F(StatementFile, NamesAnIdOfAnotherKind) {
  EXPECT_EQ(check(with(R"("ref":"hold-)", R"("ref":"held-)")),
            "The member ref of entry 2 is none of an entry's.");
  EXPECT_EQ(check(with(R"("ref":"hold-)", R"("ref":"charge-)")),
            "The member ref of entry 2 is none of an entry's.");
  EXPECT_EQ(check(with(R"("parent":"hold-)", R"("parent":"charge-)")),
            "The member parent of entry 3 is none of an entry's.");
  EXPECT_EQ(check(with(R"("grants":[{"grant":"grant-)", R"("grants":[{"grant":"g-)")),
            "The member grant of entry 2 is none of an entry's.");
}

TEST_F(StatementFile, NamesAMemberThatNoEntryHas) {
  EXPECT_EQ(check(with(R"("kind":"hold",)", R"("kind":"hold","note":"free",)")),
            "The member note of entry 2 is none of an entry's.");
  EXPECT_EQ(check(with(R"("state":"open")", R"("state":"open","of":1)")),
            "The member hold.of of entry 2 is none of an entry's.");
}

TEST_F(StatementFile, RefusesALineThatIsWrittenInAnotherWay) {
  const std::string refusal = "The line of entry 1 is not written as entries are.";
  EXPECT_EQ(check(with(R"("amount":"10",)", R"("amount": "10",)")), refusal);
  EXPECT_EQ(check(with(R"("amount":"10",)", R"("amount":"10.0",)")), refusal);
  EXPECT_EQ(check(with(R"("kind":"grant",)", R"("kind":"gr\u0061nt",)")), refusal);
}

}  // namespace farthing::cli::statement_file_test

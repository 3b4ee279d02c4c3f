// SPDX-License-Identifier: Apache-2.0
// What was erased is in no file of a data directory after the time that is promised: every file is
// searched, whatever it is for.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/await.hpp"
#include "base/digest.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::rocksdb_erasure_test {

namespace fs = std::filesystem;
using embedded::RocksdbStore;
using std::chrono::milliseconds;

constexpr auto kLongest = std::chrono::seconds(60);

// All files of a directory, as they are at one moment.
class Files {
 public:
  explicit Files(const fs::path& directory) {
    for (const auto& file : fs::recursive_directory_iterator(directory)) {
      std::error_code error;
      const auto size = fs::file_size(file.path(), error);
      if (error || !file.is_regular_file(error)) continue;  // removed meanwhile
      std::string content(size, '\0');
      std::ifstream(file.path(), std::ios::binary).read(content.data(), std::ssize(content));
      contents_.emplace_back(file.path().lexically_relative(directory), std::move(content));
    }
  }
  // Returns the names of those that hold the text.
  std::set<std::string> with(std::string_view text) const {
    std::set<std::string> names;
    for (const auto& [name, content] : contents_) {
      const bool is_found =
          ::memmem(content.data(), content.size(), text.data(), text.size()) != nullptr;
      if (is_found) names.insert(name);
    }
    return names;
  }

 private:
  std::vector<std::pair<std::string, std::string>> contents_;
};

class RocksdbErasureTest : public ::testing::Test {
 protected:
  void open(milliseconds shred_delay, std::size_t run_bytes = std::size_t{8} << 10) {
    store_.reset();
    auto opened = RocksdbStore::open({.directory = data(),
                                      .clock = &clock_,
                                      .run_bytes = run_bytes,
                                      .shred_delay = shred_delay});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = *std::move(opened);
    if (organization_ != OrganizationId{}) return;
    organization_ = make_organization(*store_);
    ASSERT_TRUE(settle(*store_, grant(organization_, "g", "1000000")));
  }
  fs::path data() const { return directory_.path() / "data"; }

  // A text that nothing else has and that no compression takes apart.
  std::string make_text() {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    for (int i = 0; i < 24; ++i) text += kLetters[random_() % kLetters.size()];
    return text;
  }
  // Books a charge with these texts and returns its number.
  std::uint64_t book(const std::string& metadata, const std::string& reason = {}) {
    auto command = charge(organization_, "c" + std::to_string(++booked_), "1");
    command.origin.erasable = {.metadata = metadata, .reason = reason, .salt = make_salt()};
    const auto outcome = settle(*store_, std::move(command));
    EXPECT_TRUE(outcome);
    return outcome ? outcome->entry.seq : 0;
  }
  std::array<std::uint8_t, 16> make_salt() {
    std::array<std::uint8_t, 16> salt{};
    for (auto& byte : salt) byte = static_cast<std::uint8_t>(random_());
    return salt;
  }
  void erase(std::uint64_t seq) {
    ASSERT_TRUE(change(
        *store_, {.action = directory::EraseTexts{.of = {.organization = organization_, .seq = seq},
                                                  .names = "metadata"}}));
  }
  // Returns the texts that are still in some file when the time is over.
  std::vector<std::string> wait_until_gone(const std::vector<std::string>& texts) {
    const auto until = std::chrono::steady_clock::now() + kLongest;
    std::vector<std::string> left;
    do {
      std::this_thread::sleep_for(milliseconds(50));
      left.clear();
      const Files files(data());
      for (const std::string& text : texts) {
        const auto names = files.with(text);
        if (!names.empty()) left.push_back(text + " in " + *names.begin());
      }
    } while (!left.empty() && std::chrono::steady_clock::now() < until);
    return left;
  }
  std::string verify() { return audit(store_->entries_of(organization_).value()); }

  TemporaryDirectory directory_;
  ManualClock clock_{kStart};
  std::unique_ptr<RocksdbStore> store_;
  OrganizationId organization_;
  std::mt19937 random_{20'261'130};
  int booked_ = 0;
};

// Texts in many runs, in files that were merged and in files that were not.
TEST_F(RocksdbErasureTest, TextsLeaveJournalAndTables) {
  open(std::chrono::hours(1));
  std::vector<std::string> texts;
  std::vector<std::uint64_t> seqs;
  for (int i = 0; i < 1'000; ++i) {
    texts.push_back(make_text());
    seqs.push_back(book(R"({"a":")" + texts.back() + R"("})", texts.back()));
  }
  std::vector<std::string> erased;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < texts.size(); ++i) (i % 25 == 7 ? erased : kept).push_back(texts[i]);
  std::size_t in_journal = 0;
  std::size_t in_tables = 0;
  const Files before(data());
  for (const std::string& text : erased) {
    for (const std::string& name : before.with(text)) {
      ++(name.starts_with("journal/") ? in_journal : in_tables);
    }
  }
  EXPECT_GT(in_journal, erased.size() / 2);
  EXPECT_GT(in_tables, erased.size() / 2);

  for (std::size_t i = 7; i < seqs.size(); i += 25) erase(seqs[i]);
  // Nothing is done yet: the search finds what is there.
  EXPECT_FALSE(Files(data()).with(erased.back()).empty());
  open(milliseconds(20));
  EXPECT_EQ(wait_until_gone(erased), std::vector<std::string>());

  EXPECT_FALSE(Files(data()).with(kept.front()).empty());
  EXPECT_EQ(verify(), "");
  const auto entries = store_->entries_of(organization_);
  ASSERT_TRUE(entries);
  const auto has_texts = [](const ledger::Entry& entry) {
    return !entry.origin.erasable.is_empty();
  };
  EXPECT_EQ(std::ranges::count_if(*entries, has_texts), std::ssize(kept));
  open(milliseconds(20));
  EXPECT_EQ(verify(), "");
  EXPECT_EQ(wait_until_gone(erased), std::vector<std::string>());
}

// A running server erases one after another while it books.
TEST_F(RocksdbErasureTest, TextsLeaveWhileOthersAreBooked) {
  open(milliseconds(30));
  std::vector<std::string> erased;
  for (int i = 0; i < 400; ++i) {
    const std::string text = make_text();
    const std::uint64_t seq = book(text);
    if (i % 20 != 3) continue;
    erase(seq);
    erased.push_back(text);
  }
  EXPECT_EQ(wait_until_gone(erased), std::vector<std::string>());
  EXPECT_EQ(verify(), "");
}

// Segments that the journal has given up are kept for later, with what they held.
TEST_F(RocksdbErasureTest, TextsLeaveSegmentsInReserve) {
  open(milliseconds(20), std::size_t{1} << 20);
  const std::string large(std::size_t{1} << 20, 'x');
  // The first segments are smaller and not kept.
  for (int i = 0; i < 32; ++i) book(large);
  std::vector<std::string> texts;
  std::vector<std::uint64_t> seqs;
  for (int i = 0; i < 8; ++i) {
    texts.push_back(make_text());
    seqs.push_back(book(texts.back() + large));
  }
  const auto is_in_reserve = [&] {
    const Files files(data());
    return std::ranges::any_of(texts, [&](const std::string& text) {
      const auto names = files.with(text);
      return std::ranges::any_of(
          names, [](const std::string& name) { return name.ends_with(".reserve"); });
    });
  };
  bool is_found = false;
  for (int i = 0; i < 10 && !is_found; ++i) {
    for (int more = 0; more < 8; ++more) book(large);
    is_found = is_in_reserve();
  }
  ASSERT_TRUE(is_found);
  for (const std::uint64_t seq : seqs) erase(seq);
  EXPECT_EQ(wait_until_gone(texts), std::vector<std::string>());
}

// One round after another: the segments grow to the size at which they are kept, and each round gives
// up what the one before has begun.
TEST_F(RocksdbErasureTest, TextsLeaveWithEachRound) {
  open(milliseconds(1));
  for (int round = 0; round < 30; ++round) {
    const std::string text = make_text();
    erase(book(text));
    ASSERT_EQ(wait_until_gone({text}), std::vector<std::string>()) << round;
  }
}

// Each erasure is a run of its own, of a few pairs.
TEST_F(RocksdbErasureTest, FilesDoNotGrowInNumber) {
  open(std::chrono::hours(1));
  std::vector<std::uint64_t> seqs;
  for (int i = 0; i < 200; ++i) seqs.push_back(book(make_text()));
  for (const std::uint64_t seq : seqs) erase(seq);
  const auto count = [this] {
    const fs::directory_iterator files(data() / "rocksdb");
    return std::count_if(begin(files), end(files), [](const fs::directory_entry& file) {
      return file.path().extension() == ".sst";
    });
  };
  // Merging has the lowest priority on a machine that is busy.
  const auto until = std::chrono::steady_clock::now() + 4 * kLongest;
  while (count() > 60 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_LE(count(), 60);
}

// A person stands in the user's record, in receipts and in the audit log, in many runs.
TEST_F(RocksdbErasureTest, PeopleLeaveDirectoryAndAuditLog) {
  open(std::chrono::hours(1), 1);
  std::vector<std::string> texts;
  std::vector<UserId> users;
  std::vector<std::string> kept;
  for (int i = 0; i < 40; ++i) {
    const bool stays = i % 4 == 1;
    const std::string mail = make_text() + "@example.com";
    const std::string name = make_text();
    const std::string picture = "https://example.com/" + make_text();
    const directory::User user{.id = UserId::make(clock_.now()),
                               .email = mail,
                               .name = name,
                               .profile_picture = picture,
                               .created_at = clock_.now()};
    directory::DirectoryCommand command{.action = directory::CreateUser{user}};
    command.origin.idempotency_key = "create " + std::to_string(i);
    ASSERT_TRUE(change(*store_, command));
    command.action = directory::AddMembership{.organization = organization_, .email = mail};
    command.origin.idempotency_key = "join " + std::to_string(i);
    ASSERT_TRUE(change(*store_, command));
    for (const auto standing : {directory::Standing::disabled, directory::Standing::enabled}) {
      ASSERT_TRUE(change(*store_, {.action = directory::SetUserStanding{user.id, standing}}));
    }
    auto& into = stays ? kept : texts;
    into.insert(into.end(), {mail, name, picture});
    if (!stays) users.push_back(user.id);
  }
  const Files before(data());
  for (const std::string& text : texts) EXPECT_FALSE(before.with(text).empty());
  for (std::size_t i = 0; i < users.size(); ++i) {
    ASSERT_TRUE(change(*store_, {.action = directory::EraseUser{users[i]}}));
    // Some in files that were there before the last start.
    if (i == users.size() / 2) open(std::chrono::hours(1), 1);
  }
  open(milliseconds(20), 1);
  EXPECT_EQ(wait_until_gone(texts), std::vector<std::string>());
  const Files after(data());
  std::size_t found = 0;
  for (const std::string& text : kept) found += after.with(text).empty() ? 0 : 1;
  EXPECT_GT(found, kept.size() / 2);
  for (const UserId user : users) {
    const auto read = await<Result<directory::User>>(
        [&](auto reply) { store_->read_user(user, std::move(reply)); });
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->erased_at && !read->email);
  }
}

// Whoever has the directory afterwards cannot tell which of a few texts it was.
TEST_F(RocksdbErasureTest, ADictionaryFindsNothing) {
  open(milliseconds(20));
  const std::string text = R"({"customer":"Grace Hopper"})";
  auto command = charge(organization_, "c", "1");
  command.origin.erasable = {.metadata = text, .salt = make_salt()};
  const auto salt = command.origin.erasable.salt;
  const auto booked = settle(*store_, std::move(command));
  ASSERT_TRUE(booked);
  const auto digest = ledger::digest_of(booked->entry.origin.erasable, booked->entry.version);
  ASSERT_TRUE(digest);
  erase(booked->entry.seq);
  EXPECT_EQ(wait_until_gone({text, std::string(salt.begin(), salt.end())}),
            std::vector<std::string>());
  store_.reset();

  // What the attacker would look for: any part of a digest of the guess, alone, as it is framed, and
  // with the salt of nothing.
  const Files files(data());
  const std::string framed = std::string(1, static_cast<char>(text.size())) + text;
  const std::string no_salt(16, '\0');
  for (const std::string& guess : {text, framed, framed + std::string(2, '\0'), no_salt + text,
                                   no_salt + framed + std::string(2, '\0')}) {
    const auto guessed = sha256(guess);
    EXPECT_EQ(files.with(as_bytes(guessed).substr(0, 8)), std::set<std::string>());
    EXPECT_EQ(files.with(as_bytes(guessed).substr(8, 8)), std::set<std::string>());
  }
  // The search can find: the digest itself is there.
  EXPECT_FALSE(files.with(as_bytes(*digest)).empty());
}

}  // namespace farthing::store::testing::rocksdb_erasure_test

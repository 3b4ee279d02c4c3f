// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/erased_places.hpp"

#include <gtest/gtest.h>

namespace farthing::store::embedded::erased_places_test {

StoredPlace place(std::string key) { return {.family = Family::entries, .key = std::move(key)}; }

// Keeps what a list gives out, as the database does.
void keep(ErasedList& list, std::map<std::string, std::string>& stored) {
  for (auto& [key, value] : list.take_changed()) stored[key] = value;
}

ErasedPlaces read(const std::map<std::string, std::string>& stored) {
  ErasedList list;
  for (const auto& [key, value] : stored) EXPECT_TRUE(list.load(key, value));
  return list.all();
}

TEST(ErasedPlaces, AreReadAsTheyWereWritten) {
  const ErasedPlaces places = {place("a"), place(""), {.family = Family::audit, .key = "a"}};
  const std::string bytes = encode(places);
  EXPECT_EQ(decode_erased_places(bytes), places);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_erased_places(bytes.substr(0, size))) << size;
  }
  std::string unknown = bytes;
  unknown[2] = static_cast<char>(kFamilies);
  EXPECT_FALSE(decode_erased_places(unknown));
}

TEST(ErasedList, ARunWritesItsOwnPortionOnly) {
  ErasedList list;
  std::map<std::string, std::string> stored;
  list.add(place("a"));
  list.add(place("b"));
  keep(list, stored);
  EXPECT_EQ(stored.size(), 1U);
  list.add(place("c"));
  const auto changed = list.take_changed();
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(decode_erased_places(changed[0].second), ErasedPlaces{place("c")});
  stored.insert(changed.begin(), changed.end());
  EXPECT_EQ(read(stored), (ErasedPlaces{place("a"), place("b"), place("c")}));
  EXPECT_TRUE(list.take_changed().empty());
}

// A place that is erased again while it is being shredded stays.
TEST(ErasedList, ForgetsWhatIsDoneAndUsesItsPortionsAgain) {
  ErasedList list;
  std::map<std::string, std::string> stored;
  for (const char* key : {"a", "b", "c"}) {
    list.add(place(key));
    keep(list, stored);
  }
  EXPECT_EQ(stored.size(), 3U);
  list.forget({place("a"), place("c")});
  keep(list, stored);
  EXPECT_EQ(read(stored), ErasedPlaces{place("b")});
  EXPECT_EQ(list.all(), ErasedPlaces{place("b")});
  for (const char* key : {"d", "e"}) {
    list.add(place(key));
    keep(list, stored);
  }
  EXPECT_EQ(stored.size(), 3U);
  EXPECT_EQ(read(stored), (ErasedPlaces{place("b"), place("d"), place("e")}));
}

TEST(ErasedList, RefusesAPairThatIsNone) {
  ErasedList list;
  EXPECT_FALSE(list.load("erased", encode(ErasedPlaces{})));
  EXPECT_FALSE(list.load(erased_places_key(1) + "x", encode(ErasedPlaces{})));
  EXPECT_FALSE(list.load(erased_places_key(1), "x"));
}

}  // namespace farthing::store::embedded::erased_places_test

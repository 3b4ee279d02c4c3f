// SPDX-License-Identifier: Apache-2.0
// The pairs of the database whose values were erased in part. The database has their new values;
// its files may still hold the older ones, until they are shredded (shredder.hpp). Stored:
// docs/reference/formats.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/store/embedded/tables/database.hpp"

namespace farthing::store::embedded {

// Returns the key of a portion of the places; all begin with `kErasedPlacesKey`.
inline constexpr std::string_view kErasedPlacesKey = "erased";
std::string erased_places_key(std::uint32_t index);

std::string encode(const ErasedPlaces& places);
// Returns nothing when the bytes are not those of erased places.
std::optional<ErasedPlaces> decode_erased_places(std::string_view bytes);

// The erased places in portions: each run that erases something makes one, so that no run writes
// those of another again. Not synchronised.
class ErasedList {
 public:
  // Takes in a portion as it was written. Returns false when the pair is none.
  bool load(std::string_view key, std::string_view value);
  // Adds a place to the portion of the run that is being made.
  void add(StoredPlace place);
  // Returns the places of all portions.
  ErasedPlaces all() const;
  void forget(const ErasedPlaces& places);
  // Returns the pairs that have changed since they were taken last, with nothing in the value for a
  // portion that is empty. The next place begins another portion.
  std::vector<std::pair<std::string, std::string>> take_changed();

 private:
  std::map<std::uint32_t, ErasedPlaces> portions_;
  std::set<std::uint32_t> changed_;
  std::optional<std::uint32_t> open_;  // the portion of the run that is being made
};

// Returns what is left of a value once what may be erased in it is; nothing when nothing in it may
// be, or when it cannot be read.
std::optional<std::string> erased_form(Family family, std::string_view value);

}  // namespace farthing::store::embedded

// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/erased_places.hpp"

#include "base/bytes.hpp"
#include "server/directory/audit_record.hpp"
#include "server/directory/directory_record.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::store::embedded {
namespace {

constexpr std::uint8_t kFormat = 1;

std::optional<std::string> without_texts(std::string_view stored) {
  auto entry = ledger::decode_entry(stored);
  if (!entry || !ledger::erase_texts(*entry)) return {};
  std::string encoded;
  ledger::append_encoded(*entry, ledger::canonical_bytes(*entry), encoded);
  return encoded;
}

std::optional<std::string> without_texts(directory::AuditRecord record) {
  if (!directory::erase_texts(record)) return {};
  std::string encoded;
  directory::append_encoded(record, encoded);
  return encoded;
}

std::optional<directory::DirectoryRecord> without_texts(directory::User user) {
  if (!user.email && !user.name && !user.profile_picture && user.extension.empty()) return {};
  user.email.reset();
  user.name.reset();
  user.profile_picture.reset();
  user.extension.clear();
  return user;
}

std::optional<directory::DirectoryRecord> without_person(const directory::DirectoryRecord& record) {
  if (const auto* user = std::get_if<directory::User>(&record)) return without_texts(*user);
  const auto* receipt = std::get_if<directory::DirectoryReceipt>(&record);
  const auto person = receipt == nullptr ? std::nullopt : directory::person_of(*receipt);
  if (!person) return {};
  return directory::without_person(*receipt, *person);
}

}  // namespace

std::string encode(const ErasedPlaces& places) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.fixed(kFormat).varint(places.size());
  for (const StoredPlace& place : places) {
    writer.fixed(static_cast<std::uint8_t>(place.family)).text(place.key);
  }
  return bytes;
}

std::optional<ErasedPlaces> decode_erased_places(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != kFormat) return {};
  ErasedPlaces places;
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    const auto family = reader.fixed<std::uint8_t>();
    if (family >= kFamilies) return {};
    places.insert({.family = static_cast<Family>(family), .key = std::string(reader.text())});
  }
  if (!reader.is_at_end()) return {};
  return places;
}

std::string erased_places_key(std::uint32_t index) {
  std::string key(kErasedPlacesKey);
  ByteWriter(key).fixed(index);
  return key;
}

bool ErasedList::load(std::string_view key, std::string_view value) {
  ByteReader reader(key.substr(kErasedPlacesKey.size()));
  const auto index = reader.fixed<std::uint32_t>();
  auto places = decode_erased_places(value);
  if (!reader.is_at_end() || !places) return false;
  if (!places->empty()) portions_[index] = *std::move(places);
  return true;
}

void ErasedList::add(StoredPlace place) {
  if (!open_) {
    open_ = 0;
    while (portions_.contains(*open_)) ++*open_;
  }
  portions_[*open_].insert(std::move(place));
  changed_.insert(*open_);
}

ErasedPlaces ErasedList::all() const {
  ErasedPlaces places;
  for (const auto& [index, portion] : portions_) places.insert(portion.begin(), portion.end());
  return places;
}

void ErasedList::forget(const ErasedPlaces& places) {
  for (auto& [index, portion] : portions_) {
    const auto is_forgotten = [&places](const StoredPlace& each) { return places.contains(each); };
    if (std::erase_if(portion, is_forgotten) > 0) changed_.insert(index);
  }
}

std::vector<std::pair<std::string, std::string>> ErasedList::take_changed() {
  open_.reset();
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::uint32_t index : std::exchange(changed_, {})) {
    pairs.emplace_back(erased_places_key(index), encode(portions_[index]));
    if (portions_[index].empty()) portions_.erase(index);
  }
  return pairs;
}

std::optional<std::string> erased_form(Family family, std::string_view value) {
  if (family == Family::entries) return without_texts(value);
  if (family == Family::audit) {
    auto record = directory::decode_audit_record(value);
    return record ? without_texts(*std::move(record)) : std::nullopt;
  }
  if (family != Family::directory) return {};
  const auto record = directory::decode_directory_record(value);
  const auto without = record ? without_person(*record) : std::nullopt;
  if (!without) return {};
  std::string encoded;
  directory::append_encoded(*without, encoded);
  return encoded;
}

}  // namespace farthing::store::embedded

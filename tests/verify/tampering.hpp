// SPDX-License-Identifier: Apache-2.0
// The database of a closed embedded store, for tests that change it behind the store's back.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/check.hpp"

namespace farthing::inspect {

class Tampering {
 public:
  explicit Tampering(const std::filesystem::path& data) {
    std::vector<std::string> names;
    const std::string path = (data / "rocksdb").string();
    CHECK(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names)
      families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* db = nullptr;
    CHECK(rocksdb::DB::Open({}, path, families, &handles_, &db).ok());
    db_.reset(db);
    for (std::size_t i = 0; i < names.size(); ++i) by_name_[names[i]] = handles_[i];
  }
  ~Tampering() {
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }
  Tampering(const Tampering&) = delete;
  Tampering& operator=(const Tampering&) = delete;

  std::vector<std::string> families() const {
    std::vector<std::string> names;
    for (const auto& [name, handle] : by_name_) names.push_back(name);
    return names;
  }
  // All that the family holds.
  std::map<std::string, std::string> all(const std::string& family) {
    std::map<std::string, std::string> pairs;
    const std::unique_ptr<rocksdb::Iterator> each(db_->NewIterator({}, by_name_.at(family)));
    for (each->SeekToFirst(); each->Valid(); each->Next()) {
      pairs.emplace(each->key().ToString(), each->value().ToString());
    }
    return pairs;
  }
  std::string get(const std::string& family, const std::string& key) {
    std::string value;
    CHECK(db_->Get({}, by_name_.at(family), key, &value).ok());
    return value;
  }
  void put(const std::string& family, const std::string& key, const std::string& value) {
    CHECK(db_->Put({}, by_name_.at(family), key, value).ok());
  }
  void remove(const std::string& family, const std::string& key) {
    CHECK(db_->Delete({}, by_name_.at(family), key).ok());
  }
  // As in a store of a version that had no such family.
  void drop(const std::string& family) { CHECK(db_->DropColumnFamily(by_name_.at(family)).ok()); }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::map<std::string, rocksdb::ColumnFamilyHandle*> by_name_;
};

}  // namespace farthing::inspect

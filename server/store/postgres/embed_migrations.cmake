# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a source with the text of every file of MIGRATIONS (NNNN_name.sql), in the order of their
# numbers: cmake -DMIGRATIONS=… -DOUTPUT=… -P embed_migrations.cmake
set(rows "")
list(SORT MIGRATIONS)
foreach(file IN LISTS MIGRATIONS)
  get_filename_component(name "${file}" NAME_WE)
  string(REGEX MATCH "^0*([1-9][0-9]*)_" number "${name}")
  if(NOT number)
    message(FATAL_ERROR "${file} is not named NNNN_name.sql")
  endif()
  set(number "${CMAKE_MATCH_1}")
  file(READ "${file}" sql)
  string(APPEND rows "    {.number = ${number}, .name = \"${name}\", .sql = R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made from the migrations by embed_migrations.cmake.
#include <array>

#include \"server/store/postgres/schema.hpp\"

namespace farthing::store::postgres {

std::span<const Migration> all_migrations() {
  static constexpr auto kMigrations = std::to_array<Migration>({
${rows}  });
  return kMigrations;
}

}  // namespace farthing::store::postgres
")

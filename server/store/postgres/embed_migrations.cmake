# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a source with the text of every file of MIGRATIONS (NNNN_name.sql), in the order of their
# numbers: cmake -DMIGRATIONS=… -DOUTPUT=… -P embed_migrations.cmake
#
# The second line of a file is `-- nodes_from: N`, where N is the first migration whose nodes may serve beside
# it, or `-- nodes_from: this`, when no node of before may. Its part for `farthing store migrate --finish`, if it has
# one, is in NNNN_name.finish.sql.
cmake_policy(SET CMP0057 NEW)  # IN_LIST

set(rows "")
list(SORT MIGRATIONS)
foreach(file IN LISTS MIGRATIONS)
  get_filename_component(name "${file}" NAME_WE)
  if(file MATCHES "\\.finish\\.sql$")
    string(REPLACE ".finish.sql" ".sql" begun "${file}")
    if(NOT begun IN_LIST MIGRATIONS)
      message(FATAL_ERROR "${file} finishes nothing")
    endif()
    continue()
  endif()
  string(REGEX MATCH "^0*([1-9][0-9]*)_" number "${name}")
  if(NOT number)
    message(FATAL_ERROR "${file} is not named NNNN_name.sql")
  endif()
  set(number "${CMAKE_MATCH_1}")
  file(READ "${file}" sql)
  if(NOT sql MATCHES "^[^\n]*\n-- nodes_from: (this|[1-9][0-9]*)\n")
    message(FATAL_ERROR "${file} does not say `-- nodes_from: ` in its second line")
  endif()
  set(nodes_from "${CMAKE_MATCH_1}")
  if(nodes_from STREQUAL "this")
    set(nodes_from "${number}")
  endif()
  set(finish "nullptr")
  string(REGEX REPLACE "\\.sql$" ".finish.sql" finish_file "${file}")
  if(finish_file IN_LIST MIGRATIONS)
    file(READ "${finish_file}" finish)
    set(finish "R\"sql(${finish})sql\"")
  endif()
  string(APPEND rows "    {.number = ${number}, .name = \"${name}\", .nodes_from = ${nodes_from},\n"
                     "     .sql = R\"sql(${sql})sql\",\n     .finish = ${finish}},\n")
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

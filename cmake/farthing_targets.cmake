# SPDX-License-Identifier: Apache-2.0
# How every library, program and test of the project is declared, so that warnings, standard and
# sanitizers are the same everywhere.
include(GNUInstallDirs)

# Of our presets only: another compiler may warn of what ours does not, and who builds for use is not to
# be stopped by that.
option(FARTHING_WARNINGS_AS_ERRORS "Stop at the first warning" OFF)
set(FARTHING_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")

find_program(FARTHING_CCACHE ccache)
if(FARTHING_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${FARTHING_CCACHE}")
endif()

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The system's Python is the one that tools/packages.txt has modules for, whichever comes first in PATH.
if(EXISTS /usr/bin/python3)
  set(Python3_EXECUTABLE /usr/bin/python3 CACHE FILEPATH "Python of the tests")
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

add_library(farthing_flags INTERFACE)
target_compile_features(farthing_flags INTERFACE cxx_std_20)
target_compile_options(farthing_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow
                                               $<$<BOOL:${FARTHING_WARNINGS_AS_ERRORS}>:-Werror>
                                               -Wno-missing-field-initializers)
target_include_directories(farthing_flags INTERFACE "${PROJECT_SOURCE_DIR}")
if(FARTHING_SANITIZE)
  target_compile_options(farthing_flags INTERFACE -fsanitize=${FARTHING_SANITIZE}
                                                  -fno-omit-frame-pointer)
  target_link_options(farthing_flags INTERFACE -fsanitize=${FARTHING_SANITIZE})
  if(FARTHING_SANITIZE MATCHES undefined)
    # What these find, the address sanitizer and the compiler's warnings find too; they would make up a
    # third of the build's time.
    target_compile_options(farthing_flags INTERFACE -fno-sanitize=null,alignment,vptr,object-size)
  endif()
  if(FARTHING_SANITIZE MATCHES thread)
    # TSan does not understand the fences of Asio's handler queue.
    target_compile_definitions(farthing_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    target_compile_options(farthing_flags INTERFACE -Wno-error=tsan)
  endif()
else()
  # What makes a fault hard to use; tests/e2e/hardening_test.py looks for it in the program.
  target_compile_options(farthing_flags INTERFACE
    -fstack-protector-strong -fstack-clash-protection
    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(farthing_flags INTERFACE -fcf-protection=full)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    target_compile_options(farthing_flags INTERFACE -mbranch-protection=standard)
  endif()
  target_link_options(farthing_flags INTERFACE
    -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code)
endif()

# A source of ours costs mostly what it includes: sixteen of them in one compilation cost little more than
# one. Off for tools that look at each source alone.
option(FARTHING_UNITY "Compile the sources of a target in groups" ON)

# Sources of a target are compiled together, so their unnamed namespaces are one: two helpers of one name
# stop the build.
function(farthing_compile_together name)
  if(FARTHING_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 16)
  endif()
endfunction()

# farthing_library(NAME SOURCES a.cpp … DEPENDS x y …)
function(farthing_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  farthing_compile_together(${name})
  target_link_libraries(${name} PRIVATE farthing_flags PUBLIC ${arg_DEPENDS})
  target_include_directories(${name} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
endfunction()

# farthing_test(NAME SOURCES a_test.cpp … DEPENDS x y … [LABEL unit])
# One program of GoogleTest cases; every case is a test of ctest.
function(farthing_test name)
  if(NOT FARTHING_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;DEPENDS" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  farthing_compile_together(${name})
  set_property(GLOBAL APPEND PROPERTY FARTHING_TESTS ${name})
  target_link_libraries(${name} PRIVATE farthing_flags ${arg_DEPENDS} GTest::gtest_main)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # With what GoogleTest makes of them, it takes moves out of variants for reads of what was never
    # written, once it optimises. The sanitizers would find a true one.
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
  endif()
  include(GoogleTest)
  set(properties LABELS "${arg_LABEL}" TIMEOUT 300)
  if(FARTHING_SANITIZE MATCHES thread)
    list(APPEND properties ENVIRONMENT
         "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tools/tsan.supp")
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
endfunction()

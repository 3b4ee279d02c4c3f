// SPDX-License-Identifier: Apache-2.0
// The functions that R may call; here exceptions of C++ become errors of R.
#include <cpp11.hpp>
#include <cpp11/declarations.hpp>

#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>

#include <farthing/version.hpp>

#include "failure_value.hpp"
#include "json_value.hpp"
#include "ledger_calls.hpp"
#include "r_value.hpp"
#include "user_calls.hpp"

namespace {

using namespace farthing::r;

// Returns list(value, problem): a value, or a text that says why there is none.
template <class Make>
SEXP value_or_problem(Make make) {
  try {
    const cpp11::sexp value = make();
    return r_list({{"value", value}, {"problem", R_NilValue}});
  } catch (const JsonProblem& problem) {
    return r_list({{"value", R_NilValue}, {"problem", r_shown(problem.what())}});
  } catch (const NullCharacter& problem) {
    return r_list({{"value", R_NilValue}, {"problem", r_shown(problem.what())}});
  }
}

}  // namespace

extern "C" {

static SEXP openapi_user_account(SEXP settings, SEXP data_file) {
  BEGIN_CPP11
  return user_account(settings, data_file);
  END_CPP11
}

static SEXP openapi_user_balance(SEXP settings, SEXP organization, SEXP data_file) {
  BEGIN_CPP11
  return user_balance(settings, organization, data_file);
  END_CPP11
}

static SEXP openapi_ledger_call(SEXP settings, SEXP call, SEXP arguments) {
  BEGIN_CPP11
  return ledger_call(settings, call, arguments);
  END_CPP11
}

static SEXP openapi_read_json(SEXP text) {
  BEGIN_CPP11
  return value_or_problem(
      [&] { return r_json(std::string(cpp11::r_string(STRING_ELT(text, 0)))); });
  END_CPP11
}

static SEXP openapi_write_json(SEXP value) {
  BEGIN_CPP11
  return value_or_problem([&] { return r_scalar(std::string_view(json_text(value))); });
  END_CPP11
}

static SEXP openapi_sdk_version() {
  BEGIN_CPP11
  return r_scalar(farthing::sdk::kVersion);
  END_CPP11
}

static const R_CallMethodDef kCallMethods[] = {
    {"openapi_user_account", reinterpret_cast<DL_FUNC>(&openapi_user_account), 2},
    {"openapi_user_balance", reinterpret_cast<DL_FUNC>(&openapi_user_balance), 3},
    {"openapi_ledger_call", reinterpret_cast<DL_FUNC>(&openapi_ledger_call), 3},
    {"openapi_read_json", reinterpret_cast<DL_FUNC>(&openapi_read_json), 1},
    {"openapi_write_json", reinterpret_cast<DL_FUNC>(&openapi_write_json), 1},
    {"openapi_sdk_version", reinterpret_cast<DL_FUNC>(&openapi_sdk_version), 0},
    {nullptr, nullptr, 0},
};

// NOLINTNEXTLINE(readability-identifier-naming): the name is R's.
attribute_visible void R_init_openapi(DllInfo* dll) {
  R_registerRoutines(dll, nullptr, kCallMethods, nullptr, nullptr);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0
#include "user_calls.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <farthing/v1alpha_user_api.hpp>

#include "client_options.hpp"
#include "failure_value.hpp"
#include "interrupt.hpp"
#include "r_value.hpp"

namespace farthing::r {
namespace {

std::optional<std::string> optional_text(SEXP value) {
  if (value == R_NilValue) return {};
  return std::string(cpp11::r_string(STRING_ELT(value, 0)));
}

// Returns the path in the file system's form: the bytes of R's own encoding.
std::optional<std::filesystem::path> optional_path(SEXP value) {
  if (value == R_NilValue) return {};
  return std::filesystem::path(cpp11::safe[Rf_translateChar](STRING_ELT(value, 0)));
}

cpp11::sexp r_model(const sdk::OrganizationMembership& model) {
  const cpp11::sexp id = r_scalar(std::string_view(model.id));
  const cpp11::sexp is_default = r_scalar(model.is_default);
  const cpp11::sexp name = r_scalar(std::string_view(model.name));
  const cpp11::sexp role = r_scalar(std::string_view(model.role));
  return r_list({{"id", id}, {"is_default", is_default}, {"name", name}, {"role", role}});
}

cpp11::sexp r_model(const sdk::AccountResponseBody& model) {
  cpp11::sexp organizations(
      cpp11::safe[Rf_allocVector](VECSXP, static_cast<R_xlen_t>(model.organizations.size())));
  R_xlen_t at = 0;
  for (const sdk::OrganizationMembership& membership : model.organizations) {
    SET_VECTOR_ELT(organizations, at++, r_model(membership));
  }
  const cpp11::sexp email = r_scalar(std::string_view(model.email));
  const cpp11::sexp id = r_scalar(std::string_view(model.id));
  const cpp11::sexp profile_picture = r_scalar(model.profile_picture);
  return r_list({{"email", email},
                 {"id", id},
                 {"organizations", organizations},
                 {"profile_picture", profile_picture}});
}

cpp11::sexp r_model(const sdk::BalanceResponseBody& model) {
  const cpp11::sexp credits = r_scalar(model.credits);
  const cpp11::sexp credits_text = r_scalar(std::string_view(
      model.exact_credits ? model.exact_credits->to_string() : model.credits_text));
  return r_list({{"credits", credits}, {"credits_text", credits_text}});
}

cpp11::sexp r_headers(const std::vector<sdk::Header>& headers) {
  const auto size = static_cast<R_xlen_t>(headers.size());
  cpp11::sexp values(cpp11::safe[Rf_allocVector](VECSXP, size));
  cpp11::sexp names(cpp11::safe[Rf_allocVector](STRSXP, size));
  for (R_xlen_t i = 0; i < size; ++i) {
    const sdk::Header& header = headers[static_cast<std::size_t>(i)];
    SET_VECTOR_ELT(values, i, r_shown(header.value));
    SET_STRING_ELT(names, i, r_text(header.name));
  }
  cpp11::safe[Rf_setAttrib](static_cast<SEXP>(values), R_NamesSymbol, static_cast<SEXP>(names));
  return values;
}

cpp11::sexp r_no_answer(const sdk::Failure& failure) {
  const cpp11::sexp value = r_failure(failure);
  return r_list({{"model", R_NilValue}, {"failure", value}});
}

template <class T>
cpp11::sexp r_answer(const sdk::ApiResponse<T>& response) {
  cpp11::sexp model(R_NilValue);
  cpp11::sexp failure(R_NilValue);
  if (response.content) {
    try {
      model = r_model(*response.content);
    } catch (const NullCharacter& problem) {
      sdk::Failure what = decoding_failure(problem.what());
      what.status = response.status;
      what.request_id = response.request_id;
      what.attempts = response.attempts;
      failure = r_failure(what);
    }
  } else {
    failure = r_failure(response.content.error());
  }
  const cpp11::sexp status = r_scalar(response.status);
  const cpp11::sexp headers = r_headers(response.headers);
  const cpp11::sexp body = r_raw(response.body);
  const cpp11::sexp url = r_scalar(std::string_view(response.url));
  const cpp11::sexp request_id = r_scalar(std::string_view(response.request_id));
  const cpp11::sexp attempts = r_scalar(response.attempts);
  return r_list({{"model", model},
                 {"failure", failure},
                 {"status", status},
                 {"headers", headers},
                 {"body", body},
                 {"url", url},
                 {"request_id", request_id},
                 {"attempts", attempts}});
}

template <class T>
SEXP finish(const sdk::Result<sdk::ApiResponse<T>>& response) {
  if (response) return r_answer(*response);
  if (response.error().kind == sdk::FailureKind::cancelled) deliver_interrupt();
  return r_no_answer(response.error());
}

}  // namespace

SEXP user_account(SEXP settings, SEXP data_file) {
  const sdk::V1alphaUserApi api(client_options(settings));
  return finish(
      api.V1alphaUserAccountWithHttpInfo(optional_path(data_file), call_options(settings)));
}

SEXP user_balance(SEXP settings, SEXP organization, SEXP data_file) {
  const sdk::V1alphaUserApi api(client_options(settings));
  return finish(api.V1alphaUserBalanceWithHttpInfo(
      optional_text(organization), optional_path(data_file), call_options(settings)));
}

}  // namespace farthing::r

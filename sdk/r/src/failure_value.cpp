// SPDX-License-Identifier: Apache-2.0
#include "failure_value.hpp"

#include "json_value.hpp"
#include "r_value.hpp"

namespace farthing::r {
namespace {

// Returns a value of R, or JSON text when R cannot hold the value.
cpp11::sexp r_detail(const std::string& json) {
  try {
    return r_json(json);
  } catch (const NullCharacter&) {
    return r_shown(json);
  } catch (const JsonProblem&) {
    return r_shown(json);
  }
}

cpp11::sexp r_details(const std::vector<sdk::ExtraField>& fields) {
  const auto size = static_cast<R_xlen_t>(fields.size());
  cpp11::sexp details(cpp11::safe[Rf_allocVector](VECSXP, size));
  cpp11::sexp names(cpp11::safe[Rf_allocVector](STRSXP, size));
  for (R_xlen_t i = 0; i < size; ++i) {
    const sdk::ExtraField& field = fields[static_cast<std::size_t>(i)];
    SET_VECTOR_ELT(details, i, r_detail(field.json));
    SET_STRING_ELT(names, i, STRING_ELT(r_shown(field.name), 0));
  }
  cpp11::safe[Rf_setAttrib](static_cast<SEXP>(details), R_NamesSymbol, static_cast<SEXP>(names));
  return details;
}

}  // namespace

cpp11::sexp r_error(const std::optional<sdk::Error>& error) {
  if (!error) return R_NilValue;
  const cpp11::sexp fault = r_scalar(error->fault);
  const cpp11::sexp id = r_shown(error->id);
  const cpp11::sexp message = r_shown(error->message);
  const cpp11::sexp name = r_shown(error->name);
  const cpp11::sexp temporary = r_scalar(error->temporary);
  const cpp11::sexp timeout = r_scalar(error->timeout);
  const cpp11::sexp details = r_details(error->extra);
  return r_list({{"fault", fault},
                 {"id", id},
                 {"message", message},
                 {"name", name},
                 {"temporary", temporary},
                 {"timeout", timeout},
                 {"details", details}});
}

cpp11::sexp r_failure(const sdk::Failure& failure) {
  const cpp11::sexp kind = r_scalar(sdk::to_string(failure.kind));
  const cpp11::sexp message = r_shown(failure.message);
  const cpp11::sexp field = r_shown(failure.field);
  const cpp11::sexp status = r_scalar(failure.status);
  const cpp11::sexp error = r_error(failure.error);
  const cpp11::sexp request_id = r_shown(failure.request_id);
  const cpp11::sexp attempts = r_scalar(failure.attempts);
  const cpp11::sexp outcome_unknown = r_scalar(failure.is_outcome_unknown);
  const cpp11::sexp idempotency_key = r_shown(failure.idempotency_key);
  return r_list({{"kind", kind},
                 {"message", message},
                 {"field", field},
                 {"status", status},
                 {"error", error},
                 {"request_id", request_id},
                 {"attempts", attempts},
                 {"outcome_unknown", outcome_unknown},
                 {"idempotency_key", idempotency_key}});
}

sdk::Failure decoding_failure(const char* message) {
  return {.kind = sdk::FailureKind::decoding, .message = message};
}

}  // namespace farthing::r

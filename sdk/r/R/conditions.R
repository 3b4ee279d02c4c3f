# SPDX-License-Identifier: Apache-2.0
# The package's errors. All have the class `openapi_error`; none has a call in it, because a call
# might hold a key.

condition_classes <- list(
  usage = "openapi_usage_error",
  transport = "openapi_transport_error",
  timeout = c("openapi_timeout_error", "openapi_transport_error"),
  cancelled = "openapi_cancelled_error",
  http_status = "openapi_http_error",
  decoding = "openapi_decoding_error",
  file = "openapi_file_error"
)

# Raises an error of that kind. What is in `...` becomes members of the condition.
abort <- function(kind, message, ..., classes = character()) {
  stop(structure(
    list(message = message, call = NULL, ...),
    class = c(classes, condition_classes[[kind]], "openapi_error", "error", "condition")
  ))
}

# Options whose names in C++ are others.
option_names <- c(base_url = "base_path", headers = "default_headers")

# The argument, option or field that is wrong, before anything was sent.
abort_usage <- function(field, message) {
  abort("usage", message, field = field)
}

# A failure as C++ tells it. `response` is the ApiResponse, if there was an answer.
abort_failure <- function(failure, response = NULL) {
  classes <- character()
  if (failure$kind == "http_status") {
    classes <- paste0("openapi_http_", failure$status)
  }
  message <- failure$message
  if (failure$kind == "usage") {
    if (failure$field %in% names(option_names)) failure$field <- option_names[[failure$field]]
    if (!grepl(failure$field, message, fixed = TRUE)) {
      message <- sprintf("`%s`: %s", failure$field, message)
    }
  }
  if (failure$kind == "decoding" && !is.null(response)) {
    message <- paste0(message, ". The answer was ", describe_answer(response))
  }
  abort(failure$kind, message,
    field = failure$field, status_code = failure$status, error = make_error(failure$error),
    request_id = failure$request_id, attempts = failure$attempts,
    outcome_unknown = failure$outcome_unknown, idempotency_key = failure$idempotency_key,
    response = response, classes = classes
  )
}

longest_excerpt <- 200L

# Status and beginning of the body, for people. The key has been cut out of it.
describe_answer <- function(response) {
  body <- response$response$content
  text <- body_text(utils::head(body, longest_excerpt))
  if (length(body) > longest_excerpt) text <- paste0(text, " [and more]")
  sprintf("HTTP %d with %d bytes: %s", response$status_code, length(body), text)
}

# Bytes as text that can be printed, whatever they are.
body_text <- function(bytes) {
  bytes[bytes == as.raw(0)] <- charToRaw("?")
  text <- rawToChar(bytes)
  if (validUTF8(text)) Encoding(text) <- "UTF-8" else text <- iconv(text, "latin1", "UTF-8")
  text
}

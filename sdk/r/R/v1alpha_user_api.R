# SPDX-License-Identifier: Apache-2.0
# The two calls of the seed page.

V1alphaUserApi <- R6Class(
  "V1alphaUserApi",
  public = list(
    api_client = NULL,
    initialize = function(api_client = NULL) {
      self$api_client <- if (is.null(api_client)) ApiClient$new() else check_client(api_client)
    },
    V1alphaUserAccount = function(data_file = NULL, ...) {
      refuse_dots(...)
      content_or_response(self$api_client, request_account(self$api_client, data_file))
    },
    V1alphaUserAccountWithHttpInfo = function(data_file = NULL, ...) {
      refuse_dots(...)
      as_response(self$api_client, request_account(self$api_client, data_file))
    },
    V1alphaUserBalance = function(organization = NULL, data_file = NULL, ...) {
      refuse_dots(...)
      content_or_response(
        self$api_client, request_balance(self$api_client, organization, data_file)
      )
    },
    V1alphaUserBalanceWithHttpInfo = function(organization = NULL, data_file = NULL, ...) {
      refuse_dots(...)
      as_response(self$api_client, request_balance(self$api_client, organization, data_file))
    }
  )
)

# An answer as C++ tells it, with the model made of it and the second it began.
request_account <- function(client, data_file) {
  began <- as.numeric(Sys.time())
  answer <- .Call(openapi_user_account, call_settings(client), check_data_file(data_file))
  if (!is.null(answer$model)) answer$model <- make_account(answer$model)
  c(answer, began = began)
}

request_balance <- function(client, organization, data_file) {
  began <- as.numeric(Sys.time())
  organization <- first_given(check_organization(organization), header_organization(client))
  answer <- .Call(
    openapi_user_balance, call_settings(client), organization, check_data_file(data_file)
  )
  if (!is.null(answer$model)) answer$model <- make_balance(answer$model)
  c(answer, began = began)
}

# The model alone; without one, the response.
content_or_response <- function(client, answer) {
  if (is.null(answer$model)) as_response(client, answer) else answer$model
}

# An ApiResponse of any status. An error when there was no answer, when a good one could not be read
# or kept, and, if that was asked for, when the status is not a good one.
as_response <- function(client, answer) {
  raises <- check_flag(client$raise_on_error, "raise_on_error")
  if (is.null(answer$status)) abort_failure(answer$failure)
  response <- make_response(answer, content_of(answer), answer$began)
  is_refused <- !is.null(answer$failure) && answer$failure$kind == "http_status"
  if (!is.null(answer$failure) && (raises || !is_refused)) abort_failure(answer$failure, response)
  response
}

content_of <- function(answer) {
  if (answer$status >= 200L && answer$status <= 299L) {
    answer$model
  } else if (answer$status >= 400L && answer$status <= 499L) {
    "API client error"
  } else if (answer$status >= 500L && answer$status <= 599L) {
    "API server error"
  } else {
    # The blanks are doubled, as those who compare the text expect.
    paste("Server returned ", answer$status, " response status code.")
  }
}

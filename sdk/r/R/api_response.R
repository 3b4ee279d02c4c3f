# SPDX-License-Identifier: Apache-2.0

ApiResponse <- R6Class(
  "ApiResponse",
  public = list(
    content = NULL,
    response = NULL,
    status_code = NULL,
    headers = NULL,
    error = NULL,
    request_id = NULL,
    initialize = function(content = NULL, response = NULL, status_code = response$status_code,
                          headers = response$headers, error = NULL, request_id = NULL) {
      self$content <- content
      self$response <- response
      self$status_code <- status_code
      self$headers <- headers
      self$error <- error
      self$request_id <- request_id
    },
    format = function(...) format_response(self),
    print = function(...) {
      cat(self$format(...), sep = "\n")
      invisible(self)
    }
  )
)

as.list.ApiResponse <- function(x, ...) {
  list(
    content = x$content, response = x$response, status_code = x$status_code, headers = x$headers,
    error = x$error, request_id = x$request_id
  )
}

# Of the model, or of the server's error.
as.data.frame.ApiResponse <- function(x, row.names = NULL, optional = FALSE, ...) {
  what <- if (is.character(x$content)) x$error else x$content
  if (is.null(what)) abort_usage("x", "the response has neither a model nor a server's error in it")
  as.data.frame(what, row.names = row.names, optional = optional, ...)
}

format_response <- function(response) {
  lines <- c("<ApiResponse>", paste("status:", response$status_code))
  if (!is.null(response$request_id)) lines <- c(lines, paste("request id:", response$request_id))
  if (is.character(response$content)) {
    lines <- c(lines, paste("content:", format_value(response$content)))
  } else if (!is.null(response$content)) {
    lines <- c(lines, format(response$content))
  }
  c(lines, if (!is.null(response$error)) format(response$error))
}

# Of the list that C++ answers. `content` is the model or what stands in its place.
make_response <- function(answer, content, began) {
  ApiResponse$new(
    content = content,
    response = http_response(answer, began),
    status_code = answer$status,
    error = make_error(answer$failure$error),
    request_id = if (nzchar(answer$request_id)) answer$request_id
  )
}

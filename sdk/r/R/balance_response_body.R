# SPDX-License-Identifier: Apache-2.0

BalanceResponseBody <- R6Class(
  "BalanceResponseBody",
  public = c(list(
    credits = NULL,
    initialize = function(credits = NULL, credits_text = NULL, ...) {
      refuse_dots(...)
      set_fields(self, list(credits = credits))
      private$exact_text <- check_optional_text(credits_text, "credits_text")
    }
  ), model_methods),
  active = list(
    # Every digit that the server wrote, as long as `credits` is still the number it stands for.
    credits_text = function(value) {
      if (!missing(value)) abort_usage("credits_text", "`credits_text` follows `credits`")
      exact_text(self$credits, private$exact_text)
    }
  ),
  private = list(exact_text = NULL)
)

exact_text <- function(credits, text) {
  if (is.null(credits)) {
    NULL
  } else if (!is.null(text) && isTRUE(as.numeric(text) == credits)) {
    text
  } else {
    write_json(as.double(credits))
  }
}

as.list.BalanceResponseBody <- function(x, ...) x$toList()

as.data.frame.BalanceResponseBody <- function(x, row.names = NULL, optional = FALSE, ...) {
  data.frame(
    credits = if (is.null(x$credits)) NA_real_ else x$credits,
    credits_text = if (is.null(x$credits)) NA_character_ else x$credits_text,
    row.names = row.names
  )
}

make_balance <- function(values) BalanceResponseBody$new(values$credits, values$credits_text)

# SPDX-License-Identifier: Apache-2.0

Error <- R6Class(
  "Error",
  public = c(list(
    fault = NULL,
    id = NULL,
    message = NULL,
    name = NULL,
    temporary = NULL,
    timeout = NULL,
    # What else the server said, as a named list: `field`, `required`, `available`, …
    details = NULL,
    initialize = function(fault = NULL, id = NULL, message = NULL, name = NULL, temporary = NULL,
                          timeout = NULL, details = list(), ...) {
      refuse_dots(...)
      set_fields(self, list(
        fault = fault, id = id, message = message, name = name, temporary = temporary,
        timeout = timeout
      ))
      if (!is.list(details)) fail_check("details", "a list", details)
      self$details <- details
    }
  ), model_methods)
)

as.list.Error <- function(x, ...) c(x$toList(), x$details)

# One row; what is in `details` and has one value is a column, too.
as.data.frame.Error <- function(x, row.names = NULL, optional = FALSE, ...) {
  values <- as.list(x)
  values <- values[vapply(values, function(one) is.atomic(one) && length(one) == 1L, NA)]
  as.data.frame(values, row.names = row.names, stringsAsFactors = FALSE)
}

make_error <- function(values) {
  if (is.null(values)) {
    return(NULL)
  }
  Error$new(
    values$fault, values$id, values$message, values$name, values$temporary, values$timeout,
    values$details
  )
}

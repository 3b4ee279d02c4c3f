# SPDX-License-Identifier: Apache-2.0
# What is given to the package, looked at before it is used. Messages name the argument and never
# quote its value, which might be a key.

is_text <- function(x) is.character(x) && length(x) == 1L && !is.na(x)
is_flag <- function(x) is.logical(x) && length(x) == 1L && !is.na(x)
is_number <- function(x) is.numeric(x) && !is.factor(x) && length(x) == 1L && is.finite(x)

# What x is, for messages.
describe <- function(x) {
  if (is.null(x)) {
    "NULL"
  } else if (is.atomic(x) && length(x) == 1L && is.na(x)) {
    "NA"
  } else if (length(x) != 1L && is.atomic(x)) {
    paste("a vector of", length(x), "values")
  } else {
    switch(class(x)[1L],
      character = "a string",
      numeric = , integer = "a number",
      logical = "a logical",
      paste("an object of class", class(x)[1L])
    )
  }
}

fail_check <- function(name, must, x) {
  abort_usage(name, sprintf("`%s` must be %s, not %s", name, must, describe(x)))
}

check_text <- function(x, name) {
  if (!is_text(x)) fail_check(name, "one string", x)
  if (!nzchar(x)) abort_usage(name, sprintf("`%s` is empty", name))
  x
}

# The same; NULL stays NULL.
check_optional_text <- function(x, name) {
  if (is.null(x)) NULL else check_text(x, name)
}

check_flag <- function(x, name) {
  if (!is_flag(x)) fail_check(name, "TRUE or FALSE", x)
  x
}

# A whole number from `least` on; NULL stays NULL.
check_optional_count <- function(x, name, least) {
  if (is.null(x)) {
    return(NULL)
  }
  if (!is_number(x) || x != trunc(x) || x < least || x > .Machine$integer.max) {
    fail_check(name, paste("a whole number of at least", least), x)
  }
  x
}

# Stops when there is anything in the dots of the caller.
refuse_dots <- function(...) {
  if (...length() == 0L) {
    return(invisible())
  }
  given <- ...names()
  given <- given[!is.na(given) & nzchar(given)]
  what <- if (length(given) > 0L) {
    paste0("unknown argument `", given[1L], "`")
  } else {
    "an argument too many, without a name"
  }
  abort_usage("...", paste0(what, "; the help page lists the arguments"))
}

# A path for C++, which takes it for a file name and nothing else. A leading `~` is the home folder.
check_data_file <- function(x) {
  if (is.null(x)) NULL else path.expand(check_text(x, "data_file"))
}

# An empty organization means the default one, as none does.
check_organization <- function(x) {
  if (is.null(x)) {
    return(NULL)
  }
  if (!is_text(x)) fail_check("organization", "one string", x)
  if (nzchar(x)) x
}

# SPDX-License-Identifier: Apache-2.0
# `dput()` of what this package answers prints code that makes the object again; of all else, what
# R prints.

dput <- function(x, file = "",
                 control = c("keepNA", "keepInteger", "niceNames", "showAttributes")) {
  if (!inherits(x, names(schemas)) && !inherits(x, "ApiResponse")) {
    return(base::dput(x, file = file, control = control))
  }
  code <- as_code(x)
  if (is.character(file) && nzchar(file)) {
    file <- base::file(file, "wt")
    on.exit(close(file))
  }
  if (is.character(file)) writeLines(code) else writeLines(code, file)
  invisible(x)
}

# Lines of code.
as_code <- function(x) UseMethod("as_code")

as_code.default <- function(x) {
  if (is_text(x)) {
    text_code(x)
  } else if (is.double(x) && length(x) == 1L && is.null(attributes(x))) {
    number_code(x)
  } else {
    deparse(x, control = c("keepNA", "keepInteger", "niceNames", "showAttributes"))
  }
}

# In ASCII, so that it can be read back in every locale.
text_code <- function(text) {
  points <- utf8ToInt(enc2utf8(text))
  if (anyNA(points) || all(points < 128L)) {
    return(deparse(text))
  }
  pieces <- vapply(points, function(point) {
    if (point >= 128L) sprintf("\\U{%x}", point) else encoded_ascii(point)
  }, "")
  paste0("\"", paste(pieces, collapse = ""), "\"")
}

encoded_ascii <- function(point) {
  code <- deparse(intToUtf8(point))
  substr(code, 2L, nchar(code) - 1L)
}

# The fewest digits that R reads back as the same number.
number_code <- function(number) {
  if (!is.finite(number)) {
    return(deparse(number))
  }
  code <- write_json(number)
  if (identical(as.numeric(code), number)) code else deparse(number, control = "hexNumeric")
}

# A call of the class's constructor, its arguments on one line if they are short.
constructor_code <- function(class_name, arguments) {
  arguments <- arguments[!vapply(arguments, is.null, NA)]
  code <- Map(function(name, value) {
    lines <- as_code(value)
    lines[1L] <- paste0(name, " = ", lines[1L])
    lines
  }, names(arguments), arguments)
  wrapped_code(paste0(class_name, "$new("), code)
}

widest_line <- 76L

# `items` are lists of lines; `opening` ends with a parenthesis.
wrapped_code <- function(opening, items) {
  one_line <- paste0(opening, paste(unlist(items), collapse = ", "), ")")
  if (all(lengths(items) == 1L) && nchar(one_line) <= widest_line) {
    return(one_line)
  }
  last <- length(items)
  items[-last] <- lapply(items[-last], function(lines) {
    lines[length(lines)] <- paste0(lines[length(lines)], ",")
    lines
  })
  c(opening, paste0("  ", unlist(items)), ")")
}

# Stands for the list of memberships, whose elements have code of their own.
memberships_code <- function(memberships) {
  if (is.null(memberships)) NULL else structure(memberships, class = "memberships")
}

as_code.OrganizationMembership <- function(x) {
  constructor_code("OrganizationMembership", x$toList())
}

as_code.AccountResponseBody <- function(x) {
  constructor_code("AccountResponseBody", list(
    email = x$email, id = x$id, organizations = memberships_code(x$organizations),
    profile_picture = x$profile_picture
  ))
}

as_code.BalanceResponseBody <- function(x) {
  exact <- x$credits_text
  is_plain <- is.null(exact) || identical(exact, number_code(as.double(x$credits)))
  constructor_code("BalanceResponseBody", list(
    credits = x$credits, credits_text = if (!is_plain) exact
  ))
}

as_code.Error <- function(x) {
  constructor_code("Error", c(x$toList(), if (length(x$details)) list(details = x$details)))
}

as_code.ApiResponse <- function(x) {
  constructor_code("ApiResponse", list(
    content = x$content, response = x$response, error = x$error, request_id = x$request_id
  ))
}

as_code.memberships <- function(x) wrapped_code("list(", lapply(unclass(x), as_code))

# SPDX-License-Identifier: Apache-2.0
# What the models have in common. A model is an R6 class with a public field for each member of its
# JSON object; its schema says of each whether it is required and of which type. The methods below
# find the schema by the object's class.

field <- function(type, required = TRUE) list(type = type, required = required)

schemas <- list(
  OrganizationMembership = list(
    id = field("string"),
    is_default = field("boolean"),
    name = field("string"),
    role = field("string")
  ),
  AccountResponseBody = list(
    email = field("string"),
    id = field("string"),
    organizations = field("memberships"),
    profile_picture = field("string", required = FALSE)
  ),
  BalanceResponseBody = list(
    credits = field("number")
  ),
  Error = list(
    fault = field("boolean", required = FALSE),
    id = field("string"),
    message = field("string"),
    name = field("string"),
    temporary = field("boolean", required = FALSE),
    timeout = field("boolean", required = FALSE)
  )
)

schema_of <- function(model) schemas[[class(model)[1L]]]

is_membership <- function(x) inherits(x, "OrganizationMembership")

# Why `value` cannot be a field of that type; NULL when it can.
flaw_of <- function(type, value) {
  good <- switch(type,
    string = is_text(value),
    boolean = is_flag(value),
    number = is_number(value),
    memberships = is.list(value) && all(vapply(value, is_membership, NA))
  )
  if (good) {
    return(NULL)
  }
  must <- switch(type,
    string = "one string",
    boolean = "TRUE or FALSE",
    number = "one finite number",
    memberships = "a list of OrganizationMembership objects"
  )
  sprintf("must be %s, not %s", must, describe(value))
}

# Assigns what a constructor was given; NULL is no value.
set_fields <- function(model, values) {
  schema <- schema_of(model)
  for (name in names(values)) {
    value <- values[[name]]
    if (is.null(value)) next
    flaw <- flaw_of(schema[[name]]$type, value)
    if (!is.null(flaw)) abort_usage(name, sprintf("`%s` %s", name, flaw))
    model[[name]] <- value
  }
  invisible(model)
}

# The fields that have a value, memberships as lists, too.
model_values <- function(model) {
  values <- list()
  for (name in names(schema_of(model))) {
    value <- model[[name]]
    if (is.null(value)) next
    if (is.list(value)) value <- lapply(unname(value), model_values)
    values[[name]] <- value
  }
  values
}

json_type <- function(value) {
  if (is.null(value)) {
    "null"
  } else if (is.list(value)) {
    if (is.null(names(value))) "an array" else "an object"
  } else {
    switch(typeof(value), character = "a string", logical = "a boolean", "a number")
  }
}

json_types <- c(
  string = "a string", boolean = "a boolean", number = "a number", memberships = "an array"
)

# What `fault` is called with: the path of a field, and what is wrong with it.
check_object <- function(value, path, fault) {
  if (json_type(value) != "an object") {
    where <- if (nzchar(path)) path else "the document"
    fault(where, paste("must be an object, not", json_type(value)))
  }
}

check_type <- function(value, type, path, fault) {
  if (json_type(value) != json_types[[type]]) {
    fault(path, sprintf("must be %s, not %s", json_types[[type]], json_type(value)))
  }
}

# The value of a field, out of JSON. Paths count from 0, as JSON's do.
field_value <- function(value, type, path, fault) {
  check_type(value, type, path, fault)
  if (type != "memberships") {
    return(value)
  }
  lapply(seq_along(value), function(i) {
    read_fields(
      OrganizationMembership$new(), value[[i]], sprintf("%s[%d]", path, i - 1L), fault,
      keep = TRUE
    )
  })
}

# Sets the fields from a JSON object. Those it does not have stay as they are, or become NULL.
# Nothing is set unless everything can be.
read_fields <- function(model, object, path, fault, keep) {
  check_object(object, path, fault)
  schema <- schema_of(model)
  read <- lapply(stats::setNames(nm = names(schema)), function(name) {
    value <- object[[name]]
    if (is.null(value)) {
      return(NULL)
    }
    inner <- if (nzchar(path)) paste0(path, ".", name) else name
    field_value(value, schema[[name]]$type, inner, fault)
  })
  for (name in names(schema)) {
    if (!keep || !is.null(read[[name]])) model[[name]] <- read[[name]]
  }
  invisible(model)
}

fault_in_input <- function(model) {
  name <- class(model)[1L]
  function(path, flaw) {
    abort("decoding", sprintf("the JSON is no %s: `%s` %s", name, path, flaw), field = path)
  }
}

# Required fields and types, of memberships as well.
check_json <- function(class_name, object, path, fault) {
  check_object(object, path, fault)
  schema <- schemas[[class_name]]
  for (name in names(schema)) {
    inner <- if (nzchar(path)) paste0(path, ".", name) else name
    value <- object[[name]]
    if (is.null(value)) {
      if (schema[[name]]$required) fault(inner, "is missing")
      next
    }
    check_type(value, schema[[name]]$type, inner, fault)
    if (schema[[name]]$type == "memberships") {
      for (i in seq_along(value)) {
        check_json("OrganizationMembership", value[[i]], sprintf("%s[%d]", inner, i - 1L), fault)
      }
    }
  }
}

validate_json <- function(model, input) {
  object <- read_json(input, "input")
  name <- class(model)[1L]
  check_json(name, object, "", function(path, flaw) {
    what <- if (flaw == "is missing") "required field" else "field"
    why <- sprintf("is invalid for %s: the %s `%s` %s.", name, what, path, flaw)
    abort("decoding", paste("The JSON input `", input, "`", why), field = path)
  })
  invisible(NULL)
}

# Name of each field that is not as the schema wants it, with the reason.
invalid_fields <- function(model) {
  schema <- schema_of(model)
  found <- list()
  for (name in names(schema)) {
    value <- model[[name]]
    if (is.null(value)) {
      if (schema[[name]]$required) found[[name]] <- "is missing"
      next
    }
    flaw <- flaw_of(schema[[name]]$type, value)
    if (is.null(flaw) && is.list(value)) {
      bad <- which(!vapply(value, function(one) one$isValid(), NA))
      if (length(bad) > 0L) flaw <- sprintf("has a bad membership, number %d", bad[1L])
    }
    if (!is.null(flaw)) found[[name]] <- flaw
  }
  found
}

format_value <- function(value) {
  if (is.character(value)) encodeString(value, quote = "\"") else format(value, digits = 15L)
}

format_membership <- function(membership) {
  sprintf(
    "  %s  %s  %s%s", format_value(membership$id), format_value(membership$name),
    membership$role, if (isTRUE(membership$is_default)) "  (default)" else ""
  )
}

# One line a field.
format_model <- function(model) {
  lines <- sprintf("<%s>", class(model)[1L])
  for (name in names(schema_of(model))) {
    value <- model[[name]]
    if (is.null(value)) next
    lines <- c(lines, if (is.list(value)) {
      c(sprintf("%s: %d", name, length(value)), vapply(value, format_membership, ""))
    } else {
      paste0(name, ": ", format_value(value))
    })
  }
  lines
}

model_methods <- list(
  toJSON = function() model_values(self),
  toJSONString = function() write_json(as_object(self$toJSON())),
  toString = function() self$toJSONString(),
  fromJSON = function(input_json) {
    read_fields(self, read_json(input_json), "", fault_in_input(self), keep = TRUE)
  },
  fromJSONString = function(input_json) {
    read_fields(self, read_json(input_json), "", fault_in_input(self), keep = FALSE)
  },
  validateJSON = function(input) validate_json(self, input),
  toList = function() self$toJSON(),
  isValid = function() length(self$getInvalidFields()) == 0L,
  getInvalidFields = function() invalid_fields(self),
  format = function(...) format_model(self),
  print = function(...) {
    cat(self$format(...), sep = "\n")
    invisible(self)
  }
)

# A list that is an object in JSON even when it is empty.
as_object <- function(values) {
  if (length(values) == 0L) structure(list(), names = character()) else values
}

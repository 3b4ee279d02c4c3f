# SPDX-License-Identifier: Apache-2.0

OrganizationMembership <- R6Class(
  "OrganizationMembership",
  public = c(list(
    id = NULL,
    is_default = NULL,
    name = NULL,
    role = NULL,
    initialize = function(id = NULL, is_default = NULL, name = NULL, role = NULL, ...) {
      refuse_dots(...)
      set_fields(self, list(id = id, is_default = is_default, name = name, role = role))
    }
  ), model_methods)
)

as.list.OrganizationMembership <- function(x, ...) x$toList()

as.data.frame.OrganizationMembership <- function(x, row.names = NULL, optional = FALSE, ...) {
  memberships_frame(list(x), row.names)
}

memberships_frame <- function(memberships, row.names = NULL) {
  column <- function(name, empty) {
    vapply(memberships, function(one) if (is.null(one[[name]])) empty else one[[name]], empty)
  }
  data.frame(
    id = column("id", NA_character_),
    name = column("name", NA_character_),
    role = column("role", NA_character_),
    is_default = column("is_default", NA),
    row.names = row.names
  )
}

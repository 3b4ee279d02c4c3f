# SPDX-License-Identifier: Apache-2.0

AccountResponseBody <- R6Class(
  "AccountResponseBody",
  public = c(list(
    email = NULL,
    id = NULL,
    organizations = NULL,
    profile_picture = NULL,
    initialize = function(email = NULL, id = NULL, organizations = NULL, profile_picture = NULL,
                          ...) {
      refuse_dots(...)
      set_fields(self, list(
        email = email, id = id, organizations = organizations, profile_picture = profile_picture
      ))
    }
  ), model_methods)
)

as.list.AccountResponseBody <- function(x, ...) x$toList()

# The memberships: one row an organization.
as.data.frame.AccountResponseBody <- function(x, row.names = NULL, optional = FALSE, ...) {
  memberships_frame(x$organizations, row.names)
}

# Of the list that C++ made, which has been checked.
make_account <- function(values) {
  values$organizations <- lapply(values$organizations, function(one) {
    OrganizationMembership$new(one$id, one$is_default, one$name, one$role)
  })
  AccountResponseBody$new(
    values$email, values$id, values$organizations, values$profile_picture
  )
}

# SPDX-License-Identifier: Apache-2.0
# Data frames of what the /v1 API answers.

# Of columns that C++ made (src/ledger_frames.hpp). Instants become POSIXct in UTC.
make_frame <- function(columns) {
  for (name in grep("(_at|_until|^at|^as_of)$", names(columns), value = TRUE)) {
    columns[[name]] <- parse_instant(columns[[name]])
  }
  for (name in names(Filter(is.list, columns))) {
    columns[[name]] <- lapply(columns[[name]], make_frame)
  }
  structure(columns, row.names = .set_row_names(length(columns[[1L]])), class = "data.frame")
}

parse_instant <- function(text) {
  as.POSIXct(strptime(text, "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC"))
}

# One list of columns out of those of several pages.
bind_columns <- function(pages) {
  lapply(stats::setNames(nm = names(pages[[1L]])), function(name) {
    do.call(c, lapply(pages, `[[`, name))
  })
}

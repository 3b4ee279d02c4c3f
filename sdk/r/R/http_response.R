# SPDX-License-Identifier: Apache-2.0
# An answer in the shape of the package httr, whose functions then work on it; httr itself is not
# needed. The request in it says what was sent, except for the key.

http_response <- function(answer, began) {
  headers <- structure(answer$headers, class = c("insensitive", "list"))
  structure(
    list(
      url = answer$url,
      status_code = answer$status,
      headers = headers,
      all_headers = list(list(status = answer$status, version = "HTTP/1.1", headers = headers)),
      cookies = no_cookies(),
      content = answer$body,
      date = parse_http_date(answer$headers[["date"]]),
      times = c(total = as.numeric(Sys.time()) - began),
      request = sent_request(answer)
    ),
    class = "response"
  )
}

sent_request <- function(answer) {
  structure(
    list(
      method = "GET",
      url = answer$url,
      headers = c(Accept = "application/json", Authorization = "[redacted]"),
      fields = NULL,
      options = list(),
      auth_token = NULL
    ),
    class = "request"
  )
}

# The client keeps none; the columns are those of httr.
no_cookies <- function() {
  data.frame(
    domain = character(), flag = logical(), path = character(), secure = logical(),
    expiration = as.POSIXct(character(), tz = "UTC"), name = character(), value = character()
  )
}

http_months <- c("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# The names of the months are English in every locale, so strptime cannot read them.
parse_http_date <- function(text) {
  none <- as.POSIXct(NA_character_, tz = "GMT")
  if (is.null(text)) {
    return(none)
  }
  parts <- regmatches(
    text, regexec("^[A-Z][a-z]{2}, (\\d{2}) ([A-Z][a-z]{2}) (\\d{4}) ([0-9:]{8}) GMT$", text)
  )[[1L]]
  month <- match(parts[3L], http_months)
  if (length(parts) == 0L || is.na(month)) {
    return(none)
  }
  as.POSIXct(
    sprintf("%s-%02d-%s %s", parts[4L], month, parts[2L], parts[5L]),
    format = "%Y-%m-%d %H:%M:%S", tz = "GMT"
  )
}

# SPDX-License-Identifier: Apache-2.0
# What cannot be meant is refused before anything is sent, by name and without quoting it.

test_that("every option of the client is checked", {
  server <- scripted_server(reply())
  bad <- list(
    base_path = list(NULL, NA, "", 7, c("a", "b"), "ftp://h", "host", "http://u:p@h"),
    user_agent = list(NA, 7, c("a", "b"), ""),
    default_headers = list("x", c(A = NA), 7, list(A = 1), c(A = "b", "c"), c("A B" = "c"),
      c(Host = "h"), c("Content-Length" = "1")),
    timeout = list(NA, 0, -1, Inf, "5", c(1, 2), 1e9),
    retry_status_codes = list("503", NA, 503.5, 200, c(503, NA)),
    max_retry_attempts = list(-1, 1.5, NA, "3", c(1, 2), Inf),
    api_version = list(NULL, NA, "", "../v1", 1),
    auth_scheme = list(NULL, NA, "basic", c("bare", "bearer"))
  )
  for (name in names(bad)) {
    for (value in bad[[name]]) {
      api <- scripted_api(server)
      api$api_client[[name]] <- value
      error <- expect_error(api$V1alphaUserBalance(), class = "openapi_usage_error")
      expect_match(error$field, name, fixed = TRUE)
      expect_match(conditionMessage(error), name, fixed = TRUE)
    }
  }
  expect_length(server$requests(), 0L)
})

test_that("an organization is one string that may stand in a header", {
  server <- scripted_server(reply())
  api <- scripted_api(server)
  for (bad in list(NA, NA_character_, 7, c("a", "b"), character(), list("a"), "a\nb", "\u20ac",
    " org")) {
    error <- expect_error(api$V1alphaUserBalance(organization = bad), class = "openapi_usage_error")
    expect_identical(error$field, "organization")
  }
  expect_length(server$requests(), 0L)
})

test_that("retries follow the client's own list of statuses", {
  server <- scripted_server(reply(404L, error_json, c("Retry-After" = "0")), reply())
  api <- scripted_api(server, retry_status_codes = c(404, 503), max_retry_attempts = 2)
  expect_identical(api$V1alphaUserBalance()$credits, 12.5)
  server <- scripted_server(reply(503L, error_json, c("Retry-After" = "0")), reply())
  api <- scripted_api(server, retry_status_codes = 404, max_retry_attempts = 2)
  expect_identical(api$V1alphaUserBalance()$content, "API server error")
})

test_that("a redirect within the server is followed", {
  server <- scripted_server(reply(307L, "", c(Location = "/elsewhere")), reply())
  answer <- scripted_api(server)$V1alphaUserBalanceWithHttpInfo()
  expect_identical(answer$content$credits, 12.5)
  expect_identical(answer$response$url, paste0(server$url, "/elsewhere"))
})

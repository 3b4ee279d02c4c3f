# SPDX-License-Identifier: Apache-2.0
# At least one test for each fault of the generated client that this package takes the place of. The
# names are listed in docs/reference/r-package.md of the project.

test_that("fault 1: the organization is sent", {
  server <- scripted_server(reply())
  api <- scripted_api(server)
  api$V1alphaUserBalance(organization = "org-123456")
  api$V1alphaUserBalance("org-2")
  api$V1alphaUserBalance()
  api$V1alphaUserBalance(organization = "")
  sent <- lapply(server$requests(), header_of, "organization")
  expect_equal(sent, list("org-123456", "org-2", character(), character()))
})

test_that("fault 2: a fractional balance can be printed", {
  shortest <- c("12.5", "0.1", "0.30000000000000004", "100000", "0", "-3.25", "0.000001", "1e-09")
  for (text in shortest) {
    balance <- BalanceResponseBody$new(credits = as.numeric(text))
    expect_identical(balance$toJSONString(), sprintf("{\"credits\":%s}", text))
    expect_identical(balance$toString(), balance$toJSONString())
    again <- BalanceResponseBody$new()$fromJSONString(balance$toString())
    expect_identical(again$credits, balance$credits)
  }
})

test_that("fault 3: strings are escaped", {
  nasty <- "a\"b\\c\n\u20ac\",\"role\":\"OWNER"
  membership <- OrganizationMembership$new("org-1", FALSE, nasty, "MEMBER")
  again <- OrganizationMembership$new()$fromJSONString(membership$toJSONString())
  expect_identical(again$name, nasty)
  expect_identical(again$role, "MEMBER")
  account <- AccountResponseBody$new(nasty, "user-1", list(membership))
  again <- AccountResponseBody$new()$fromJSONString(account$toJSONString())
  expect_identical(again$email, nasty)
  expect_identical(again$organizations[[1L]]$name, nasty)
})

test_that("fault 4: AccountResponseBody$validateJSON can succeed", {
  expect_null(AccountResponseBody$new()$validateJSON(account_json))
  expect_error(
    AccountResponseBody$new()$validateJSON("{\"id\":\"u\",\"organizations\":[]}"),
    "` is invalid for AccountResponseBody: the required field `email` is missing.",
    fixed = TRUE
  )
})

test_that("fault 5: an empty list of organizations stays one", {
  json <- "{\"email\":\"a@example.com\",\"id\":\"user-1\",\"organizations\":[]}"
  account <- AccountResponseBody$new()$fromJSON(json)
  expect_identical(account$organizations, list())
  expect_identical(account$toJSONString(), json)
  expect_identical(AccountResponseBody$new(organizations = list())$organizations, list())
  server <- scripted_server(reply(body = json))
  expect_identical(scripted_api(server)$V1alphaUserAccount()$organizations, list())
})

test_that("fault 6: names are matched exactly", {
  json <- "{\"credits_total\":7}"
  expect_null(BalanceResponseBody$new()$fromJSON(json)$credits)
  expect_null(BalanceResponseBody$new()$fromJSONString(json)$credits)
  expect_error(BalanceResponseBody$new()$validateJSON(json), "`credits` is missing")
  server <- scripted_server(reply(body = json))
  expect_error(scripted_api(server)$V1alphaUserBalance(), "credits")
})

test_that("fault 7: wrong types and missing fields from the server are refused by name", {
  role <- "{\"id\":\"o\",\"name\":\"n\",\"is_default\":true,\"role\":7}"
  bodies <- c(
    "{\"credits\":\"12.5\"}" = "credits",
    "{}" = "credits",
    "{\"credits\":null}" = "credits"
  )
  for (body in names(bodies)) {
    server <- scripted_server(reply(body = body))
    error <- expect_error(
      scripted_api(server)$V1alphaUserBalance(),
      class = "openapi_decoding_error"
    )
    expect_identical(error$field, bodies[[body]])
  }
  server <- scripted_server(reply(
    body = sprintf("{\"id\":\"u\",\"email\":\"e\",\"organizations\":[%s]}", role)
  ))
  error <- expect_error(scripted_api(server)$V1alphaUserAccount(), "organizations[0].role",
    fixed = TRUE
  )
  expect_identical(error$field, "organizations[0].role")
  expect_error(BalanceResponseBody$new()$fromJSON("{\"credits\":\"12.5\"}"), "`credits`")
})

test_that("fault 8: a profile picture that is null is NULL", {
  json <- "{\"id\":\"u\",\"email\":\"e\",\"organizations\":[],\"profile_picture\":null}"
  expect_null(AccountResponseBody$new()$fromJSON(json)$profile_picture)
  server <- scripted_server(reply(body = json))
  expect_null(scripted_api(server)$V1alphaUserAccount()$profile_picture)
})

test_that("fault 9: an answer that cannot be read is told with status, body and cause", {
  server <- scripted_server(reply(201L, "{\"credits\":\"many\"}"))
  error <- expect_error(
    scripted_api(server)$V1alphaUserBalance(),
    class = "openapi_decoding_error"
  )
  expect_match(conditionMessage(error), "HTTP 201", fixed = TRUE)
  expect_match(conditionMessage(error), "{\"credits\":\"many\"}", fixed = TRUE)
  expect_match(conditionMessage(error), "expected a number, got a string", fixed = TRUE)
  expect_identical(error$response$status_code, 201L)
})

test_that("fault 10: error bodies are parsed", {
  server <- scripted_server(reply(401L, error_json, c("X-Request-Id" = "r-1")))
  answer <- scripted_api(server)$V1alphaUserBalance()
  expect_s3_class(answer, "ApiResponse")
  expect_identical(answer$content, "API client error")
  expect_identical(answer$status_code, 401L)
  expect_identical(answer$headers[["content-type"]], "application/json")
  expect_s3_class(answer$error, "Error")
  expect_identical(answer$error$name, "unauthorized")
  expect_identical(answer$error$message, "wrong key")
  expect_false(answer$error$fault)
  expect_identical(answer$error$details, list(field = "key"))
  expect_identical(answer$request_id, "r-1")
})

test_that("fault 11: max_retry_attempts = 0 tries once", {
  server <- scripted_server(reply(503L, error_json))
  api <- scripted_api(server, max_retry_attempts = 0, retry_status_codes = 503)
  expect_identical(api$V1alphaUserBalance()$content, "API server error")
  expect_length(server$requests(), 1L)
})

test_that("fault 11: a call leaves max_retry_attempts alone", {
  server <- scripted_server(reply())
  api <- scripted_api(server, max_retry_attempts = NULL)
  api$V1alphaUserBalance()
  expect_null(api$api_client$max_retry_attempts)
})

test_that("fault 11: Retry-After is obeyed", {
  server <- scripted_server(reply(429L, error_json, c("Retry-After" = "1")), reply())
  took <- system.time(
    balance <- scripted_api(server, max_retry_attempts = 1)$V1alphaUserBalance()
  )[["elapsed"]]
  expect_identical(balance$credits, 12.5)
  expect_gte(took, 1)
})

test_that("fault 11: failed transports are retried", {
  server <- scripted_server(raw_reply("", "close"), reply())
  expect_identical(scripted_api(server, max_retry_attempts = 1)$V1alphaUserBalance()$credits, 12.5)
  expect_length(server$requests(), 2L)
})

test_that("fault 12: arguments too many are an error", {
  server <- scripted_server(reply())
  api <- scripted_api(server)
  expect_error(api$V1alphaUserAccount(NULL, "org-1"), class = "openapi_usage_error")
  expect_error(api$V1alphaUserBalance("org-1", NULL, "x"), "without a name")
  expect_error(api$V1alphaUserBalance(organisation = "org-1"), "`organisation`")
  expect_error(api$V1alphaUserBalanceWithHttpInfo(datafile = "x"), "`datafile`")
  expect_error(api$V1alphaUserAccountWithHttpInfo(data_file = NULL, 1), class = "openapi_error")
  expect_error(BalanceResponseBody$new(12.5, NULL, 1), class = "openapi_usage_error")
  expect_length(server$requests(), 0L)
})

test_that("fault 13: results can be seen", {
  server <- scripted_server(reply(body = account_json))
  account <- scripted_api(server)$V1alphaUserAccount()
  printed <- capture.output(print(account))
  expect_match(printed, "a@example.com", all = FALSE, fixed = TRUE)
  expect_match(printed, "org-2", all = FALSE, fixed = TRUE)
  code <- capture.output(dput(account))
  expect_no_match(code, "environment")
  expect_equal(eval(parse(text = code)), account)
})

test_that("fault 14: the example with data_file runs as our page has it", {
  page <- tools::Rd_db("openapi")[["V1alphaUserApi.Rd"]]
  code <- withr::local_tempfile(fileext = ".R")
  tools::Rd2ex(page, code)
  expect_match(readLines(code), "organization = var_organization, data_file =", all = FALSE,
    fixed = TRUE)
  expect_no_error(parse(code))
})

test_that("fault 15: a key that cannot be one is refused before any request", {
  server <- scripted_server(reply())
  bad <- list(
    list(Authorization = NA), list(Authorization = NA_character_), list(Authorization = ""),
    list(Authorization = c("a", "b")), c(Authorization = "a", Authorization = "b"),
    list(Authorization = 7), list(), list("sk-1"), list(authorization = "sk-1"), 7,
    list(Other = "k")
  )
  for (keys in bad) {
    api <- scripted_api(server, api_keys = keys)
    error <- expect_error(api$V1alphaUserBalance(), class = "openapi_usage_error")
    expect_match(conditionMessage(error), "key")
  }
  expect_length(server$requests(), 0L)
})

test_that("fault 16: the key does not follow a redirect to another host", {
  other <- scripted_server(reply())
  location <- paste0(other$url, "/v1alpha/user/balance")
  server <- scripted_server(reply(302L, "", c(Location = location)))
  answer <- scripted_api(server)$V1alphaUserBalance()
  expect_identical(answer$content, "Server returned  302  response status code.")
  expect_length(server$requests(), 1L)
  expect_length(other$requests(), 0L)
})

test_that("fault 17: a body is text, whatever it looks like", {
  other <- scripted_server(reply())
  file <- withr::local_tempfile(lines = "{\"credits\":1}")
  for (body in c(paste0(other$url, "/balance.json"), file)) {
    server <- scripted_server(reply(body = body))
    expect_error(scripted_api(server)$V1alphaUserBalance(), class = "openapi_decoding_error")
    expect_error(BalanceResponseBody$new()$fromJSON(body), "is not JSON")
    expect_error(BalanceResponseBody$new()$fromJSONString(body), "is not JSON")
    expect_error(BalanceResponseBody$new()$validateJSON(body), "is not JSON")
  }
  expect_length(other$requests(), 0L)
})

test_that("fault 18: line breaks cannot add headers", {
  server <- scripted_server(reply())
  for (bad in c("sk-1\r\nX-Evil: 1", "sk-1\nX-Evil: 1", "sk-1\r")) {
    error <- expect_error(
      scripted_api(server, api_keys = list(Authorization = bad))$V1alphaUserBalance(),
      class = "openapi_usage_error"
    )
    expect_no_match(conditionMessage(error), "sk-1")
    expect_error(
      scripted_api(server, default_headers = c("X-A" = bad))$V1alphaUserBalance(), "X-A"
    )
    expect_error(scripted_api(server, user_agent = bad)$V1alphaUserBalance(), "user agent")
    expect_error(scripted_api(server)$V1alphaUserBalance(organization = bad), "organization")
  }
  expect_length(server$requests(), 0L)
})

test_that("fault 19: data_file is a file name and nothing else", {
  server <- scripted_server(reply())
  api <- scripted_api(server)
  withr::local_dir(withr::local_tempdir())
  api$V1alphaUserBalance(data_file = "|touch run-by-a-shell")
  expect_identical(list.files(), "|touch run-by-a-shell")
  output <- capture.output(
    expect_error(api$V1alphaUserBalance(data_file = ""), "`data_file` is empty")
  )
  expect_identical(output, character())
})

test_that("fault 20: the key is not kept in what is answered", {
  server <- scripted_server(reply(), reply(401L, error_json))
  api <- scripted_api(server)
  for (answer in list(api$V1alphaUserBalanceWithHttpInfo(), api$V1alphaUserBalance())) {
    expect_identical(answer$response$request$headers[["Authorization"]], "[redacted]")
    saved <- rawToChar(serialize(as.list(answer), NULL, ascii = TRUE))
    expect_no_match(saved, key, fixed = TRUE)
    expect_no_match(paste(capture.output(dput(answer), print(answer)), collapse = "\n"), key)
  }
  expect_no_match(capture.output(print(api$api_client)), key)
})

test_that("fault 21: data_file keeps what it was when the body is no good", {
  file <- withr::local_tempfile(lines = "before")
  server <- scripted_server(
    reply(body = "{\"credits\":\"x\"}"), reply(body = "{\"cred"), reply(500L, error_json), reply()
  )
  api <- scripted_api(server)
  expect_error(api$V1alphaUserBalance(data_file = file), class = "openapi_decoding_error")
  expect_error(api$V1alphaUserBalance(data_file = file), class = "openapi_decoding_error")
  expect_identical(api$V1alphaUserBalance(data_file = file)$status_code, 500L)
  expect_identical(readLines(file), "before")
  api$V1alphaUserBalance(data_file = file)
  expect_identical(readLines(file), "{\"credits\":12.5}")
  expect_identical(list.files(dirname(file), paste0("^", basename(file), ".")), character())
})

# SPDX-License-Identifier: Apache-2.0
# What scripts written for the generated client rely on.

test_that("the classes have the names they had", {
  expect_identical(class(ApiClient$new()), c("ApiClient", "R6"))
  expect_identical(class(V1alphaUserApi$new()), c("V1alphaUserApi", "R6"))
  expect_identical(class(AccountResponseBody$new()), c("AccountResponseBody", "R6"))
  expect_identical(class(BalanceResponseBody$new()), c("BalanceResponseBody", "R6"))
  expect_identical(class(OrganizationMembership$new()), c("OrganizationMembership", "R6"))
  expect_identical(class(Error$new()), c("Error", "R6"))
  expect_identical(class(ApiResponse$new("content", list())), c("ApiResponse", "R6"))
})

test_that("the constructor of ApiClient has its arguments in their order", {
  expect_identical(
    names(formals(ApiClient$public_methods$initialize))[1:10],
    c(
      "base_path", "user_agent", "default_headers", "username", "password", "api_keys",
      "access_token", "timeout", "retry_status_codes", "max_retry_attempts"
    )
  )
  client <- ApiClient$new("http://h", "agent", c(A = "b"), "u", "p", list(Authorization = "k"), "t",
    5, c(503), 2)
  expect_identical(client$base_path, "http://h")
  expect_identical(client$user_agent, "agent")
  expect_identical(client$default_headers, c(A = "b"))
  expect_identical(client$username, "u")
  expect_identical(client$password, "p")
  expect_identical(client$api_keys, list(Authorization = "k"))
  expect_identical(client$access_token, "t")
  expect_identical(client$timeout, 5)
  expect_identical(client$retry_status_codes, 503)
  expect_identical(client$max_retry_attempts, 2)
})

test_that("the defaults are those of the generated client", {
  client <- ApiClient$new()
  expect_identical(client$base_path, "https://api.stability.ai")
  expect_identical(client$api_keys, list())
  expect_match(client$user_agent, "^openapi-r/")
  for (name in c("default_headers", "username", "password", "access_token", "timeout",
    "retry_status_codes", "max_retry_attempts")) {
    expect_null(client[[name]])
  }
})

test_that("the environment gives defaults and explicit values win", {
  withr::local_envvar(STABILITY_API_KEY = "sk-env", API_HOST = "http://env:1")
  client <- ApiClient$new()
  expect_identical(client$base_path, "http://env:1")
  expect_identical(client$api_keys[["Authorization"]], "sk-env")
  client <- ApiClient$new(base_path = "http://own", api_keys = list(Authorization = "sk-own"))
  expect_identical(client$base_path, "http://own")
  expect_identical(client$api_keys[["Authorization"]], "sk-own")
  withr::local_envvar(STABILITY_API_KEY = "", API_HOST = "")
  expect_identical(ApiClient$new()$base_path, "https://api.stability.ai")
  expect_identical(ApiClient$new()$api_keys, list())
})

test_that("the key can be assigned as the page assigns it", {
  server <- scripted_server(reply())
  api_instance <- V1alphaUserApi$new(ApiClient$new(base_path = server$url))
  api_instance$api_client$api_keys["Authorization"] <- "sk-page"
  expect_identical(api_instance$V1alphaUserBalance()$credits, 12.5)
  api_instance$api_client$api_keys["Authorization"] <- "sk-other"
  api_instance$V1alphaUserBalance()
  api_instance$api_client$api_keys <- c(Authorization = "sk-vector")
  api_instance$V1alphaUserBalance()
  sent <- vapply(server$requests(), header_of, "", "authorization", USE.NAMES = FALSE)
  expect_identical(sent, c("sk-page", "sk-other", "sk-vector"))
})

test_that("fields can be changed between calls", {
  server <- scripted_server(reply())
  api <- scripted_api(server, api_version = "v1", auth_scheme = "bearer")
  api$V1alphaUserBalance()
  api$api_client$api_version <- "v1beta"
  api$api_client$auth_scheme <- "bare"
  api$api_client$user_agent <- "mine/1"
  api$api_client$default_headers <- c("X-Mine" = "a b")
  try(api$V1alphaUserAccount(), silent = TRUE)
  requests <- server$requests()
  expect_match(requests[1L], "^GET /v1/user/balance HTTP/1.1\r\n")
  expect_identical(header_of(requests[1L], "authorization"), paste("Bearer", key))
  expect_match(requests[2L], "^GET /v1beta/user/account HTTP/1.1\r\n")
  expect_identical(header_of(requests[2L], "authorization"), key)
  expect_identical(header_of(requests[2L], "user-agent"), "mine/1")
  expect_identical(header_of(requests[2L], "x-mine"), "a b")
  expect_identical(header_of(requests[2L], "accept"), "application/json")
})

test_that("headers that once stood in for arguments still do", {
  server <- scripted_server(reply())
  api <- scripted_api(server, api_keys = NULL,
    default_headers = c(Authorization = "sk-header", Organization = "org-1"))
  api$V1alphaUserBalance()
  api$V1alphaUserBalance(organization = "org-2")
  requests <- server$requests()
  expect_identical(header_of(requests[1L], "authorization"), "sk-header")
  expect_identical(header_of(requests[1L], "organization"), "org-1")
  expect_identical(header_of(requests[2L], "organization"), "org-2")
})

test_that("the API makes its own client, takes one, and a clone shares it", {
  client <- ApiClient$new(base_path = "http://h")
  api <- V1alphaUserApi$new(client)
  expect_identical(api$api_client, client)
  expect_identical(api$clone()$api_client, client)
  expect_s3_class(V1alphaUserApi$new()$api_client, "ApiClient")
  expect_error(V1alphaUserApi$new("http://h"), "`api_client`")
})

test_that("each status has the result that it had", {
  server <- scripted_server(
    reply(), reply(404L, error_json), reply(503L, error_json), reply(304L, "", type = NULL)
  )
  api <- scripted_api(server)
  expect_s3_class(api$V1alphaUserBalance(), "BalanceResponseBody")
  expected <- c(
    "API client error", "API server error", "Server returned  304  response status code."
  )
  for (content in expected) {
    answer <- api$V1alphaUserBalance()
    expect_s3_class(answer, "ApiResponse")
    expect_identical(answer$content, content)
  }
})

test_that("WithHttpInfo answers with the model and the response", {
  server <- scripted_server(reply(body = account_json, headers = c("X-Request-Id" = "r-1")))
  answer <- scripted_api(server)$V1alphaUserAccountWithHttpInfo()
  expect_s3_class(answer$content, "AccountResponseBody")
  expect_identical(answer$content$organizations[[2L]]$name, "Two")
  expect_identical(answer$request_id, "r-1")
  expect_null(answer$error)
})

test_that("httr's functions work on the response", {
  skip_if_not_installed("httr")
  skip_if_not_installed("jsonlite")
  server <- scripted_server(
    reply(headers = c(Date = "Sun, 06 Nov 1994 08:49:37 GMT")), reply(401L, error_json)
  )
  api <- scripted_api(server)
  response <- api$V1alphaUserBalanceWithHttpInfo()$response
  expect_identical(httr::status_code(response), 200L)
  expect_identical(httr::headers(response)[["Content-Type"]], "application/json")
  expect_identical(httr::content(response, "parsed")$credits, 12.5)
  expect_identical(httr::content(response, "text", encoding = "UTF-8"), "{\"credits\":12.5}")
  expect_identical(httr::content(response, "raw"), response$content)
  expect_identical(httr::http_type(response), "application/json")
  expect_false(httr::http_error(response))
  expect_equal(as.numeric(response$date), 784111777)
  expect_identical(nrow(httr::cookies(response)), 0L)
  expect_output(print(response), "Status: 200")
  refused <- api$V1alphaUserBalanceWithHttpInfo()
  expect_true(httr::http_error(refused$response))
  expect_identical(httr::http_status(refused$response)$category, "Client error")
})

test_that("data_file gets the body as it came and one newline", {
  body <- "{\n  \"credits\": 12.500, \"note\": \"\u20ac\"\n}"
  server <- scripted_server(reply(body = body))
  file <- withr::local_tempfile()
  balance <- scripted_api(server)$V1alphaUserBalance(data_file = file)
  expect_identical(balance$credits, 12.5)
  expect_identical(readBin(file, "raw", 1000L), charToRaw(enc2utf8(paste0(body, "\n"))))
})

test_that("`~` in data_file is the home folder", {
  home <- withr::local_tempdir()
  server <- scripted_server(reply())
  withr::local_envvar(HOME = home)
  skip_if_not(identical(path.expand("~"), home), "R has read HOME before")
  scripted_api(server)$V1alphaUserBalance(data_file = "~/balance.json")
  expect_identical(list.files(home), "balance.json")
})

test_that("the package has the version of the SDK in it", {
  version <- as.character(utils::packageVersion("openapi"))
  expect_identical(ApiClient$new()$user_agent, paste0("openapi-r/", version))
})

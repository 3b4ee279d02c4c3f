# SPDX-License-Identifier: Apache-2.0

test_that("raise_on_error makes conditions with classes of bad statuses", {
  server <- scripted_server(
    reply(401L, error_json, c("X-Request-Id" = "r-1")), reply(503L, "down", type = "text/plain"),
    reply(304L, "", type = NULL)
  )
  api <- scripted_api(server, raise_on_error = TRUE)
  error <- expect_error(api$V1alphaUserBalance(), class = "openapi_http_401")
  expect_s3_class(error, c("openapi_http_401", "openapi_http_error", "openapi_error", "error",
    "condition"), exact = TRUE)
  expect_match(conditionMessage(error), "HTTP 401 unauthorized: wrong key")
  expect_null(conditionCall(error))
  expect_identical(error$status_code, 401L)
  expect_identical(error$error$details$field, "key")
  expect_identical(error$request_id, "r-1")
  expect_s3_class(error$response, "ApiResponse")
  expect_error(api$V1alphaUserBalanceWithHttpInfo(), class = "openapi_http_503")
  expect_error(api$V1alphaUserAccount(), class = "openapi_http_304")
})

test_that("raise_on_error may be set later and must be TRUE or FALSE", {
  server <- scripted_server(reply(401L, error_json))
  api <- scripted_api(server)
  expect_s3_class(api$V1alphaUserBalance(), "ApiResponse")
  api$api_client$raise_on_error <- TRUE
  expect_error(api$V1alphaUserBalance(), class = "openapi_http_error")
  api$api_client$raise_on_error <- NA
  expect_error(api$V1alphaUserBalance(), "`raise_on_error`")
})

test_that("a dead server is a transport error", {
  server <- scripted_server(reply())
  port <- sub(".*:", "", server$url)
  dead <- list(url = "http://127.0.0.1:1")
  error <- expect_error(scripted_api(dead)$V1alphaUserBalance(), class = "openapi_transport_error")
  expect_match(conditionMessage(error), "127.0.0.1:1")
  expect_identical(error$attempts, 1L)
  expect_error(scripted_api(list(url = paste0("https://127.0.0.1:", port)))$V1alphaUserBalance(),
    class = "openapi_transport_error")
})

test_that("a server without a word is a timeout, which is a transport error", {
  server <- scripted_server(raw_reply("", "hold"))
  api <- scripted_api(server, timeout = 0.2)
  error <- expect_error(api$V1alphaUserBalance(), class = "openapi_timeout_error")
  expect_s3_class(error, "openapi_transport_error")
})

test_that("half an answer is no answer", {
  server <- scripted_server(
    raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"credits\":1", "close"),
    raw_reply("garbage\r\n\r\n", "close")
  )
  api <- scripted_api(server)
  file <- withr::local_tempfile(lines = "before")
  for (i in 1:2) {
    expect_error(api$V1alphaUserBalance(data_file = file), class = "openapi_transport_error")
  }
  expect_identical(readLines(file), "before")
})

test_that("a wrong content type and a body too large are decoding errors", {
  server <- scripted_server(
    reply(type = "text/html", body = "<html>"),
    reply(body = raw(17 * 2^20)),
    reply(body = "{\"credits\":1e400}"), reply(body = raw(3)), reply(body = as.raw(c(0x22, 0xff)))
  )
  api <- scripted_api(server)
  error <- expect_error(api$V1alphaUserBalance(), class = "openapi_decoding_error")
  expect_match(conditionMessage(error), "text/html")
  error <- expect_error(api$V1alphaUserBalance(), class = "openapi_decoding_error")
  expect_match(conditionMessage(error), "larger than the allowed")
  for (i in 1:3) expect_error(api$V1alphaUserBalance(), class = "openapi_decoding_error")
})

test_that("text that R cannot keep is told, not cut off", {
  body <- sub("One", "O\\\\u0000e", account_json)
  refusal <- sub("wrong", "w\\\\u0000g", error_json)
  server <- scripted_server(reply(body = body), reply(401L, refusal))
  api <- scripted_api(server)
  expect_error(api$V1alphaUserAccount(), "null character", class = "openapi_decoding_error")
  expect_identical(api$V1alphaUserAccount()$error$message, "w?g key")
})

test_that("headers of any bytes are shown", {
  server <- scripted_server(reply(headers = c("X-Name" = "caf\xe9")))
  headers <- scripted_api(server)$V1alphaUserBalanceWithHttpInfo()$headers
  expect_identical(headers[["x-name"]], "caf\u00e9")
})

test_that("a data file that cannot be written is an error with the cause", {
  server <- scripted_server(reply())
  api <- scripted_api(server)
  folder <- withr::local_tempdir()
  for (bad in list(folder, file.path(folder, "missing", "x"), NA, NA_character_, c("a", "b"), 7)) {
    error <- expect_error(api$V1alphaUserBalance(data_file = bad), class = "openapi_usage_error")
    expect_match(conditionMessage(error), "data.file")
  }
  expect_length(server$requests(), 0L)
  error <- expect_error(api$V1alphaUserBalance(data_file = file.path(folder, strrep("x", 250))),
    class = "openapi_file_error")
  expect_identical(list.files(folder), character())
})

test_that("a key that the server echoes is cut out of everything", {
  echo <- sub("wrong key", paste("no such key", key), error_json)
  server <- scripted_server(reply(401L, echo, c("X-Echo" = key)),
    reply(body = sprintf("{\"credits\":\"%s\"}", key)))
  api <- scripted_api(server)
  answer <- api$V1alphaUserBalance()
  expect_no_match(paste(capture.output(str(as.list(answer)), print(answer)), collapse = "\n"), key)
  expect_no_match(rawToChar(answer$response$content), key)
  error <- expect_error(api$V1alphaUserBalance(), class = "openapi_decoding_error")
  expect_no_match(conditionMessage(error), key)
})

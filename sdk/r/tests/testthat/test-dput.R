# SPDX-License-Identifier: Apache-2.0

code_of <- function(x, ...) paste(capture.output(dput(x, ...)), collapse = "\n")

test_that("dput prints code that makes the object again", {
  account <- AccountResponseBody$new()$fromJSON(account_json)
  account$profile_picture <- "http://h/\u20ac\"\\.png"
  objects <- list(
    account, BalanceResponseBody$new(12.5), BalanceResponseBody$new(0.1 + 0.2),
    BalanceResponseBody$new(1e-300), BalanceResponseBody$new(),
    BalanceResponseBody$new(9223372036.854775807, "9223372036.854775807"),
    OrganizationMembership$new("o", FALSE, "n\n", "R"), AccountResponseBody$new("e", "u", list()),
    Error$new(TRUE, "i", "m", "n", FALSE, FALSE, list(field = "x", list = list(1, "a")))
  )
  for (object in objects) {
    code <- code_of(object)
    again <- eval(parse(text = code))
    expect_identical(class(again), class(object))
    expect_identical(again$toJSON(), object$toJSON())
    expect_equal(again, object)
    expect_false(grepl("[^\n -~]", code))
  }
})

test_that("dput of a response makes it again, without the key", {
  server <- scripted_server(reply(401L, error_json))
  answer <- scripted_api(server)$V1alphaUserBalance()
  again <- eval(parse(text = code_of(answer)))
  expect_equal(again$error, answer$error)
  expect_identical(again$content, answer$content)
  expect_identical(again$response$content, answer$response$content)
  expect_identical(again$status_code, 401L)
})

test_that("the seed example's data is on one line", {
  balance <- BalanceResponseBody$new(12.5)
  expect_identical(code_of(balance), "BalanceResponseBody$new(credits = 12.5)")
  balance <- BalanceResponseBody$new(0.1, "0.1000")
  expect_identical(code_of(balance),
    "BalanceResponseBody$new(credits = 0.1, credits_text = \"0.1000\")")
})

test_that("dput writes to files and connections and answers its object invisibly", {
  balance <- BalanceResponseBody$new(12.5)
  file <- withr::local_tempfile()
  expect_invisible(dput(balance, file))
  expect_identical(dget(file)$credits, 12.5)
  connection <- textConnection("written", "w", local = TRUE)
  dput(balance, connection)
  close(connection)
  expect_identical(written, "BalanceResponseBody$new(credits = 12.5)")
})

test_that("dput of all else is R's", {
  for (x in list(1:3, list(a = "b"), data.frame(x = 1), mean, NULL, as.name("a"))) {
    expect_identical(capture.output(dput(x)), capture.output(base::dput(x)))
  }
  expect_identical(code_of(c(a = 1), control = NULL), "1")
  expect_identical(formals(dput)$control, formals(base::dput)$control)
})

test_that("attaching says one line at most", {
  script <- "library(openapi); stopifnot(!identical(dput, base::dput))"
  said <- system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote(script)), stderr = TRUE,
    stdout = TRUE)
  expect_lte(length(said), 1L)
})

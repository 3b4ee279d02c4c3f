# SPDX-License-Identifier: Apache-2.0
# The page that the project started from, its examples run as they stand on the real server: only
# the key is put where the page has a place for it, and the server comes from the environment. The
# page is not ours to copy; FARTHING_SEED_PAGE says where it lies.

seed_page <- function() {
  page <- Sys.getenv("FARTHING_SEED_PAGE")
  if (!nzchar(page) || !file.exists(page)) {
    if (Sys.getenv("CI") == "true") stop("the seed page is not there")
    skip("the seed page is not there: FARTHING_SEED_PAGE")
  }
  readLines(page, encoding = "UTF-8")
}

# The blocks of R code on the page, as lines.
examples_of <- function(page) {
  begins <- grep("^```R$", page)
  lapply(begins, function(begin) {
    end <- begin + which(page[-seq_len(begin)] == "```")[1L]
    page[(begin + 1L):(end - 1L)]
  })
}

run_example <- function(code, server) {
  withr::local_envvar(API_HOST = server$url)
  code <- sub("TODO_YOUR_API_KEY", server$key, code, fixed = TRUE)
  scope <- new.env(parent = globalenv())
  output <- capture.output(eval(parse(text = code), scope))
  list(result = scope$result, output = output)
}

test_that("the page's first example shows the account", {
  server <- real_server()
  examples <- examples_of(seed_page())
  expect_length(examples, 2L)
  ran <- run_example(examples[[1L]], server)
  expect_s3_class(ran$result, "AccountResponseBody")
  expect_equal(eval(parse(text = ran$output)), ran$result)
  expect_match(ran$output, ran$result$email, fixed = TRUE, all = FALSE)
  expect_true(server$organization %in% as.data.frame(ran$result)$id)
})

test_that("the page's second example shows the balance of its organization", {
  server <- real_server()
  code <- examples_of(seed_page())[[2L]]
  # As it stands: an organization that this key may not use.
  ran <- run_example(code, server)
  expect_s3_class(ran$result, "ApiResponse")
  expect_identical(ran$result$error$name, "permission_denied")
  expect_match(ran$output, "permission_denied", fixed = TRUE, all = FALSE)
  ran <- run_example(sub("org-123456", server$organization, code, fixed = TRUE), server)
  expect_s3_class(ran$result, "BalanceResponseBody")
  expect_match(ran$output, "^BalanceResponseBody\\$new\\(credits = [0-9.]+\\)$")
})

test_that("the page's line with data_file runs once its comma is there", {
  server <- real_server()
  code <- examples_of(seed_page())[[2L]]
  code <- sub("org-123456", server$organization, code, fixed = TRUE)
  line <- grep("^# result <- .*data_file", code)
  expect_length(line, 1L)
  code[line] <- sub("^# ", "", sub("organizationdata_file", "organization, data_file", code[line],
    fixed = TRUE))
  withr::local_dir(withr::local_tempdir())
  ran <- run_example(code[seq_len(line)], server)
  kept <- BalanceResponseBody$new()$fromJSONString(readLines("result.txt"))
  expect_identical(kept$credits, ran$result$credits)
})

test_that("our own example script makes the same calls", {
  server <- real_server()
  withr::local_envvar(API_HOST = server$url, STABILITY_API_KEY = server$key)
  withr::local_dir(withr::local_tempdir())
  script <- system.file("examples", "account_and_balance.R", package = "openapi", mustWork = TRUE)
  rscript <- file.path(R.home("bin"), "Rscript")
  said <- system2(rscript, c(script, server$organization), stdout = TRUE)
  expect_match(said, "^AccountResponseBody\\$new\\(", all = FALSE)
  expect_match(said, "^BalanceResponseBody\\$new\\(credits = ", all = FALSE)
  expect_true(file.exists("result.txt"))
})

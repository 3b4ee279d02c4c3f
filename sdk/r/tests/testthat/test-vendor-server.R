# SPDX-License-Identifier: Apache-2.0
# What goes to the vendor's server, the default one: the two calls and nothing else. What is sent
# there meets a server that takes the place of the proxy, and so is seen.

# Runs the lines in a process of its own, whose first connection finds the proxy: one that is kept
# from before would not ask for it. Returns what they printed, and what came to the proxy.
run_behind_proxy <- function(lines) {
  proxy <- scripted_server(reply(status = 403L, after = "close"))
  script <- withr::local_tempfile(fileext = ".R")
  dump(c("key", "ledger_calls", "argument_for", "make_call"), script, envir = environment())
  cat("library(openapi)", lines, file = script, sep = "\n", append = TRUE)
  rscript <- file.path(R.home("bin"), "Rscript")
  said <- withr::with_envvar(c(https_proxy = proxy$url), system2(rscript, script, stdout = TRUE))
  list(said = said, requests = proxy$requests())
}

# Every method of the class that makes a call.
ledger_calls <- setdiff(names(LedgerApi$public_methods), c("initialize", "clone"))

# A value that is good for the argument of that name.
argument_for <- function(name) {
  switch(name, amount = "1", ttl_s = 60, "x")
}

# Makes the call with every argument that it must have.
make_call <- function(api, name) {
  # An argument without a default has the empty symbol for one.
  needed <- names(which(vapply(formals(api[[name]]), is.symbol, NA)))
  do.call(api[[name]], lapply(stats::setNames(nm = needed), argument_for))
}

test_that("no call of LedgerApi is sent to the vendor's server", {
  expect_gt(length(ledger_calls), 30L)
  clients <- c(
    "ApiClient$new(api_keys = list(Authorization = key))",
    "ApiClient$new(base_path = 'http://API.stability.ai/x', api_keys = list(Authorization = key))"
  )
  for (client in clients) {
    run <- run_behind_proxy(c(
      paste("api <- LedgerApi$new(", client, ")"),
      "for (name in ledger_calls) {",
      "  error <- tryCatch(make_call(api, name), error = identity)",
      "  says_what_to_set <- grepl(\"FARTHING_URL\", conditionMessage(error))",
      "  cat(name, class(error)[[1L]], error$field, says_what_to_set, \"\\n\")",
      "}"
    ))
    expect_setequal(trimws(run$said), paste(ledger_calls, "openapi_usage_error base_path TRUE"))
    expect_length(run$requests, 0L)
  }
})

test_that("the two calls are still sent to the vendor's server", {
  run <- run_behind_proxy(c(
    "client <- ApiClient$new(api_keys = list(Authorization = key), max_retry_attempts = 0)",
    "api <- V1alphaUserApi$new(client)",
    "for (name in c(\"V1alphaUserAccount\", \"V1alphaUserBalance\")) {",
    "  cat(class(tryCatch(api[[name]](), error = identity))[[1L]], \"\\n\")",
    "}"
  ))
  expect_identical(trimws(run$said), rep("openapi_transport_error", 2L))
  expect_length(run$requests, 2L)
  expect_match(run$requests, "^CONNECT api\\.stability\\.ai:443 ")
})

test_that("LedgerApi takes server and key from the variables of Farthing first", {
  withr::local_envvar(STABILITY_API_KEY = "sk-two-calls", API_HOST = "http://two-calls:1")
  client <- LedgerApi$new()$api_client
  expect_identical(client$base_path, "http://two-calls:1")
  expect_identical(client$api_keys$Authorization, "sk-two-calls")
  withr::local_envvar(FARTHING_API_KEY = "sk-operator", FARTHING_URL = "http://farthing:1")
  client <- LedgerApi$new()$api_client
  expect_identical(client$base_path, "http://farthing:1")
  expect_identical(client$api_keys$Authorization, "sk-operator")
  for (made in list(ApiClient$new(), V1alphaUserApi$new()$api_client)) {
    expect_identical(made$base_path, "http://two-calls:1")
    expect_identical(made$api_keys$Authorization, "sk-two-calls")
  }
  given <- ApiClient$new(base_path = "http://given:1")
  expect_identical(LedgerApi$new(given)$api_client$base_path, "http://given:1")
})

# SPDX-License-Identifier: Apache-2.0
# What goes to the vendor's server, the default one: the two calls and nothing else. What is sent
# there meets a server that takes the place of the proxy, and so is seen.

local_proxy <- function(env = parent.frame()) {
  proxy <- scripted_server(reply(status = 403L, after = "close"), env = env)
  withr::local_envvar(https_proxy = proxy$url, .local_envir = env)
  proxy
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
  proxy <- local_proxy()
  expect_gt(length(ledger_calls), 30L)
  clients <- list(
    ApiClient$new(api_keys = list(Authorization = key)),
    ApiClient$new(base_path = "http://API.stability.ai/x", api_keys = list(Authorization = key))
  )
  for (client in clients) {
    for (name in ledger_calls) {
      error <- tryCatch(make_call(LedgerApi$new(client), name), error = identity)
      expect_s3_class(error, "openapi_usage_error")
      expect_identical(error$field, "base_path", info = name)
      expect_match(conditionMessage(error), "FARTHING_URL", info = name)
    }
  }
  expect_length(proxy$requests(), 0L)
})

test_that("the two calls are still sent to the vendor's server", {
  proxy <- local_proxy()
  client <- ApiClient$new(api_keys = list(Authorization = key), max_retry_attempts = 0)
  expect_error(V1alphaUserApi$new(client)$V1alphaUserAccount(), class = "openapi_transport_error")
  expect_error(V1alphaUserApi$new(client)$V1alphaUserBalance(), class = "openapi_transport_error")
  requests <- proxy$requests()
  expect_length(requests, 2L)
  expect_match(requests, "^CONNECT api\\.stability\\.ai:443 ")
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

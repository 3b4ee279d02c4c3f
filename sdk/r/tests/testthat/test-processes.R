# SPDX-License-Identifier: Apache-2.0
# Interrupts, forks, saved objects, leaks.

test_that("an interrupt ends a call at once", {
  server <- scripted_server(raw_reply("", "hold"))
  api <- scripted_api(server)
  pid <- Sys.getpid()
  killer <- parallel::mcparallel({
    while (length(server$requests()) == 0L) Sys.sleep(0.01)
    at <- proc.time()[["elapsed"]]
    tools::pskill(pid, tools::SIGINT)
    at
  })
  ended <- tryCatch(
    {
      api$V1alphaUserBalance()
      NULL
    },
    interrupt = function(condition) proc.time()[["elapsed"]]
  )
  sent <- parallel::mccollect(killer)[[1L]]
  expect_false(is.null(ended))
  expect_lt(ended - sent, 1)
})

test_that("an interrupt ends the wait for a retry, and the next call is as good as new", {
  server <- scripted_server(reply(503L, error_json, c("Retry-After" = "60")), reply())
  api <- scripted_api(server, max_retry_attempts = 1)
  pid <- Sys.getpid()
  killer <- parallel::mcparallel({
    while (length(server$requests()) == 0L) Sys.sleep(0.01)
    tools::pskill(pid, tools::SIGINT)
  })
  took <- system.time(
    ended <- tryCatch(api$V1alphaUserBalance(), interrupt = function(condition) "interrupted")
  )[["elapsed"]]
  parallel::mccollect(killer)
  expect_identical(ended, "interrupted")
  expect_lt(took, 30)
  expect_identical(api$V1alphaUserBalance()$credits, 12.5)
})

test_that("suspended interrupts wait until they are allowed", {
  server <- scripted_server(reply())
  api <- scripted_api(server)
  done <- tryCatch(
    {
      suspendInterrupts({
        tools::pskill(Sys.getpid(), tools::SIGINT)
        # Sys.sleep would not care that interrupts are suspended.
        end <- proc.time()[["elapsed"]] + 0.1
        while (proc.time()[["elapsed"]] < end) NULL
        credits <- api$V1alphaUserBalance()$credits
      })
      for (i in 1:100) Sys.sleep(0.01) # here it arrives
      "not interrupted"
    },
    interrupt = function(condition) "interrupted"
  )
  expect_identical(credits, 12.5)
  expect_identical(done, "interrupted")
})

test_that("an API that was saved and read back works", {
  api <- real_api()
  before <- api$V1alphaUserBalance()$credits
  file <- withr::local_tempfile()
  saveRDS(api, file)
  again <- readRDS(file)
  expect_identical(again$V1alphaUserBalance()$credits, before)
  script <- sprintf(
    "suppressMessages(library(openapi)); cat(readRDS(%s)$V1alphaUserBalance()$credits_text)",
    deparse(file)
  )
  said <- system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote(script)), stdout = TRUE)
  expect_identical(as.numeric(said), before)
})

test_that("forked children make calls, and the parent's connection is left alone", {
  api <- real_api()
  before <- api$V1alphaUserBalance()$credits
  answers <- parallel::mclapply(1:8, function(i) {
    vapply(1:5, function(j) api$V1alphaUserBalance()$credits, 0)
  }, mc.cores = 2L)
  expect_identical(unique(unlist(answers)), before)
  expect_identical(api$V1alphaUserBalance()$credits, before)
})

# In a process of its own, whose heap nothing else moves.
leak_script <- '
suppressMessages(library(openapi))
api <- V1alphaUserApi$new()
call <- function() {
  api$V1alphaUserBalanceWithHttpInfo()
  api$V1alphaUserAccount()
  api$V1alphaUserBalance(organization = "org-nowhere")
}
measure <- function() {
  gc()
  pages <- as.numeric(strsplit(readLines("/proc/self/statm"), " ")[[1L]][2L])
  c(pages * 4, length(list.files("/proc/self/fd")))
}
for (i in 1:2000) call()
before <- measure()
for (i in 1:1000) call()
cat(measure() - before)
'

test_that("1 000 calls leak neither memory nor descriptors", {
  skip_if_not(file.exists("/proc/self/statm"), "there is no /proc")
  server <- real_server()
  withr::local_envvar(API_HOST = server$url, STABILITY_API_KEY = server$key)
  script <- withr::local_tempfile(lines = leak_script, fileext = ".R")
  said <- system2(file.path(R.home("bin"), "Rscript"), script, stdout = TRUE)
  grown <- as.numeric(strsplit(said, " ")[[1L]])
  # A body of each call would be 200 KiB, a list of headers as R has them 2 MiB.
  expect_lt(grown[1L], 1024)
  expect_lte(grown[2L], 0)
})

test_that("calls survive a collection at every allocation", {
  server <- scripted_server(reply(body = account_json), reply(401L, error_json), reply())
  api <- scripted_api(server)
  ledger <- LedgerApi$new(api$api_client)
  settings <- openapi:::call_settings(api$api_client)
  gctorture(TRUE)
  withr::defer(gctorture(FALSE))
  account <- .Call(openapi:::openapi_user_account, settings, NULL)
  refused <- .Call(openapi:::openapi_user_balance, settings, "org-1", NULL)
  broken <- .Call(openapi:::openapi_ledger_call, settings, "list_charges",
    list(organization = "org-1", limit = 1))
  json <- .Call(openapi:::openapi_read_json, account_json)
  text <- .Call(openapi:::openapi_write_json, json$value)
  gctorture(FALSE)
  expect_identical(account$model$organizations[[2L]]$name, "Two")
  expect_identical(refused$failure$error$details$field, "key")
  expect_identical(broken$failure$kind, "decoding")
  expect_identical(.Call(openapi:::openapi_read_json, text$value), json)
})

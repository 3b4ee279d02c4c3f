# SPDX-License-Identifier: Apache-2.0
# Asks for the balance over and over, by the package openapi and by httr with jsonlite in turns of a
# tenth of a second, and prints one JSON object. README.md in this folder describes the arguments.
#
#   Rscript r_balance_call.R URL KEY_FILE WARMUP_S SECONDS
load_s <- system.time(suppressPackageStartupMessages(library(openapi)))[["elapsed"]]

arguments <- commandArgs(trailingOnly = TRUE)
url <- arguments[1L]
key <- readLines(arguments[2L], n = 1L)
warmup_s <- as.numeric(arguments[3L])
seconds <- as.numeric(arguments[4L])

turn_s <- 0.1

api <- V1alphaUserApi$new(ApiClient$new(base_path = url, api_keys = list(Authorization = key)))
by_openapi <- function() api$V1alphaUserBalance()$credits

# What the generated client does for the same call, without its copies on the way to the model.
balance_url <- paste0(url, "/v1alpha/user/balance")
by_httr <- function() {
  response <- httr::GET(
    balance_url, httr::add_headers(c(Accept = "application/json", Authorization = key)),
    httr::user_agent("OpenAPI-Generator/1.0.0/r")
  )
  stopifnot(httr::status_code(response) == 200L)
  jsonlite::fromJSON(httr::content(response, "text", encoding = "UTF-8"))$credits
}

stopifnot(identical(by_openapi(), as.numeric(by_httr())))

now <- function() proc.time()[["elapsed"]]

# Calls made and seconds taken in one turn.
take_turn <- function(call) {
  began <- now()
  calls <- 0
  repeat {
    call()
    calls <- calls + 1
    took <- now() - began
    if (took >= turn_s) return(c(calls, took))
  }
}

# Turns until each side has called for that long; calls a second.
take_turns <- function(length_s) {
  ours <- c(0, 0)
  theirs <- c(0, 0)
  while (theirs[2L] < length_s) {
    ours <- ours + take_turn(by_openapi)
    theirs <- theirs + take_turn(by_httr)
  }
  c(ours[1L] / ours[2L], theirs[1L] / theirs[2L])
}

if (warmup_s > 0) invisible(take_turns(warmup_s))
rates <- take_turns(seconds)
cat(sprintf("{\"openapi\":%.1f,\"httr\":%.1f,\"load_s\":%.4f}\n", rates[1L], rates[2L], load_s))

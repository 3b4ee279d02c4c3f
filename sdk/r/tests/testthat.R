# SPDX-License-Identifier: Apache-2.0
# FARTHING_JUNIT names a file for the outcome of each test, in the form of JUnit.
library(testthat)
library(openapi)

escape <- function(text) {
  text <- gsub("&", "&amp;", text, fixed = TRUE)
  text <- gsub("<", "&lt;", text, fixed = TRUE)
  gsub("\"", "&quot;", text, fixed = TRUE)
}

write_junit <- function(results, file) {
  cases <- as.data.frame(results)
  bad <- cases$error | cases$failed > 0L
  status <- ifelse(bad, "fail", ifelse(cases$skipped, "notrun", "run"))
  inside <- c(fail = "<failure/>", notrun = "<skipped/>", run = "")[status]
  names <- escape(paste0(sub("^test-(.*)\\.R$", "\\1", cases$file), ": ", cases$test))
  writeLines(enc2utf8(c(
    "<testsuite>",
    sprintf("<testcase name=\"%s\" status=\"%s\">%s</testcase>", names, status, inside),
    "</testsuite>"
  )), file, useBytes = TRUE)
}

listed <- ListReporter$new()
junit <- Sys.getenv("FARTHING_JUNIT")
tryCatch(
  test_check("openapi", reporter = MultiReporter$new(list(CheckReporter$new(), listed))),
  finally = if (nzchar(junit)) write_junit(listed$get_results(), junit)
)

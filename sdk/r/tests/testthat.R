# SPDX-License-Identifier: Apache-2.0
# FARTHING_JUNIT names a file for the results in JUnit's form.
library(testthat)
library(openapi)

junit <- Sys.getenv("FARTHING_JUNIT")
reporters <- list(CheckReporter$new())
if (nzchar(junit)) reporters <- c(reporters, JunitReporter$new(file = junit))
test_check("openapi", reporter = MultiReporter$new(reporters = reporters))

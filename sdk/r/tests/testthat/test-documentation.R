# SPDX-License-Identifier: Apache-2.0

pages <- lapply(tools::Rd_db("openapi"), function(page) {
  paste(capture.output(tools::Rd2txt(page, options = list(underline_titles = FALSE))),
    collapse = "\n")
})

classes <- c(
  "AccountResponseBody", "ApiClient", "ApiResponse", "BalanceResponseBody", "Error", "LedgerApi",
  "OrganizationMembership", "V1alphaUserApi"
)

test_that("every class's page names its public fields and methods", {
  expect_setequal(classes, setdiff(getNamespaceExports("openapi"), "dput"))
  for (name in classes) {
    generator <- getExportedValue("openapi", name)
    members <- setdiff(
      c(names(generator$public_fields), names(generator$public_methods), names(generator$active)),
      ".__enclos_env__"
    )
    for (member in members) {
      expect_true(grepl(paste0("\\b", member, "\\b"), pages[[paste0(name, ".Rd")]]),
        label = sprintf("that the page of %s names %s", name, member))
    }
  }
})

test_that("every method's page names its arguments", {
  for (name in classes) {
    methods <- getExportedValue("openapi", name)$public_methods
    for (method in setdiff(names(methods), "initialize")) {
      for (argument in names(formals(methods[[method]]))) {
        expect_true(grepl(argument, pages[[paste0(name, ".Rd")]], fixed = TRUE),
          label = sprintf("that the page of %s names %s of %s", name, argument, method))
      }
    }
  }
})

test_that("every page has an example that can be parsed", {
  for (page in tools::Rd_db("openapi")) {
    file <- withr::local_tempfile()
    tools::Rd2ex(page, file)
    expect_true(file.exists(file))
    expect_gt(length(parse(file)), 0L)
  }
})

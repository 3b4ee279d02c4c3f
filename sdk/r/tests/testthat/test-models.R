# SPDX-License-Identifier: Apache-2.0
# The models' methods.

test_that("toJSON is a list and toJSONString minified JSON", {
  account <- AccountResponseBody$new()$fromJSON(account_json)
  expect_identical(account$toJSON()$organizations[[2L]], list(
    id = "org-2", is_default = FALSE, name = "Two", role = "MEMBER"
  ))
  expect_identical(account$toList(), account$toJSON())
  expect_identical(as.list(account), account$toJSON())
  expect_identical(
    account$organizations[[1L]]$toJSONString(),
    "{\"id\":\"org-1\",\"is_default\":true,\"name\":\"One\",\"role\":\"OWNER\"}"
  )
  expect_identical(AccountResponseBody$new()$toJSONString(), "{}")
})

test_that("fromJSON sets what is there, fromJSONString sets everything", {
  account <- AccountResponseBody$new("e", "u", list(), "http://picture")
  expect_identical(account$fromJSON("{\"id\":\"v\"}"), account)
  expect_identical(list(account$id, account$email, account$profile_picture),
    list("v", "e", "http://picture"))
  expect_identical(account$fromJSONString("{\"id\":\"w\"}"), account)
  expect_identical(account$id, "w")
  expect_null(account$email)
  expect_null(account$organizations)
})

test_that("JSON that does not fit changes nothing", {
  account <- AccountResponseBody$new("e", "u", list())
  for (json in c("{\"id\":\"v\",\"email\":1}", "[]", "\"x\"", "{\"id\":\"v\",", "",
    "{\"id\":\"v\",\"id\":\"w\"}", "{\"organizations\":[1]}", "{\"organizations\":{}}")) {
    expect_error(account$fromJSON(json), class = "openapi_decoding_error")
    expect_error(account$fromJSONString(json), class = "openapi_decoding_error")
  }
  expect_identical(account$toJSON(), list(email = "e", id = "u", organizations = list()))
  expect_error(account$fromJSON(c("{}", "{}")), "`input_json` must be one string")
  expect_error(account$fromJSON(NULL), class = "openapi_usage_error")
})

test_that("validateJSON names what is wrong, in memberships too", {
  validate <- AccountResponseBody$new()$validateJSON
  json <- "{\"id\":\"u\",\"email\":\"e\",\"organizations\":[{\"id\":\"o\"}]}"
  expect_error(validate(json),
    paste0("The JSON input ` ", json, " ` is invalid for AccountResponseBody: the required field ",
      "`organizations[0].is_default` is missing."),
    fixed = TRUE)
  expect_error(validate("{\"id\":1,\"email\":\"e\",\"organizations\":[]}"),
    "the field `id` must be a string, not a number.", fixed = TRUE)
  expect_error(validate("[]"), "must be an object")
  expect_null(BalanceResponseBody$new()$validateJSON("{\"credits\":1e2,\"more\":{}}"))
  expect_null(Error$new()$validateJSON("{\"id\":\"i\",\"name\":\"n\",\"message\":\"m\"}"))
})

test_that("constructors refuse what a field cannot be, by name", {
  bad <- list(
    quote(BalanceResponseBody$new("12.5")), quote(BalanceResponseBody$new(NA_real_)),
    quote(BalanceResponseBody$new(c(1, 2))), quote(BalanceResponseBody$new(Inf)),
    quote(AccountResponseBody$new(email = 1)), quote(AccountResponseBody$new(id = NA)),
    quote(AccountResponseBody$new(organizations = "org-1")),
    quote(AccountResponseBody$new(organizations = list("org-1"))),
    quote(OrganizationMembership$new(is_default = "yes")),
    quote(OrganizationMembership$new(role = factor("OWNER"))),
    quote(Error$new(timeout = 1)), quote(Error$new(details = "x"))
  )
  for (call in bad) {
    error <- expect_error(eval(call), class = "openapi_usage_error")
    expect_match(conditionMessage(error), paste0("`", error$field, "`"), fixed = TRUE)
  }
})

test_that("isValid and getInvalidFields look at the fields as they are", {
  account <- AccountResponseBody$new()$fromJSON(account_json)
  expect_true(account$isValid())
  account$email <- 7
  account$id <- NULL
  account$organizations[[1L]]$role <- NULL
  expect_false(account$isValid())
  expect_identical(names(account$getInvalidFields()), c("email", "id", "organizations"))
  expect_identical(account$getInvalidFields()$id, "is missing")
  expect_true(BalanceResponseBody$new(1)$isValid())
  expect_false(BalanceResponseBody$new()$isValid())
})

test_that("credits_text has every digit while credits is that number", {
  server <- scripted_server(
    reply(body = "{\"credits\":9223372036.854775807}"), reply(body = "{\"credits\":1.50e1}")
  )
  api <- scripted_api(server)
  balance <- api$V1alphaUserBalance()
  expect_identical(balance$credits_text, "9223372036.854775807")
  expect_identical(balance$credits, 9223372036.854775807)
  balance$credits <- 0.5
  expect_identical(balance$credits_text, "0.5")
  expect_error(balance$credits_text <- "1", class = "openapi_usage_error")
  expect_identical(api$V1alphaUserBalance()$credits_text, "15")
  expect_null(BalanceResponseBody$new()$credits_text)
})

test_that("models become data frames", {
  account <- AccountResponseBody$new()$fromJSON(account_json)
  frame <- as.data.frame(account)
  expect_identical(names(frame), c("id", "name", "role", "is_default"))
  expect_identical(frame$role, c("OWNER", "MEMBER"))
  expect_identical(frame$is_default, c(TRUE, FALSE))
  expect_identical(nrow(as.data.frame(AccountResponseBody$new(organizations = list()))), 0L)
  expect_identical(as.data.frame(account$organizations[[1L]])$id, "org-1")
  expect_identical(as.data.frame(BalanceResponseBody$new(12.5)),
    data.frame(credits = 12.5, credits_text = "12.5"))
  details <- list(required = "2", x = list())
  error <- Error$new(id = "i", name = "n", message = "m", details = details)
  expect_identical(as.data.frame(error), data.frame(id = "i", message = "m", name = "n",
    required = "2"))
})

test_that("responses become lists and data frames", {
  server <- scripted_server(reply(), reply(401L, error_json), reply(503L, "down", type = NULL))
  api <- scripted_api(server)
  good <- api$V1alphaUserBalanceWithHttpInfo()
  expect_identical(as.data.frame(good)$credits, 12.5)
  expect_identical(as.list(good)$content, good$content)
  expect_identical(as.data.frame(api$V1alphaUserBalance())$name, "unauthorized")
  expect_error(as.data.frame(api$V1alphaUserBalance()), class = "openapi_usage_error")
})

test_that("print shows the fields, escaped, and answers its object", {
  membership <- OrganizationMembership$new("org-1", TRUE, "a\nb", "OWNER")
  expect_output(print(membership), "name: \"a\\nb\"", fixed = TRUE)
  expect_identical(format(BalanceResponseBody$new(0.1)), c("<BalanceResponseBody>", "credits: 0.1"))
  expect_invisible(print(BalanceResponseBody$new(1)))
  server <- scripted_server(reply(401L, error_json))
  expect_output(print(scripted_api(server)$V1alphaUserBalance()), "unauthorized")
})

test_that("numbers, texts and lists survive JSON", {
  values <- list(a = 1.5, b = "x", c = TRUE, d = list(1, list()), e = structure(list(),
    names = character()), f = c(1L, NA))
  text <- openapi:::write_json(c(values, list(g = NULL)))
  expect_identical(text,
    "{\"a\":1.5,\"b\":\"x\",\"c\":true,\"d\":[1,[]],\"e\":{},\"f\":[1,null],\"g\":null}")
  expect_identical(openapi:::read_json("{\"a\":[1,\"\\u20ac\",null,{}]}")$a[[2L]], "\u20ac")
  expect_error(openapi:::write_json(list(f = print)), "no form in JSON")
  expect_error(openapi:::write_json(list(a = 1, 2)), "names")
  expect_error(openapi:::read_json("{\"a\":\"x\\u0000y\"}"), "null character")
  expect_error(openapi:::read_json("1e999"), "range of a double")
})

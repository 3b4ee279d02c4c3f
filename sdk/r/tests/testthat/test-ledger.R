# SPDX-License-Identifier: Apache-2.0
# The /v1 API, against the real server.

test_that("users, organizations, members and keys are made and read", {
  api <- operator_api()
  email <- sprintf("r%d-%d@example.com", Sys.getpid(), as.integer(Sys.time()))
  user <- api$create_user(email, name = "R\u00e9")
  expect_identical(nrow(user), 1L)
  expect_false(user$replayed)
  expect_s3_class(user$created_at, "POSIXct")
  expect_identical(api$user(user$id)$name, "R\u00e9")
  organization <- api$create_organization("R group")
  expect_identical(api$organization(organization$id)$name, "R group")
  member <- api$put_member(organization$id, user$id, "OWNER")
  expect_identical(member$role, "OWNER")
  expect_identical(api$members(organization$id)$email, email)
  expect_identical(
    api$set_default_organization(user$id, organization$id)$default_organization, organization$id
  )
  made <- api$create_api_key(user$id, "laptop", c("user", "service"),
    expires_at = as.POSIXct("2100-01-01", tz = "UTC"))
  expect_match(made$secret, "^sk-")
  listed <- api$api_keys(user$id)
  expect_identical(listed$scopes, "user service")
  expect_identical(listed$expires_at, as.POSIXct("2100-01-01", tz = "UTC"))
  expect_false("secret" %in% names(listed))
  expect_identical(api$api_key(made$id)$hint, listed$hint)
  expect_false(is.na(api$revoke_api_key(made$id)$revoked_at))
  expect_true(user$id %in% api$users()$id)
  expect_true(organization$id %in% api$organizations()$id)
})

test_that("grants and charges are exact, and happen once", {
  api <- operator_api()
  organization <- api$create_organization("Exact")$id
  grant <- api$create_grant(organization, "10.000000001", category = "paid", priority = 7,
    metadata = list(order = "4711"), idempotency_key = "grant-1")
  expect_identical(grant$amount_text, "10.000000001")
  expect_identical(grant$amount, 10.000000001)
  again <- api$create_grant(organization, "10.000000001", category = "paid", priority = 7,
    metadata = list(order = "4711"), idempotency_key = "grant-1")
  expect_true(again$replayed)
  expect_identical(again$id, grant$id)
  charge <- api$create_charge(organization, 2.5, operation = "image", model = "v3")
  expect_identical(charge$available_text, "7.500000001")
  expect_identical(charge$grants[[1L]]$amount_text, "2.5")
  expect_identical(api$charge(charge$id)$operation, "image")
  expect_identical(api$grant(grant$id)$remaining_text, "7.500000001")
  balance <- api$balance(organization)
  expect_identical(balance$available_text, "7.500000001")
  expect_identical(balance$held, 0)
  expect_s3_class(balance$as_of, "POSIXct")
  expect_identical(api$grants(organization)$priority, 7)
  expect_identical(api$grants(organization)$metadata, "{\"order\":\"4711\"}")
})

test_that("movements say why, and grants what was paid", {
  api <- operator_api()
  organization <- api$create_organization("Reasons")$id
  grant <- api$create_grant(organization, "10", reason = "bought", payment_reference = "in_7",
    price_paid = list(amount = "49.00", currency = "EUR"))
  expect_identical(grant$price_paid_amount_text, "49")
  expect_identical(grant$price_paid_currency, "EUR")
  expect_identical(grant$payment_reference, "in_7")
  expect_identical(grant$reason, "bought")
  expect_identical(grant$tags, NA_character_)
  charge <- api$create_charge(organization, 1, reason = "asked for")
  expect_identical(api$refund_charge(charge$id, reason = "blurred")$reason, "blurred")
  expect_identical(api$void_grant(grant$id, reason = "paid twice")$reason, "paid twice")
  expect_identical(api$entries(organization)$reason,
    c("bought", "asked for", "blurred", "paid twice"))
  # The server of the tests has declared no tags.
  expect_error(api$create_charge(organization, 1, tags = c(team = "red")), "has not declared")
  for (wrong in list("red", c(team = NA), 7, c("red", team = "blue"))) {
    expect_error(api$create_charge(organization, 1, tags = wrong), "tags")
  }
  for (wrong in list("49 EUR", list(amount = "1"), c(amount = 1, currency = 2))) {
    expect_error(api$create_grant(organization, 1, price_paid = wrong), "price_paid")
  }
})

test_that("holds are placed, extended, captured in parts and released", {
  api <- operator_api()
  organization <- api$create_organization("Holds")$id
  grant <- api$create_grant(organization, "10")
  hold <- api$place_hold(organization, "5", ttl_s = 60, over_capture = "reject",
    operation = "video", idempotency_key = "hold-1")
  expect_identical(hold$state, "open")
  expect_identical(hold$available_text, "5")
  expect_identical(hold$held, 5)
  expect_true(api$place_hold(organization, 5, ttl_s = 60, operation = "video",
    idempotency_key = "hold-1")$replayed)
  expect_gt(api$extend_hold(hold$id, 600)$expires_at, hold$expires_at)
  part <- api$capture_hold(hold$id, "1.5", final = FALSE)
  expect_identical(part$state, "open")
  expect_identical(part$charged_text, "1.5")
  expect_identical(part$grants[[1L]]$grant, grant$id)
  expect_identical(api$charge(part$charge)$amount, 1.5)
  expect_identical(api$capture_hold(hold$id, 2)$released_text, "1.5")
  shown <- api$hold(hold$id)
  expect_identical(shown$state, "captured")
  expect_identical(shown$captures[[1L]]$amount, c(1.5, 2))
  expect_identical(shown$captures[[1L]]$charge[1L], part$charge)
  expect_error(api$release_hold(hold$id), class = "openapi_http_409")
  other <- api$place_hold(organization, 1)
  expect_identical(api$release_hold(other$id)$held, 0)
  balance <- api$balance(organization)
  expect_identical(balance$available_text, "6.5")
  expect_identical(balance$expiring, 0)
  expect_gt(balance$burn_per_day, 0)
  expect_gt(balance$runway_s, 0)
  expect_identical(balance$grants[[1L]]$remaining_text, "6.5")
})

test_that("keys have spend caps", {
  api <- operator_api()
  user <- api$create_user(sprintf("caps%s@example.com", api$create_organization("Caps")$id))$id
  organization <- api$create_organization("Capped")$id
  api$put_member(organization, user, "OWNER")
  api$create_grant(organization, 100)
  made <- api$create_api_key(user, spend_caps = c(day = "5.000000001", total = "50"))
  expect_identical(made$cap_day_text, "5.000000001")
  expect_identical(c(made$cap_month, made$cap_total), c(NA, 50))
  api$create_charge(organization, 4, api_key = made$secret)
  verdict <- api$verify_api_key(made$secret)
  expect_identical(verdict$left_day_text, "1.000000001")
  expect_identical(c(verdict$left_month, verdict$left_total), c(NA, 46))
  error <- expect_error(api$create_charge(organization, 2, api_key = made$secret))
  expect_match(conditionMessage(error), "cap", fixed = TRUE)
  changed <- api$change_api_key(made$id, spend_caps = list(day = 6, month = 60, total = NA))
  expect_identical(c(changed$cap_day, changed$cap_month, changed$cap_total), c(6, 60, NA))
  expect_identical(api$create_charge(organization, 2, api_key = made$secret)$amount, 2)
  cleared <- api$change_api_key(made$id, spend_caps = NA)
  expect_true(all(is.na(cleared[c("cap_day", "cap_month", "cap_total")])))
})

test_that("keys are changed, rotated and ended", {
  api <- operator_api()
  user <- api$create_user(sprintf("keys%s@example.com", api$create_organization("Keys")$id))$id
  made <- api$create_api_key(user, allowed_networks = c("192.0.2.0/24", "::1"),
    rate_limit = c(requests = 150, per_s = 10))
  expect_identical(made$allowed_networks, "192.0.2.0/24 ::1/128")
  expect_identical(c(made$requests, made$per_s), c(150, 10))
  changed <- api$change_api_key(made$id, name = "desk",
    expires_at = as.POSIXct("2100-01-01", tz = "UTC"), rate_limit = c(per_s = 60, requests = 6))
  expect_identical(changed$name, "desk")
  expect_identical(changed$expires_at, as.POSIXct("2100-01-01", tz = "UTC"))
  expect_identical(changed$allowed_networks, made$allowed_networks)
  expect_identical(c(changed$requests, changed$per_s), c(6, 60))
  cleared <- api$change_api_key(made$id, expires_at = NA, allowed_networks = NA, rate_limit = NA)
  expect_true(is.na(cleared$expires_at) && is.na(cleared$allowed_networks))
  expect_true(is.na(cleared$requests) && is.na(cleared$per_s))
  expect_identical(cleared$name, "desk")
  expect_true(all(is.na(cleared[c("cap_day", "cap_month", "cap_total")])))
  rotated <- api$rotate_api_key(made$id, overlap_s = 60)
  expect_false(identical(rotated$secret, made$secret))
  expect_identical(rotated$previous_hint, made$hint)
  expect_s3_class(rotated$previous_works_until, "POSIXct")
  expect_true(api$verify_api_key(made$secret)$error != "unauthorized")
  last <- api$rotate_api_key(made$id, overlap_s = 0)
  expect_identical(api$verify_api_key(rotated$secret)$error, "unauthorized")
  expect_s3_class(api$api_key(made$id)$last_used_at, "POSIXct")
  expect_true(api$revoke_leaked_api_key(last$secret)$revoked)
  expect_false(api$revoke_leaked_api_key(last$secret)$revoked)
  expect_identical(api$verify_api_key(last$secret)$error, "unauthorized")
})

test_that("a service asks about its caller's key", {
  api <- operator_api()
  organization <- api$create_organization("Callers")$id
  user <- api$create_user(paste0("caller", organization, "@example.com"))$id
  api$put_member(organization, user, "OWNER")
  key <- api$create_api_key(user, name = "laptop")
  api$create_grant(organization, "2.5")
  good <- api$verify_api_key(key$secret, organization = organization, scope = "user",
    address = "192.0.2.1", could_spend = "2.5")
  expect_true(good$valid)
  expect_identical(good$api_key, key$id)
  expect_identical(good$user, user)
  expect_identical(good$organization_name, "Callers")
  expect_identical(good$role, "OWNER")
  expect_identical(good$available_text, "2.5")
  expect_identical(good$status, NA_real_)
  poor <- api$verify_api_key(key$secret, could_spend = 3)
  expect_false(poor$valid)
  expect_identical(poor$status, 402)
  expect_identical(poor$error, "insufficient_credits")
  expect_identical(poor$user, NA_character_)
  expect_identical(api$verify_api_key("sk-1")$error, "unauthorized")
  expect_error(api$verify_api_key(""), "api_key")
  expect_error(api$verify_api_key(key$secret, scope = "root"), class = "openapi_http_400")
})

test_that("credits are given back, taken back and owed", {
  api <- operator_api()
  organization <- api$create_organization("Back")$id
  grant <- api$create_grant(organization, 10)
  charge <- api$create_charge(organization, 4, idempotency_key = "charge-1")
  refund <- api$refund_charge(charge$id, "1.5")
  expect_identical(refund$amount_text, "1.5")
  expect_identical(refund$ended, 0)
  expect_identical(refund$grants[[1L]]$amount, 1.5)
  expect_identical(api$refund_charge(charge$id)$amount, 2.5)
  shown <- api$charge(charge$id)
  expect_identical(shown$refunded_text, "4")
  expect_identical(shown$refunds[[1L]]$amount_text, c("1.5", "2.5"))
  expect_identical(api$void_grant(grant$id)$voided, 10)
  changed <- api$change_organization(organization, overdraft_limit = "3")
  expect_identical(changed$overdraft_limit_text, "3")
  expect_identical(api$create_charge(organization, 2)$available, -2)
  outcome <- api$outcome(organization, "charge-1")
  expect_identical(outcome$ref, charge$id)
  error <- expect_error(api$outcome(organization, "nothing"), class = "openapi_http_404")
  expect_identical(error$error$name, "not_found")
})

test_that("the key of a caller is presented and not repeated", {
  api <- operator_api()
  organization <- api$create_organization("Caller")$id
  api$create_grant(organization, 1)
  wrong <- paste0("sk-", strrep("a", 48))
  error <- expect_error(
    api$create_charge(organization, 1, api_key = wrong), class = "openapi_http_403"
  )
  expect_identical(error$error$name, "caller_key_invalid")
  expect_false(grepl("sk-aaaa", conditionMessage(error), fixed = TRUE))
})

test_that("lists are read to their end, page by page, or as far as is asked", {
  api <- operator_api()
  organization <- api$create_organization("Pages")$id
  expect_identical(dim(api$charges(organization)), c(0L, 19L))
  api$create_grant(organization, 2000)
  for (i in 1:1003) api$create_charge(organization, 1, idempotency_key = sprintf("charge-%04d", i))
  charges <- api$charges(organization)
  expect_identical(nrow(charges), 1003L)
  expect_identical(charges$available, 1999 - 0:1002)
  expect_s3_class(charges$grants[[1003L]], "data.frame")
  expect_identical(nrow(api$charges(organization, n = 2)), 2L)
  expect_identical(nrow(api$charges(organization, n = 1001)), 1001L)
  expect_false(is.unsorted(charges$created_at))
})

test_that("the ledger is read entry by entry, exactly, and filtered", {
  api <- operator_api()
  organization <- api$create_organization("Entries")$id
  expect_identical(dim(api$entries(organization)), c(0L, 34L))
  grant <- api$create_grant(organization, "10.000000001", metadata = list(order = "4711"))
  charges <- lapply(c("image", "video", "image"), function(operation) {
    api$create_charge(organization, "2.5", operation = operation, model = "v3")
  })
  entries <- api$entries(organization)
  expect_identical(entries$seq, c(1, 2, 3, 4))
  expect_identical(entries$kind, c("grant", "charge", "charge", "charge"))
  expect_identical(entries$amount_text, c("10.000000001", "2.5", "2.5", "2.5"))
  expect_identical(entries$available, c(10.000000001, 7.500000001, 5.000000001, 2.500000001))
  expect_identical(entries$available_text[4L], "2.500000001")
  expect_identical(entries$held, c(0, 0, 0, 0))
  expect_identical(entries$ref, c(grant$id, vapply(charges, `[[`, "", "id")))
  expect_identical(entries$at[2L], charges[[1L]]$created_at)
  expect_identical(entries$operation, c(NA, "image", "video", "image"))
  expect_identical(entries$metadata, c("{\"order\":\"4711\"}", NA, NA, NA))
  expect_match(entries$key, "^key-")
  expect_identical(entries$caller_key, rep(NA_character_, 4L))
  expect_identical(nrow(entries$grants[[1L]]), 0L)
  expect_identical(entries$grants[[2L]]$grant, grant$id)
  expect_identical(entries$grants[[2L]]$amount_text, "2.5")
  expect_match(entries$hash, "^[0-9a-f]{64}$")
  expect_identical(api$entries(organization, n = 2)$seq, c(1, 2))
  expect_identical(api$entries(organization, kind = "grant")$seq, 1)
  expect_identical(api$entries(organization, operation = "image", n = 1)$seq, 2)
  expect_identical(api$entries(organization, "charge", operation = "image")$seq, c(2, 4))
  expect_identical(nrow(api$entries(organization, key = entries$key[1L])), 4L)
  tomorrow <- Sys.time() + 86400
  expect_identical(nrow(api$entries(organization, from = tomorrow)), 0L)
  expect_identical(nrow(api$entries(organization, to = tomorrow)), 4L)
  expect_identical(nrow(api$entries(organization, to = Sys.Date() - 2)), 0L)
  expect_error(api$entries(organization, kind = "gift"), class = "openapi_http_400")
})

test_that("what the server refuses is an error with its facts", {
  api <- operator_api()
  organization <- api$create_organization("Poor")$id
  error <- expect_error(api$create_charge(organization, 1), class = "openapi_http_402")
  expect_identical(error$error$name, "insufficient_credits")
  expect_identical(error$error$details$required, "1")
  expect_identical(error$error$details$available, "0")
  expect_match(error$idempotency_key, ".")
  expect_error(api$charge("charge-nowhere"), class = "openapi_http_error")
  expect_error(LedgerApi$new(real_client())$users(), class = "openapi_http_403")
})

test_that("what cannot be meant is refused by name", {
  api <- LedgerApi$new(ApiClient$new(base_path = "http://127.0.0.1:1", api_keys = list(
    Authorization = "k"
  ), max_retry_attempts = 0))
  bad <- list(
    amount = quote(api$create_charge("o", NA)), amount = quote(api$create_charge("o", "1,5")),
    amount = quote(api$create_charge("o", 0.1 + 0.2)), amount = quote(api$create_charge("o", 0)),
    amount = quote(api$place_hold("o", "x")), amount = quote(api$refund_charge("c", 0)),
    overdraft_limit = quote(api$change_organization("o", overdraft_limit = "many")),
    overdraft_limit = quote(api$change_organization("o", overdraft_limit = -1)),
    ttl_s = quote(api$place_hold("o", 1, ttl_s = 0)), ttl_s = quote(api$extend_hold("h", 1e6)),
    ttl_s = quote(api$extend_hold("h", NULL)), final = quote(api$capture_hold("h", final = NA)),
    hold = quote(api$hold("")), api_key = quote(api$create_charge("o", 1, api_key = "")),
    idempotency_key = quote(api$outcome("o", "")),
    amount = quote(api$create_grant("o", c(1, 2))), organization = quote(api$charges("")),
    organization = quote(api$balance(NA)), organization = quote(api$entries("")),
    n = quote(api$users(0)), n = quote(api$users("all")),
    kind = quote(api$entries("o", kind = 1)), from = quote(api$entries("o", from = as.Date(NA))),
    to = quote(api$entries("o", to = "")), key = quote(api$entries("o", key = c("k", "l"))),
    operation = quote(api$entries("o", operation = NA)),
    user = quote(api$user(NULL)), metadata = quote(api$create_charge("o", 1, metadata = "{")),
    metadata = quote(api$create_charge("o", 1, metadata = "[]")),
    value = quote(api$create_charge("o", 1, metadata = list(1, a = 2))),
    scopes = quote(api$create_api_key("u", scopes = NA)),
    allowed_networks = quote(api$create_api_key(allowed_networks = 4)),
    allowed_networks = quote(api$change_api_key("k", allowed_networks = c("::1", NA))),
    rate_limit = quote(api$create_api_key(rate_limit = 150)),
    rate_limit = quote(api$create_api_key(rate_limit = c(requests = 1.5, per_s = 1))),
    rate_limit = quote(api$change_api_key("k", rate_limit = c(requests = 0, per_s = 1))),
    spend_caps = quote(api$create_api_key(spend_caps = 5)),
    spend_caps = quote(api$create_api_key(spend_caps = c(day = NA))),
    spend_caps = quote(api$create_api_key(spend_caps = c(day = 1, day = 2))),
    spend_caps = quote(api$create_api_key(spend_caps = c(year = 1))),
    spend_caps = quote(api$create_api_key(spend_caps = c(day = "1.0000000001"))),
    spend_caps = quote(api$change_api_key("k", spend_caps = list(day = TRUE))),
    overlap_s = quote(api$rotate_api_key("k", overlap_s = -1)),
    overlap_s = quote(api$rotate_api_key("k", overlap_s = 2592001)),
    api_key = quote(api$change_api_key("")), secret = quote(api$revoke_leaked_api_key("")),
    expires_at = quote(api$create_api_key("u", expires_at = as.Date(NA))),
    priority = quote(api$create_grant("o", 1, priority = 1.5)),
    idempotency_key = quote(api$create_user("e", idempotency_key = "")),
    idempotency_key = quote(api$create_charge("o", 1, idempotency_key = strrep("x", 256)))
  )
  for (i in seq_along(bad)) {
    error <- expect_error(eval(bad[[i]]), class = "openapi_usage_error")
    expect_identical(error$field, names(bad)[i])
  }
  expect_error(api$users(), class = "openapi_transport_error")
})

# SPDX-License-Identifier: Apache-2.0
# The /v1 API of a Farthing server, for operators and services. Everything is a data frame; what
# goes wrong is an error, always.

LedgerApi <- R6Class(
  "LedgerApi",
  public = list(
    api_client = NULL,
    initialize = function(api_client = NULL) {
      self$api_client <- if (is.null(api_client)) farthing_client() else check_client(api_client)
    },

    users = function(n = Inf) list_call(self$api_client, "list_users", list(), n),
    user = function(user) one_call(self$api_client, "get_user", about("user", user)),
    create_user = function(email, name = NULL, profile_picture = NULL, idempotency_key = NULL) {
      write_call(self$api_client, "create_user", list(
        email = check_text(email, "email"),
        name = check_optional_text(name, "name"),
        profile_picture = check_optional_text(profile_picture, "profile_picture")
      ), idempotency_key)
    },
    set_default_organization = function(user, organization, idempotency_key = NULL) {
      write_call(self$api_client, "set_default_organization", list(
        user = check_text(user, "user"),
        organization = check_text(organization, "organization")
      ), idempotency_key)
    },

    organizations = function(n = Inf) {
      list_call(self$api_client, "list_organizations", list(), n)
    },
    organization = function(organization) {
      one_call(self$api_client, "get_organization", about("organization", organization))
    },
    create_organization = function(name, idempotency_key = NULL) {
      write_call(
        self$api_client, "create_organization", list(name = check_text(name, "name")),
        idempotency_key
      )
    },
    change_organization = function(organization, name = NULL, overdraft_limit = NULL,
                                   idempotency_key = NULL) {
      write_call(self$api_client, "change_organization", c(
        about("organization", organization),
        list(
          name = check_optional_text(name, "name"),
          overdraft_limit = check_optional_amount(overdraft_limit, "overdraft_limit")
        )
      ), idempotency_key)
    },
    balance = function(organization) {
      one_call(self$api_client, "get_organization_balance", about("organization", organization))
    },
    members = function(organization, n = Inf) {
      list_call(self$api_client, "list_members", about("organization", organization), n)
    },
    put_member = function(organization, user, role, idempotency_key = NULL) {
      write_call(self$api_client, "put_member", list(
        organization = check_text(organization, "organization"),
        user = check_text(user, "user"),
        role = check_text(role, "role")
      ), idempotency_key)
    },

    api_keys = function(user = NULL, n = Inf) {
      list_call(
        self$api_client, "list_api_keys", list(user = check_optional_text(user, "user")), n
      )
    },
    api_key = function(api_key) {
      one_call(self$api_client, "get_api_key", about("api_key", api_key))
    },
    create_api_key = function(user = NULL, name = NULL, scopes = NULL, expires_at = NULL,
                              idempotency_key = NULL, allowed_networks = NULL,
                              rate_limit = NULL, spend_caps = NULL) {
      write_call(self$api_client, "create_api_key", c(list(
        user = check_optional_text(user, "user"),
        name = check_optional_text(name, "name"),
        scopes = check_texts(scopes, "scopes"),
        expires_at = instant_text(expires_at, "expires_at"),
        allowed_networks = check_texts(allowed_networks, "allowed_networks")
      ), rate_numbers(rate_limit), cap_amounts(spend_caps, FALSE)), idempotency_key)
    },
    change_api_key = function(api_key, name = NULL, scopes = NULL, expires_at = NULL,
                              allowed_networks = NULL, rate_limit = NULL,
                              idempotency_key = NULL, spend_caps = NULL) {
      caps <- cap_amounts(spend_caps, TRUE)
      cleared <- c(
        expires_at = is_cleared(expires_at), allowed_networks = is_cleared(allowed_networks),
        rate_limit = is_cleared(rate_limit), vapply(caps, is_cleared, logical(1))
      )
      write_call(self$api_client, "change_api_key", c(
        about("api_key", api_key),
        list(
          name = check_optional_text(name, "name"),
          scopes = check_texts(scopes, "scopes"),
          expires_at = if (!cleared["expires_at"]) instant_text(expires_at, "expires_at"),
          allowed_networks = if (!cleared["allowed_networks"]) {
            check_texts(allowed_networks, "allowed_networks")
          },
          clear = names(cleared)[cleared]
        ),
        if (!cleared["rate_limit"]) rate_numbers(rate_limit),
        Filter(Negate(is_cleared), caps)
      ), idempotency_key)
    },
    rotate_api_key = function(api_key, overlap_s = NULL, idempotency_key = NULL) {
      write_call(self$api_client, "rotate_api_key", c(
        about("api_key", api_key),
        list(overlap_s = check_optional_count(overlap_s, "overlap_s", 0))
      ), idempotency_key)
    },
    revoke_api_key = function(api_key, idempotency_key = NULL) {
      write_call(self$api_client, "revoke_api_key", about("api_key", api_key), idempotency_key)
    },

    revoke_leaked_api_key = function(secret) {
      one_call(self$api_client, "revoke_leaked_api_key", about("secret", secret))
    },
    verify_api_key = function(api_key, organization = NULL, scope = NULL, address = NULL,
                              could_spend = NULL) {
      one_call(self$api_client, "verify_api_key", c(about("api_key", api_key), list(
        organization = check_optional_text(organization, "organization"),
        scope = check_optional_text(scope, "scope"),
        address = check_optional_text(address, "address"),
        could_spend = check_optional_amount(could_spend, "could_spend")
      )))
    },

    grants = function(organization, n = Inf) {
      list_call(self$api_client, "list_grants", about("organization", organization), n)
    },
    grant = function(grant) {
      one_call(self$api_client, "get_grant", about("grant", grant))
    },
    create_grant = function(organization, amount, category = NULL, priority = NULL,
                            effective_at = NULL, expires_at = NULL, metadata = NULL,
                            idempotency_key = NULL, price_paid = NULL,
                            payment_reference = NULL, tags = NULL, reason = NULL) {
      write_call(self$api_client, "create_grant", c(list(
        organization = check_text(organization, "organization"),
        amount = check_amount(amount, "amount"),
        category = check_optional_text(category, "category"),
        priority = check_priority(priority),
        effective_at = instant_text(effective_at, "effective_at"),
        expires_at = instant_text(expires_at, "expires_at"),
        payment_reference = check_optional_text(payment_reference, "payment_reference")
      ), price_parts(price_paid), remarks(tags, reason, metadata)), idempotency_key)
    },

    void_grant = function(grant, idempotency_key = NULL, tags = NULL, reason = NULL,
                          metadata = NULL) {
      write_call(
        self$api_client, "void_grant", c(about("grant", grant), remarks(tags, reason, metadata)),
        idempotency_key
      )
    },

    charges = function(organization, n = Inf) {
      list_call(self$api_client, "list_charges", about("organization", organization), n)
    },
    charge = function(charge) {
      one_call(self$api_client, "get_charge", about("charge", charge))
    },
    create_charge = function(organization, amount, operation = NULL, model = NULL,
                             metadata = NULL, idempotency_key = NULL, api_key = NULL,
                             tags = NULL, reason = NULL) {
      write_call(self$api_client, "create_charge", c(
        booking(organization, amount, operation, model, api_key), remarks(tags, reason, metadata)
      ), idempotency_key)
    },
    refund_charge = function(charge, amount = NULL, idempotency_key = NULL, tags = NULL,
                             reason = NULL, metadata = NULL) {
      write_call(self$api_client, "refund_charge", c(
        about("charge", charge), list(amount = check_optional_amount(amount, "amount")),
        remarks(tags, reason, metadata)
      ), idempotency_key)
    },

    hold = function(hold) one_call(self$api_client, "get_hold", about("hold", hold)),
    place_hold = function(organization, amount, ttl_s = NULL, over_capture = NULL,
                          operation = NULL, model = NULL, metadata = NULL,
                          idempotency_key = NULL, api_key = NULL, tags = NULL,
                          reason = NULL) {
      write_call(self$api_client, "place_hold", c(
        booking(organization, amount, operation, model, api_key),
        remarks(tags, reason, metadata),
        list(
          ttl_s = check_optional_count(ttl_s, "ttl_s", 1),
          over_capture = check_optional_text(over_capture, "over_capture")
        )
      ), idempotency_key)
    },
    capture_hold = function(hold, amount = NULL, final = TRUE, idempotency_key = NULL,
                            tags = NULL, reason = NULL, metadata = NULL) {
      write_call(self$api_client, "capture_hold", c(
        about("hold", hold),
        list(
          amount = check_optional_amount(amount, "amount"), final = check_flag(final, "final")
        ),
        remarks(tags, reason, metadata)
      ), idempotency_key)
    },
    extend_hold = function(hold, ttl_s, idempotency_key = NULL, tags = NULL, reason = NULL,
                           metadata = NULL) {
      write_call(self$api_client, "extend_hold", c(
        about("hold", hold), list(ttl_s = check_optional_count(ttl_s, "ttl_s", 1)),
        remarks(tags, reason, metadata)
      ), idempotency_key)
    },
    release_hold = function(hold, idempotency_key = NULL, tags = NULL, reason = NULL,
                            metadata = NULL) {
      write_call(
        self$api_client, "release_hold", c(about("hold", hold), remarks(tags, reason, metadata)),
        idempotency_key
      )
    },

    outcome = function(organization, idempotency_key) {
      one_call(self$api_client, "get_outcome", c(
        about("organization", organization), about("idempotency_key", idempotency_key)
      ))
    },
    entries = function(organization, kind = NULL, from = NULL, to = NULL, operation = NULL,
                       key = NULL, n = Inf) {
      list_call(self$api_client, "list_entries", list(
        organization = check_text(organization, "organization"),
        kind = check_optional_text(kind, "kind"),
        from = instant_text(from, "from"),
        to = instant_text(to, "to"),
        operation = check_optional_text(operation, "operation"),
        key = check_optional_text(key, "key")
      ), n)
    }
  )
)

# For a Farthing server, whose variables come before those of the two calls.
farthing_client <- function() {
  key <- from_environment("FARTHING_API_KEY")
  ApiClient$new(
    base_path = from_environment("FARTHING_URL"),
    api_keys = if (!is.null(key)) list(Authorization = key)
  )
}

# The argument that names what a call is about.
about <- function(name, value) stats::setNames(list(check_text(value, name)), name)

# What charges and holds are given alike. `api_key` is that of the caller.
booking <- function(organization, amount, operation, model, api_key) {
  c(about("organization", organization), list(
    amount = check_amount(amount, "amount"),
    operation = check_optional_text(operation, "operation"),
    model = check_optional_text(model, "model"),
    api_key = check_optional_text(api_key, "api_key")
  ))
}

# What any movement may say besides what it moves. `tags` is c(name = "value"), or a list of such.
remarks <- function(tags, reason, metadata) {
  tags <- unlist(tags)
  if (!is.null(tags) && (!is.character(tags) || anyNA(tags) || !all(nzchar(names(tags))) ||
    is.null(names(tags)))) {
    fail_check("tags", "texts by name, c(project = \"atlas\")", tags)
  }
  list(
    tag_names = names(tags), tag_values = unname(tags),
    reason = check_optional_text(reason, "reason"), metadata = metadata_text(metadata)
  )
}

# What was paid, of list(amount = "49.00", currency = "EUR").
price_parts <- function(price_paid) {
  if (is.null(price_paid)) {
    return(NULL)
  }
  if (!is.list(price_paid) || length(price_paid) != 2L ||
    !setequal(names(price_paid), c("amount", "currency"))) {
    fail_check("price_paid", "list(amount = , currency = )", price_paid)
  }
  list(
    price_amount = check_amount(price_paid$amount, "price_paid"),
    price_currency = check_text(price_paid$currency, "price_paid")
  )
}

ledger_call <- function(client, call, arguments, idempotency_key = NULL) {
  settings <- call_settings(client)
  settings$idempotency_key <- check_optional_text(idempotency_key, "idempotency_key")
  answer <- .Call(openapi_ledger_call, settings, call, arguments)
  if (!is.null(answer$failure)) abort_failure(answer$failure)
  answer
}

one_call <- function(client, call, arguments) {
  make_frame(ledger_call(client, call, arguments)$columns)
}

# What was written, and how it went.
write_call <- function(client, call, arguments, idempotency_key) {
  answer <- ledger_call(client, call, arguments, idempotency_key)
  frame <- make_frame(answer$columns)
  frame$replayed <- answer$replayed
  frame$idempotency_key <- answer$idempotency_key
  frame$request_id <- answer$request_id
  frame
}

largest_page <- 1000

# At most `n` rows, page by page.
list_call <- function(client, call, arguments, n) {
  pages <- list()
  left <- check_rows(n)
  repeat {
    arguments$limit <- min(left, largest_page)
    answer <- ledger_call(client, call, arguments)
    pages[[length(pages) + 1L]] <- answer$columns
    left <- left - length(answer$columns[[1L]])
    if (is.null(answer[["next"]]) || left < 1) break
    arguments$cursor <- answer[["next"]]
  }
  make_frame(bind_columns(pages))
}

# How many rows are wanted; Inf for all.
check_rows <- function(n) {
  if (!is.numeric(n) || length(n) != 1L || is.na(n) || n < 1) {
    fail_check("n", "a number of rows, at least 1", n)
  }
  n
}

# A decimal string, whose every digit counts, or a number.
check_amount <- function(amount, name) {
  if (!is_text(amount) && !is_number(amount)) {
    fail_check(name, "one number or one decimal string", amount)
  }
  if (is.character(amount)) amount else as.double(amount)
}

# The same; NULL stays NULL.
check_optional_amount <- function(amount, name) {
  if (is.null(amount)) NULL else check_amount(amount, name)
}

check_priority <- function(priority) {
  if (!is.null(priority) && (!is_number(priority) || priority != trunc(priority))) {
    fail_check("priority", "a whole number", priority)
  }
  priority
}

check_texts <- function(x, name) {
  if (!is.null(x) && (!is.character(x) || anyNA(x))) {
    fail_check(name, "a character vector without NA", x)
  }
  x
}

# In a change NA takes a value away, where NULL leaves it as it is.
is_cleared <- function(x) is.atomic(x) && length(x) == 1L && is.na(x)

# So many requests in so many seconds, of c(requests = 150, per_s = 10); NULL is neither.
rate_numbers <- function(rate_limit) {
  if (is.null(rate_limit)) {
    return(NULL)
  }
  is_rate <- is.numeric(rate_limit) && setequal(names(rate_limit), c("requests", "per_s")) &&
    length(rate_limit) == 2L && all(is.finite(rate_limit)) && all(rate_limit == trunc(rate_limit))
  if (!is_rate) {
    fail_check("rate_limit", "two whole numbers, c(requests = , per_s = )", rate_limit)
  }
  list(requests = rate_limit[["requests"]], per_s = rate_limit[["per_s"]])
}

# One argument for each cap of c(day = 5, month = NA). Where caps may be cleared NA does it, one
# alone clears all.
cap_amounts <- function(spend_caps, may_clear) {
  periods <- c("day", "month", "total")
  if (may_clear && is_cleared(spend_caps) && is.null(names(spend_caps))) {
    spend_caps <- c(day = NA, month = NA, total = NA)
  }
  caps <- as.list(spend_caps)
  given <- names(caps)
  if (length(caps) != sum(periods %in% given) || !all(given %in% periods)) {
    fail_check("spend_caps", "credits by name, c(day = , month = , total = )", spend_caps)
  }
  caps <- lapply(caps, function(cap) {
    if (may_clear && is_cleared(cap)) NA else check_amount(cap, "spend_caps")
  })
  names(caps) <- sprintf("cap_%s", given)
  caps
}

# RFC 3339, as it was given or of a POSIXct or Date.
instant_text <- function(instant, name) {
  if (inherits(instant, c("POSIXct", "Date"))) {
    if (length(instant) != 1L || is.na(instant)) fail_check(name, "one instant", instant)
    return(format(as.POSIXct(instant), "%Y-%m-%dT%H:%M:%OS6Z", tz = "UTC"))
  }
  check_optional_text(instant, name)
}

# JSON text, as it was given or of a named list.
metadata_text <- function(metadata) {
  if (is.list(metadata)) {
    write_json(as_object(metadata))
  } else {
    check_optional_text(metadata, "metadata")
  }
}

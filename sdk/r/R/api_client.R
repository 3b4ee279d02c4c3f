# SPDX-License-Identifier: Apache-2.0
# What a call is made with. Every field may be changed at any time; each call looks at them anew.

ApiClient <- R6Class(
  "ApiClient",
  public = list(
    base_path = "https://api.stability.ai",
    user_agent = NULL,
    default_headers = NULL,
    username = NULL,
    password = NULL,
    api_keys = list(),
    access_token = NULL,
    timeout = NULL,
    retry_status_codes = NULL,
    max_retry_attempts = NULL,
    api_version = "v1alpha",
    auth_scheme = "bare",
    raise_on_error = FALSE,
    initialize = function(base_path = NULL, user_agent = NULL, default_headers = NULL,
                          username = NULL, password = NULL, api_keys = NULL, access_token = NULL,
                          timeout = NULL, retry_status_codes = NULL, max_retry_attempts = NULL,
                          api_version = NULL, auth_scheme = NULL, raise_on_error = NULL) {
      self$user_agent <- default_user_agent()
      set <- function(name, value) if (!is.null(value)) self[[name]] <- value
      set("base_path", first_given(base_path, from_environment("API_HOST")))
      set("api_keys", first_given(api_keys, key_from_environment()))
      set("user_agent", user_agent)
      set("default_headers", default_headers)
      set("username", username)
      set("password", password)
      set("access_token", access_token)
      set("timeout", timeout)
      set("retry_status_codes", retry_status_codes)
      set("max_retry_attempts", max_retry_attempts)
      set("api_version", api_version)
      set("auth_scheme", auth_scheme)
      set("raise_on_error", raise_on_error)
    },
    format = function(...) format_client(self),
    print = function(...) {
      cat(self$format(...), sep = "\n")
      invisible(self)
    }
  )
)

default_user_agent <- function() {
  paste0("openapi-r/", .Call(openapi_sdk_version))
}

first_given <- function(first, second) if (is.null(first)) second else first

from_environment <- function(name) {
  value <- Sys.getenv(name)
  if (nzchar(value)) value
}

key_from_environment <- function() {
  key <- from_environment("STABILITY_API_KEY")
  if (!is.null(key)) list(Authorization = key)
}

# Keys, passwords and tokens are said to be there, not shown.
format_client <- function(client) {
  shown <- c(
    "base_path", "api_version", "auth_scheme", "user_agent", "timeout", "retry_status_codes",
    "max_retry_attempts", "raise_on_error"
  )
  lines <- vapply(shown, function(name) {
    value <- client[[name]]
    paste0(name, ": ", if (is.null(value)) "default" else paste(format(value), collapse = ", "))
  }, "")
  secrets <- c("username", "password", "access_token")
  secrets <- secrets[!vapply(secrets, function(name) is.null(client[[name]]), NA)]
  c(
    "<ApiClient>", unname(lines),
    paste0("api_keys: ", if (length(client$api_keys)) "set, not shown" else "none"),
    if (length(client$default_headers)) {
      paste("default_headers:", paste(names(client$default_headers), collapse = ", "))
    },
    if (length(secrets)) paste("set, not used by this API:", paste(secrets, collapse = ", "))
  )
}

# The fields as C++ takes them (src/client_options.cpp), checked.
call_settings <- function(client) {
  headers <- checked_headers(client$default_headers)
  key <- checked_key(client$api_keys, headers)
  headers <- headers[!is_header(headers, c("authorization", "organization"))]
  list(
    api_key = key,
    base_path = check_text(client$base_path, "base_path"),
    api_version = check_text(client$api_version, "api_version"),
    auth_scheme = checked_scheme(client$auth_scheme),
    user_agent = checked_user_agent(client$user_agent),
    headers = if (length(headers)) headers,
    timeout = checked_timeout(client$timeout),
    retry_status_codes = checked_statuses(client$retry_status_codes),
    max_retry_attempts = first_given(
      check_optional_count(client$max_retry_attempts, "max_retry_attempts", 0L), default_retries
    )
  )
}

default_retries <- 3L

# The key that `api_keys` names 'Authorization', else the header of that name.
checked_key <- function(api_keys, headers) {
  if (!is.null(api_keys) && !is.list(api_keys) && !is.character(api_keys)) {
    fail_check("api_keys", "a named list or a named character vector", api_keys)
  }
  named <- names(api_keys) %in% "Authorization"
  if (sum(named) > 1L) {
    abort_usage("api_keys", "`api_keys` has more than one key named 'Authorization'")
  }
  if (any(named)) {
    key <- api_keys[[which(named)]]
    if (!is_text(key)) fail_check("api_keys['Authorization']", "one string", key)
    if (!nzchar(key)) abort_usage("api_keys", "`api_keys['Authorization']` is empty")
    return(key)
  }
  if (length(api_keys) > 0L) {
    abort_usage("api_keys", "`api_keys` has no key named 'Authorization', the one that is sent")
  }
  key <- headers[is_header(headers, "authorization")]
  if (length(key) == 0L) {
    abort_usage("api_keys", paste(
      "no API key: set api_client$api_keys['Authorization'], or the environment variable",
      "STABILITY_API_KEY (for LedgerApi also FARTHING_API_KEY) before the client is made"
    ))
  }
  key[[1L]]
}

is_header <- function(headers, names) tolower(names(headers)) %in% names

checked_headers <- function(headers) {
  if (is.null(headers)) {
    return(character())
  }
  if (is.list(headers) && all(vapply(headers, is_text, NA))) {
    headers <- vapply(headers, identity, "")
  }
  if (!is.character(headers) || anyNA(headers)) {
    fail_check("default_headers", "a named character vector without NA", headers)
  }
  if (length(headers) > 0L && (is.null(names(headers)) || !all(nzchar(names(headers))))) {
    abort_usage("default_headers", "every value of `default_headers` needs a name")
  }
  headers
}

# The organization of the header, for who has it there because the argument did nothing once.
header_organization <- function(client) {
  headers <- checked_headers(client$default_headers)
  found <- headers[is_header(headers, "organization")]
  if (length(found) > 0L && nzchar(found[[1L]])) found[[1L]]
}

checked_scheme <- function(scheme) {
  if (!is_text(scheme) || !scheme %in% c("bare", "bearer")) {
    abort_usage("auth_scheme", "`auth_scheme` must be \"bare\" or \"bearer\"")
  }
  scheme
}

checked_user_agent <- function(user_agent) {
  if (is.null(user_agent)) default_user_agent() else check_text(user_agent, "user_agent")
}

longest_timeout <- 86400

checked_timeout <- function(timeout) {
  if (is.null(timeout)) {
    return(NULL)
  }
  if (!is_number(timeout) || timeout < 0.001 || timeout > longest_timeout) {
    fail_check("timeout", "a number of seconds, from 0.001 to a day", timeout)
  }
  timeout
}

checked_statuses <- function(statuses) {
  if (is.null(statuses)) {
    return(NULL)
  }
  if (!is.numeric(statuses) || anyNA(statuses) || any(statuses != trunc(statuses)) ||
        any(statuses < 400 | statuses > 599)) {
    abort_usage("retry_status_codes", "`retry_status_codes` must be whole numbers from 400 to 599")
  }
  as.integer(statuses)
}

check_client <- function(client) {
  if (!inherits(client, "ApiClient")) fail_check("api_client", "an ApiClient", client)
  client
}

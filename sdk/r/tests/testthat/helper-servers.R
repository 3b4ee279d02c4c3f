# SPDX-License-Identifier: Apache-2.0
# The two kinds of servers that the tests talk to.

key <- "sk-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"

# The real server, as tests/r/package_test.py starts one and tells of it. Without one a test is
# skipped, in CI it fails.
real_server <- function() {
  names <- c(
    url = "FARTHING_TEST_URL", key = "FARTHING_TEST_KEY", admin_key = "FARTHING_TEST_ADMIN_KEY",
    organization = "FARTHING_TEST_ORGANIZATION"
  )
  values <- Sys.getenv(names)
  if (!all(nzchar(values))) {
    if (Sys.getenv("CI") == "true") stop("there is no server to test against")
    skip("no server: FARTHING_TEST_URL and its companions are not set")
  }
  as.list(stats::setNames(values, names(names)))
}

real_client <- function(...) {
  server <- real_server()
  ApiClient$new(base_path = server$url, api_keys = list(Authorization = server$key), ...)
}

real_api <- function(...) V1alphaUserApi$new(real_client(...))

operator_api <- function() {
  server <- real_server()
  LedgerApi$new(ApiClient$new(
    base_path = server$url, api_keys = list(Authorization = server$admin_key)
  ))
}

# An answer for scripted_server().
reply <- function(status = 200L, body = "{\"credits\":12.5}", headers = character(),
                  type = "application/json", after = "keep") {
  body <- if (is.raw(body)) body else charToRaw(enc2utf8(body))
  head <- c(
    sprintf("HTTP/1.1 %d Reason", status),
    if (!is.null(type)) paste("Content-Type:", type),
    sprintf("%s: %s", names(headers), headers),
    sprintf("Content-Length: %d", length(body)), "", ""
  )
  c(charToRaw(paste0(after, "\n", paste(head, collapse = "\r\n"))), body)
}

# Bytes that are no good answer.
raw_reply <- function(text, after) charToRaw(paste0(after, "\n", text))

# Answers the n-th request with the n-th reply, then with the last one again. `requests()` are the
# texts of those that came.
scripted_server <- function(..., env = parent.frame()) {
  python <- Sys.which("python3")
  if (!nzchar(python)) skip("python3 is not there for the scripted server")
  folder <- withr::local_tempdir(.local_envir = env)
  replies <- list(...)
  for (i in seq_along(replies)) {
    writeBin(replies[[i]], file.path(folder, sprintf("answer-%03d", i)))
  }
  script <- test_path("scripted_server.py")
  command <- paste("exec", shQuote(python), shQuote(script), shQuote(folder))
  output <- pipe(command, open = "r")
  told <- as.integer(strsplit(readLines(output, 1L), " ")[[1L]])
  withr::defer(
    {
      tools::pskill(told[2L])
      close(output)
    },
    envir = env
  )
  list(
    url = sprintf("http://127.0.0.1:%d", told[1L]),
    requests = function() {
      files <- sort(list.files(folder, "^request-", full.names = TRUE))
      vapply(files, function(file) rawToChar(readBin(file, "raw", file.size(file))), "",
        USE.NAMES = FALSE)
    }
  )
}

# The two calls on a scripted server. Without retries unless they are asked for.
scripted_api <- function(server, ..., max_retry_attempts = 0,
                         api_keys = list(Authorization = key)) {
  V1alphaUserApi$new(ApiClient$new(
    base_path = server$url, api_keys = api_keys, max_retry_attempts = max_retry_attempts, ...
  ))
}

header_of <- function(request, name) {
  lines <- strsplit(request, "\r\n", fixed = TRUE)[[1L]]
  found <- grep(paste0("^", name, ": "), lines, value = TRUE, ignore.case = TRUE)
  sub("^[^:]*: ", "", found)
}

account_json <- paste0(
  "{\"id\":\"user-1\",\"email\":\"a@example.com\",\"organizations\":[",
  "{\"id\":\"org-1\",\"name\":\"One\",\"role\":\"OWNER\",\"is_default\":true},",
  "{\"id\":\"org-2\",\"name\":\"Two\",\"role\":\"MEMBER\",\"is_default\":false}]}"
)

error_json <- paste0(
  "{\"id\":\"e-1\",\"name\":\"unauthorized\",\"message\":\"wrong key\",\"temporary\":false,",
  "\"timeout\":false,\"fault\":false,\"field\":\"key\"}"
)

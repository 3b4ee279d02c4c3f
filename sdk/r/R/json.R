# SPDX-License-Identifier: Apache-2.0
# JSON, by the C++ reader and writer of the SDK.

# Objects are named lists, arrays unnamed ones, null is NULL. `text` is text, whatever it looks
# like.
read_json <- function(text, name = "input_json") {
  if (!is_text(text)) fail_check(name, "one string of JSON", text)
  read <- .Call(openapi_read_json, enc2utf8(as.character(text)))
  if (!is.null(read$problem)) {
    abort("decoding", sprintf("`%s` is not JSON: %s", name, read$problem), field = name)
  }
  read$value
}

write_json <- function(value) {
  written <- .Call(openapi_write_json, value)
  if (!is.null(written$problem)) abort_usage("value", written$problem)
  written$value
}

# SPDX-License-Identifier: Apache-2.0
# What the tests are told comes in variables of their own; those that the package reads are theirs
# to set, and a proxy would stand between them and their servers.
withr::local_envvar(
  STABILITY_API_KEY = NA, API_HOST = NA, FARTHING_API_KEY = NA, FARTHING_URL = NA,
  http_proxy = NA, https_proxy = NA, HTTPS_PROXY = NA, all_proxy = NA, ALL_PROXY = NA,
  .local_envir = teardown_env()
)

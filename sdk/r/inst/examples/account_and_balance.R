# SPDX-License-Identifier: Apache-2.0
# Who am I, and what have I left? The organization may be given as an argument.
#
#   export STABILITY_API_KEY=sk-... API_HOST=http://127.0.0.1:8080
#   Rscript account_and_balance.R [ORGANIZATION]
library(openapi)

var_organization <- commandArgs(trailingOnly = TRUE)[1L]
if (is.na(var_organization)) var_organization <- NULL

api_instance <- V1alphaUserApi$new()
api_instance$api_client$raise_on_error <- TRUE

result <- api_instance$V1alphaUserAccount()
dput(result)

result <- api_instance$V1alphaUserBalance(organization = var_organization, data_file = "result.txt")
dput(result)

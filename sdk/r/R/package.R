# SPDX-License-Identifier: Apache-2.0
# Attaching the package.

.onAttach <- function(libname, pkgname) {
  # Else library() would add that dput is masked, in four lines. Not exported, because R never
  # exports this name.
  assign(".conflicts.OK", TRUE, envir = as.environment(paste0("package:", pkgname)))
  packageStartupMessage("openapi: dput() shows this package's results as code, all else as before")
}

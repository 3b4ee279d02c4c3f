# SPDX-License-Identifier: Apache-2.0
"""One module for each group of rows; each has `measure(bench) -> list[Row]`."""

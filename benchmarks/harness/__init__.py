# SPDX-License-Identifier: Apache-2.0
"""The parts of ./bench: processes and peers in this folder, what is measured in rows/."""

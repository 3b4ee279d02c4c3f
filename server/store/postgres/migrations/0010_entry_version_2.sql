-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- Entries are written in version 2 (docs/reference/formats.md), which programs of before cannot read. What they have
-- written is read.
COMMENT ON COLUMN farthing.ledger_entry.stored IS 'version 1 or 2, see docs/reference/formats.md';

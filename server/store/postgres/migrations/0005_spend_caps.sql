-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- States count what callers' keys have spent, records of charges name those keys, API keys have caps: all within
-- bytes that are there already, in versions that programs of before cannot read. The number of this migration keeps
-- those away; what they have written is read.
COMMENT ON COLUMN farthing.ledger_state.state IS 'version 1 or 2, see docs/reference/formats.md';
COMMENT ON COLUMN farthing.ledger_record.record IS 'version 1 to 3, see docs/reference/formats.md';

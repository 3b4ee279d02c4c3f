-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- API keys say whether their secret was used, receipts when they were first answered: within bytes that are there
-- already, in kinds of records that programs of before cannot read. The number of this migration keeps those away;
-- what they have written is read.
COMMENT ON COLUMN farthing.directory_api_key.record IS 'kind 4, 11, 12 or 13, see docs/reference/formats.md';
COMMENT ON COLUMN farthing.directory_receipt.record IS 'kind 5 or 14, see docs/reference/formats.md';

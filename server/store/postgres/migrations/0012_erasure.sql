-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- People can be erased: users without a mail address, audit records whose texts stand behind digests, receipts that
-- say nothing any more (docs/reference/formats.md). All of it is within bytes that are there already, in versions that
-- programs of before cannot read. The number of this migration keeps those away; what they have written is read.
COMMENT ON COLUMN farthing.directory_user.record IS 'version 1 to 3, see docs/reference/formats.md';
COMMENT ON COLUMN farthing.directory_organization.record IS 'version 1 to 3, see docs/reference/formats.md';
COMMENT ON COLUMN farthing.directory_receipt.record IS 'kind 5, 14 or 15, see docs/reference/formats.md';
COMMENT ON COLUMN farthing.audit_record.record IS 'version 1 or 2, see docs/reference/formats.md';

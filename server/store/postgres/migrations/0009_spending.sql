-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- What callers' keys have spent on days that are over leaves the state with the first entry of a day, and is kept
-- here (docs/reference/formats.md). States are written in version 3, which programs of before cannot read; what they
-- have written is read.
CREATE TABLE farthing.ledger_spending (
  organization_id uuid NOT NULL,
  caller_key uuid NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (organization_id, caller_key)
);
COMMENT ON COLUMN farthing.ledger_state.state IS 'version 1 to 3, see docs/reference/formats.md';

-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- Whether an owner is the last, the memberships tell without being read; whether an organization is
-- disabled, the row that a batch of movements reads anyway. The role is the last byte of a membership's
-- record.

ALTER TABLE farthing.directory_membership ADD COLUMN role smallint;
UPDATE farthing.directory_membership SET role = get_byte(record, length(record) - 1);
ALTER TABLE farthing.directory_membership ALTER COLUMN role SET NOT NULL;
CREATE INDEX directory_membership_owner ON farthing.directory_membership (organization_id, user_id)
  WHERE role = 1;

ALTER TABLE farthing.ledger_state ADD COLUMN is_disabled boolean NOT NULL DEFAULT false;

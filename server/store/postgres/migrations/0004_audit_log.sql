-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- The audit log, and where it ends. Whoever adds to it locks the one row of the head, after every other
-- row that it locks, so that nobody waits in a circle.

CREATE TABLE farthing.audit_record (
  number bigint PRIMARY KEY,
  record bytea NOT NULL
);

CREATE TABLE farthing.audit_head (
  id smallint PRIMARY KEY,
  number bigint NOT NULL,
  hash bytea NOT NULL,
  at bigint NOT NULL
);
INSERT INTO farthing.audit_head VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0);

-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- Keys are columns, what they lead to is bytes (docs/reference/formats.md), the same as in the embedded
-- store. Instants are microseconds since 1970, amounts 10^-9 credits.

-- One row; whoever changes the directory counts it up first, and so waits for whoever does so before.
CREATE TABLE farthing.directory_change (
  id smallint PRIMARY KEY,
  number bigint NOT NULL
);
INSERT INTO farthing.directory_change VALUES (1, 0);

CREATE TABLE farthing.directory_user (
  id uuid PRIMARY KEY,
  email bytea NOT NULL UNIQUE,
  record bytea NOT NULL
);

CREATE TABLE farthing.directory_organization (
  id uuid PRIMARY KEY,
  record bytea NOT NULL
);

CREATE TABLE farthing.directory_membership (
  organization_id uuid NOT NULL,
  user_id uuid NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX directory_membership_user ON farthing.directory_membership (user_id);

CREATE TABLE farthing.directory_api_key (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  secret_digest bytea NOT NULL UNIQUE,
  record bytea NOT NULL
);
CREATE INDEX directory_api_key_user ON farthing.directory_api_key (user_id, id);

CREATE TABLE farthing.directory_receipt (
  actor_id uuid NOT NULL,
  idempotency_key bytea NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (actor_id, idempotency_key)
);

-- Whoever decides for an organization locks its row here first.
CREATE TABLE farthing.ledger_state (
  organization_id uuid PRIMARY KEY,
  last_seq bigint NOT NULL,
  available bigint NOT NULL,
  held bigint NOT NULL,
  next_due_at bigint,
  state bytea NOT NULL
) WITH (fillfactor = 60);
CREATE INDEX ledger_state_due ON farthing.ledger_state (next_due_at) WHERE next_due_at IS NOT NULL;

CREATE TABLE farthing.ledger_entry (
  organization_id uuid NOT NULL,
  seq bigint NOT NULL,
  kind smallint NOT NULL,
  idempotency_key bytea,
  stored bytea NOT NULL,
  PRIMARY KEY (organization_id, seq)
);
CREATE UNIQUE INDEX ledger_entry_outcome ON farthing.ledger_entry (organization_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX ledger_entry_grant ON farthing.ledger_entry (organization_id, seq) WHERE kind = 1;

-- Of grants, charges and holds that were changed since they were made.
CREATE TABLE farthing.ledger_record (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (organization_id, id)
);

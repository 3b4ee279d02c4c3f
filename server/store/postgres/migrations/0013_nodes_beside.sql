-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- The first migration whose nodes may serve beside each one, and whether all of it was applied, so that a node of
-- before can tell whether it may go on. Nodes that do not know these columns refuse every later migration.
ALTER TABLE farthing.schema_migration ADD COLUMN nodes_from bigint;
ALTER TABLE farthing.schema_migration ADD COLUMN is_finished boolean NOT NULL DEFAULT true;

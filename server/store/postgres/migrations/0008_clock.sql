-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- What the nodes know in common of the database's clock: the last time that is known to have been reached, written
-- hourly, nothing before the first time; and whether a node has found the clock in doubt and none has believed it
-- since. One row, which no movement touches.

CREATE TABLE farthing.store_clock (
  id smallint PRIMARY KEY,
  mark bigint,
  is_doubted boolean NOT NULL DEFAULT false
);
INSERT INTO farthing.store_clock VALUES (1, NULL);

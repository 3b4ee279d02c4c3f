-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- A key that was rotated has two secrets for a while.
ALTER TABLE farthing.directory_api_key ADD COLUMN previous_digest bytea;
CREATE INDEX directory_api_key_previous ON farthing.directory_api_key (previous_digest)
  WHERE previous_digest IS NOT NULL;

-- When keys were last used, as far as nodes have noted it. Apart from the keys, so that noting it is no change
-- of the directory.
CREATE TABLE farthing.directory_api_key_use (
  id uuid PRIMARY KEY,
  last_used_at bigint NOT NULL
);

-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- What is counted when the directory changes, so that no record is read for it: which users are disabled, until
-- when a key lives that is not revoked (null: it is revoked; without an expiry the last instant there is), and
-- which keys have the scope admin. All of it stands in the records, whose form docs/reference/formats.md has; the
-- columns of the rows that are there already are read out of them.

ALTER TABLE farthing.directory_user ADD COLUMN is_disabled boolean NOT NULL DEFAULT false;
-- A record ends with "disabled at": 0, or 1 and eight bytes. Nine bytes before the end of one that is not disabled
-- stands the first byte of "created at", which is 0 until the year 4253. Version 1 has no such field.
UPDATE farthing.directory_user SET is_disabled = true
  WHERE get_byte(record, 0) = 2 AND get_byte(record, length(record) - 9) = 1;

ALTER TABLE farthing.directory_api_key ADD COLUMN live_until bigint;
ALTER TABLE farthing.directory_api_key ADD COLUMN is_admin boolean NOT NULL DEFAULT false;
-- Behind 66 bytes of a fixed form stand two texts, hint and name, each behind its length in one byte or two; then
-- scopes in one byte, "created at" in eight, "expires at" and "revoked at".
UPDATE farthing.directory_api_key k
  SET is_admin = get_byte(k.record, place.scopes) & 4 <> 0,
    live_until = CASE
      WHEN get_byte(k.record, place.revoked) = 1 THEN NULL
      WHEN place.revoked = place.scopes + 10 THEN 253402300799999999
      ELSE ('x' || encode(substring(k.record FROM place.scopes + 11 FOR 8), 'hex'))::bit(64)::bigint
    END
  FROM (
    SELECT r.id, scopes.at AS scopes,
      scopes.at + CASE WHEN get_byte(r.record, scopes.at + 9) = 1 THEN 18 ELSE 10 END AS revoked
    FROM farthing.directory_api_key r,
      LATERAL (SELECT CASE WHEN get_byte(r.record, 66) < 128 THEN 67 + get_byte(r.record, 66)
        ELSE 68 + (get_byte(r.record, 66) & 127) + (get_byte(r.record, 67) << 7) END AS at) AS name,
      LATERAL (SELECT CASE WHEN get_byte(r.record, name.at) < 128 THEN name.at + 1 + get_byte(r.record, name.at)
        ELSE name.at + 2 + (get_byte(r.record, name.at) & 127) + (get_byte(r.record, name.at + 1) << 7) END AS at)
        AS scopes
  ) AS place
  WHERE place.id = k.id;

CREATE INDEX directory_api_key_live ON farthing.directory_api_key (user_id, live_until)
  WHERE live_until IS NOT NULL;
CREATE INDEX directory_api_key_admin ON farthing.directory_api_key (live_until)
  WHERE is_admin AND live_until IS NOT NULL;

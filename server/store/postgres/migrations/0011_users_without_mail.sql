-- SPDX-License-Identifier: Apache-2.0
-- nodes_from: this
-- Accounts of services have no mail address. Nothing writes such a row yet; the column makes room for them in one step
-- with the formats.
ALTER TABLE farthing.directory_user ALTER COLUMN email DROP NOT NULL;

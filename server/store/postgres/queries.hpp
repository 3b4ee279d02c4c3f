// SPDX-License-Identifier: Apache-2.0
// Every statement that a store sends, except those of the migrations. Parameters are bound, never
// put into the text; arrays make a batch one statement. Nothing here needs more than plain tables
// and indexes: no procedures, triggers or advisory locks.
#pragma once

#include "server/store/postgres/database_connection.hpp"

namespace farthing::store::postgres {

inline constexpr Statement kBegin{.name = "begin", .sql = "BEGIN"};
inline constexpr Statement kCommit{.name = "commit", .sql = "COMMIT"};
inline constexpr Statement kRollback{.name = "rollback", .sql = "ROLLBACK"};

// Reads the database's present, in microseconds.
inline constexpr Statement kClock{
    .name = "clock", .sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"};

// Reads what the nodes share about the database's clock.
inline constexpr Statement kReadStoreClock{
    .name = "read_store_clock",
    .sql = "SELECT mark, is_doubted::int FROM farthing.store_clock WHERE id = 1"};
// $1: the present, $2: whether the clock is in doubt, 1 or 0.
inline constexpr Statement kKeepStoreClock{
    .name = "keep_store_clock",
    .sql =
        "UPDATE farthing.store_clock SET mark = greatest(mark, $1::bigint),"
        " is_doubted = ($2::bigint = 1) WHERE id = 1"};

// ── The batch path, of many organizations ────────────────────────────────────────────────────────

// $1: organizations. Locks their rows in the order of the ids, so that nobody waits in a circle. A
// locked row is returned as it is after the wait; whatever depends on it must be read by later
// statements.
inline constexpr Statement kLockStates{
    .name = "lock_states",
    .sql =
        "SELECT organization_id, state, is_disabled::int FROM farthing.ledger_state"
        " WHERE organization_id = ANY($1::uuid[]) ORDER BY organization_id FOR UPDATE"};

// $1: organizations.
inline constexpr Statement kReadStates{
    .name = "read_states",
    .sql =
        "SELECT organization_id, state, is_disabled::int FROM farthing.ledger_state"
        " WHERE organization_id = ANY($1::uuid[])"};

// $1, $2: organizations and idempotency keys. Returns the first entry of each outcome.
inline constexpr Statement kReadOutcomes{
    .name = "read_outcomes",
    .sql =
        "SELECT e.organization_id, e.stored, e.idempotency_key FROM unnest($1::uuid[], "
        "$2::bytea[]) AS w (o, k)"
        " JOIN farthing.ledger_entry e ON e.organization_id = w.o AND e.idempotency_key = w.k"};

// $1: organization, $2: seq, $3: how many. Returns entries from there on.
inline constexpr Statement kReadEntries{
    .name = "read_entries",
    .sql =
        "SELECT stored FROM farthing.ledger_entry"
        " WHERE organization_id = $1::uuid AND seq >= $2::bigint ORDER BY seq LIMIT $3::bigint"};

// $1, $2, $3: organizations, own ids and the numbers in them. Returns for each its record if it was
// changed, or else the entry with that number.
inline constexpr Statement kReadRecords{
    .name = "read_records",
    .sql =
        "SELECT w.o, w.id, r.record, e.stored"
        " FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS w (o, id, seq)"
        " LEFT JOIN farthing.ledger_record r ON r.organization_id = w.o AND r.id = w.id"
        " LEFT JOIN farthing.ledger_entry e"
        "   ON e.organization_id = w.o AND e.seq = w.seq AND r.id IS NULL"};

// $1, $2: organizations and callers' keys. Returns the records of those that have one.
inline constexpr Statement kReadSpending{
    .name = "read_spending",
    .sql =
        "SELECT s.organization_id, s.caller_key, s.record"
        " FROM unnest($1::uuid[], $2::uuid[]) AS w (o, k)"
        " JOIN farthing.ledger_spending s ON s.organization_id = w.o AND s.caller_key = w.k"};

// $1: organizations, one for each entry.
inline constexpr Statement kInsertEntries{
    .name = "insert_entries",
    .sql =
        "INSERT INTO farthing.ledger_entry (organization_id, seq, kind, idempotency_key, stored)"
        " SELECT * FROM"
        " unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::bytea[], $5::bytea[])"};

// $1: organization, $2: seq, $3: the entry as it is from now on. Only erasing changes an entry.
inline constexpr Statement kReplaceEntry{
    .name = "replace_entry",
    .sql =
        "UPDATE farthing.ledger_entry SET stored = $3::bytea"
        " WHERE organization_id = $1::uuid AND seq = $2::bigint"};

inline constexpr Statement kUpdateStates{
    .name = "update_states",
    .sql =
        "UPDATE farthing.ledger_state s SET last_seq = w.last_seq, available = w.available,"
        " held = w.held, next_due_at = w.next_due_at, state = w.state"
        " FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],"
        " $6::bytea[]) AS w (o, last_seq, available, held, next_due_at, state)"
        " WHERE s.organization_id = w.o"};

inline constexpr Statement kPutRecords{
    .name = "put_records",
    .sql =
        "INSERT INTO farthing.ledger_record (organization_id, id, record)"
        " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[])"
        " ON CONFLICT (organization_id, id) DO UPDATE SET record = EXCLUDED.record"};

inline constexpr Statement kPutSpending{
    .name = "put_spending",
    .sql =
        "INSERT INTO farthing.ledger_spending (organization_id, caller_key, record)"
        " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[])"
        " ON CONFLICT (organization_id, caller_key) DO UPDATE SET record = EXCLUDED.record"};

// $1: organizations, locked. Writes but changes nothing: a COMMIT after it waits until everything
// that was committed before is as safe as the database is set to make it.
inline constexpr Statement kTouchOrganizations{
    .name = "touch_organizations",
    .sql =
        "UPDATE farthing.ledger_state SET last_seq = last_seq"
        " WHERE organization_id = ANY($1::uuid[])"};

// ── The batch path, of one organization ──────────────────────────────────────────────────────────

// These do the same for one organization, which is $1; the other parameters are those of above. Each
// table that Citus distributes has `organization_id = $1` of its own, so that the coordinator sends
// each statement to one shard. An INSERT reads the organization's row for the same reason: rows that
// come from parameters alone are copied by the coordinator, with a two-phase commit.
inline constexpr Statement kLockStateOfOne{
    .name = "lock_state_of_one",
    .sql =
        "SELECT organization_id, state, is_disabled::int FROM farthing.ledger_state"
        " WHERE organization_id = $1::uuid FOR UPDATE"};

inline constexpr Statement kReadOutcomesOfOne{
    .name = "read_outcomes_of_one",
    .sql =
        "SELECT organization_id, stored, idempotency_key FROM farthing.ledger_entry"
        " WHERE organization_id = $1::uuid AND idempotency_key = ANY($2::bytea[])"};

inline constexpr Statement kReadRecordsOfOne{
    .name = "read_records_of_one",
    .sql =
        "SELECT $1::uuid, w.id, r.record, e.stored"
        " FROM unnest($2::uuid[], $3::bigint[]) AS w (id, seq)"
        " LEFT JOIN farthing.ledger_record r ON r.organization_id = $1::uuid AND r.id = w.id"
        " LEFT JOIN farthing.ledger_entry e"
        "   ON e.organization_id = $1::uuid AND e.seq = w.seq AND r.id IS NULL"};

inline constexpr Statement kReadSpendingOfOne{
    .name = "read_spending_of_one",
    .sql =
        "SELECT organization_id, caller_key, record FROM farthing.ledger_spending"
        " WHERE organization_id = $1::uuid AND caller_key = ANY($2::uuid[])"};

inline constexpr Statement kInsertEntriesOfOne{
    .name = "insert_entries_of_one",
    .sql =
        "INSERT INTO farthing.ledger_entry (organization_id, seq, kind, idempotency_key, stored)"
        " SELECT s.organization_id, w.seq, w.kind, w.key, w.stored FROM farthing.ledger_state s,"
        " unnest($2::bigint[], $3::smallint[], $4::bytea[], $5::bytea[])"
        " AS w (seq, kind, key, stored) WHERE s.organization_id = $1::uuid"};

inline constexpr Statement kUpdateStateOfOne{
    .name = "update_state_of_one",
    .sql =
        "UPDATE farthing.ledger_state s SET last_seq = w.last_seq, available = w.available,"
        " held = w.held, next_due_at = w.next_due_at, state = w.state"
        " FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[])"
        " AS w (last_seq, available, held, next_due_at, state)"
        " WHERE s.organization_id = $1::uuid"};

inline constexpr Statement kPutRecordsOfOne{
    .name = "put_records_of_one",
    .sql =
        "INSERT INTO farthing.ledger_record (organization_id, id, record)"
        " SELECT s.organization_id, w.id, w.record FROM farthing.ledger_state s,"
        " unnest($2::uuid[], $3::bytea[]) AS w (id, record) WHERE s.organization_id = $1::uuid"
        " ON CONFLICT (organization_id, id) DO UPDATE SET record = EXCLUDED.record"};

inline constexpr Statement kPutSpendingOfOne{
    .name = "put_spending_of_one",
    .sql =
        "INSERT INTO farthing.ledger_spending (organization_id, caller_key, record)"
        " SELECT s.organization_id, w.caller_key, w.record FROM farthing.ledger_state s,"
        " unnest($2::uuid[], $3::bytea[]) AS w (caller_key, record)"
        " WHERE s.organization_id = $1::uuid"
        " ON CONFLICT (organization_id, caller_key) DO UPDATE SET record = EXCLUDED.record"};

inline constexpr Statement kTouchOrganization{
    .name = "touch_organization",
    .sql = "UPDATE farthing.ledger_state SET last_seq = last_seq WHERE organization_id = $1::uuid"};

// ── The sweep ────────────────────────────────────────────────────────────────────────────────────

// $1: the present, $2: how many. Returns organizations that have something due.
inline constexpr Statement kFindDue{
    .name = "find_due",
    .sql =
        "SELECT organization_id FROM farthing.ledger_state"
        " WHERE next_due_at <= $1::bigint ORDER BY next_due_at LIMIT $2::bigint"};

// The same where Citus has the tables: asks shard by shard, but for those of the workers $3. $2
// counts for each shard.
inline constexpr Statement kFindDueByShard{
    .name = nullptr,
    .sql =
        "SELECT unnest(string_to_array(r.result, ','))::uuid"
        " FROM (SELECT array_agg(n.nodename ORDER BY s.shardid) AS names,"
        "   array_agg(n.nodeport ORDER BY s.shardid) AS ports,"
        "   array_agg('SELECT string_agg(organization_id::text, '','') FROM (SELECT "
        "organization_id'"
        "    ' FROM ' || shard_name(s.logicalrelid, s.shardid) || ' WHERE next_due_at <= '"
        "    || $1::bigint::text || ' ORDER BY next_due_at LIMIT ' || $2::bigint::text"
        "    || ') AS due' ORDER BY s.shardid) AS commands"
        "  FROM pg_catalog.pg_dist_shard s JOIN pg_catalog.pg_dist_placement p USING (shardid)"
        "  JOIN pg_catalog.pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary'"
        "  WHERE s.logicalrelid = 'farthing.ledger_state'::regclass"
        "  AND p.groupid <> ALL($3::bigint[])) AS c,"
        " master_run_on_worker(c.names, c.ports, c.commands, true) AS r WHERE r.success"};

// Returns the workers of Citus: number, host and port.
inline constexpr Statement kListWorkers{
    .name = nullptr,
    .sql =
        "SELECT groupid::bigint, convert_to(nodename, 'UTF8'), nodeport::bigint"
        " FROM pg_catalog.pg_dist_node WHERE isactive AND noderole = 'primary' AND groupid <> 0"};

// $1: host, $2: port. Returns whether the coordinator can connect to that worker, 1 or 0, after as
// long as `citus.node_connection_timeout` allows.
inline constexpr Statement kTryWorker{
    .name = nullptr,
    .sql =
        "SELECT citus_check_connection_to_node(convert_from($1::bytea, 'UTF8'),"
        " $2::bigint::int)::int"};

// $1: organization. Reads its row without waiting for any lock.
inline constexpr Statement kReachOrganization{
    .name = "reach_organization",
    .sql = "SELECT 1 FROM farthing.ledger_state WHERE organization_id = $1::uuid"};

// $1: organizations. Returns each with a number of the worker that Citus has put it on.
inline constexpr Statement kFindWorkers{
    .name = nullptr,
    .sql =
        "SELECT w.o, p.groupid::bigint FROM unnest($1::uuid[]) AS w (o)"
        " JOIN pg_catalog.pg_dist_placement p"
        " ON p.shardid = get_shard_id_for_distribution_column('farthing.ledger_state', w.o)"};

// ── Reads of the ledger ──────────────────────────────────────────────────────────────────────────

// $1: organizations, $2: the present. Returns the state only where something is due, so that the
// stored balance no longer holds.
inline constexpr Statement kReadBalances{
    .name = "read_balances",
    .sql =
        "SELECT organization_id, available, held,"
        " CASE WHEN next_due_at <= $2::bigint THEN state END"
        " FROM farthing.ledger_state WHERE organization_id = ANY($1::uuid[])"};

// $1: organization, $2: own ids, $3: the numbers in them. Returns for each, in their order, its
// record if it was changed, or else the entry with that number; the state is in the first row.
inline constexpr Statement kReadSubjects{
    .name = "read_subjects",
    .sql =
        "SELECT CASE WHEN w.n = 1 THEN s.state END, r.record, e.stored"
        " FROM unnest($2::uuid[], $3::bigint[]) WITH ORDINALITY AS w (id, seq, n)"
        " JOIN farthing.ledger_state s ON s.organization_id = $1::uuid"
        " LEFT JOIN farthing.ledger_record r ON r.organization_id = $1::uuid AND r.id = w.id"
        " LEFT JOIN farthing.ledger_entry e"
        "   ON e.organization_id = $1::uuid AND e.seq = w.seq AND r.id IS NULL"
        " ORDER BY w.n"};

// $1: organization, $2: a caller's key. Returns the state, and the record of the key if it has one,
// of one moment.
inline constexpr Statement kReadStateAndSpending{
    .name = "read_state_and_spending",
    .sql =
        "SELECT s.state, p.record FROM farthing.ledger_state s"
        " LEFT JOIN farthing.ledger_spending p"
        "   ON p.organization_id = $1::uuid AND p.caller_key = $2::uuid"
        " WHERE s.organization_id = $1::uuid"};

// $1: organization, $2: numbers.
inline constexpr Statement kReadEntriesAt{
    .name = "read_entries_at",
    .sql =
        "SELECT stored FROM farthing.ledger_entry"
        " WHERE organization_id = $1::uuid AND seq = ANY($2::bigint[]) ORDER BY seq"};

// $1: organization, $2: own id, $3: the number in it. Returns all that is known of it, and the
// state.
inline constexpr Statement kReadSubject{
    .name = "read_subject",
    .sql =
        "SELECT s.state, r.record, e.stored FROM farthing.ledger_state s"
        " LEFT JOIN farthing.ledger_record r"
        "   ON r.organization_id = $1::uuid AND r.id = $2::uuid"
        " LEFT JOIN farthing.ledger_entry e"
        "   ON e.organization_id = $1::uuid AND e.seq = $3::bigint"
        " WHERE s.organization_id = $1::uuid"};

// $1: organization, $2: seq, $3: how many.
inline constexpr Statement kReadGrants{
    .name = "read_grants",
    .sql =
        "SELECT stored FROM farthing.ledger_entry WHERE organization_id = $1::uuid AND kind = 1"
        " AND seq >= $2::bigint ORDER BY seq LIMIT $3::bigint"};

// ── The directory ────────────────────────────────────────────────────────────────────────────────

// Takes the turn to change the directory.
inline constexpr Statement kLockDirectory{
    .name = "lock_directory",
    .sql =
        "UPDATE farthing.directory_change SET number = number + 1 WHERE id = 1 RETURNING number"};

// Writes but changes nothing, to find out whether the database lets anything be written.
inline constexpr Statement kTouchDirectory{
    .name = "touch_directory",
    .sql = "UPDATE farthing.directory_change SET number = number WHERE id = 1"};

// Keeps the directory as it is until the end of the transaction. Must come before any lock of an
// organization, because a change also takes its turn before those.
inline constexpr Statement kHoldDirectory{
    .name = "hold_directory",
    .sql = "SELECT number FROM farthing.directory_change WHERE id = 1 FOR SHARE"};

// Reads how often the directory was changed.
inline constexpr Statement kReadDirectoryChange{
    .name = "read_directory_change",
    .sql = "SELECT number FROM farthing.directory_change WHERE id = 1"};

// $1: users, $2: emails, $3: organizations, $4: API keys, $5: digests of secrets, $6: organizations
// of which two enabled owners are wanted. Returns these, the users of the keys, the memberships of
// all users and their organizations; what refers to something comes after it.
inline constexpr Statement kLoadDirectory{
    .name = "load_directory",
    .sql =
        "WITH k AS (SELECT id, user_id, record FROM farthing.directory_api_key"
        "   WHERE id = ANY($4::uuid[])"
        "  UNION SELECT id, user_id, record FROM farthing.directory_api_key"
        "   WHERE secret_digest = ANY($5::bytea[])"
        "  UNION SELECT id, user_id, record FROM farthing.directory_api_key"
        "   WHERE previous_digest = ANY($5::bytea[])),"
        " w AS (SELECT m.user_id FROM farthing.directory_membership m"
        "   JOIN farthing.directory_user d ON d.id = m.user_id AND NOT d.is_disabled"
        "   WHERE m.organization_id = ANY($6::uuid[]) AND m.role = 1"
        "   ORDER BY m.user_id LIMIT 2),"
        " u AS (SELECT id, record FROM farthing.directory_user WHERE id = ANY($1::uuid[])"
        "  UNION SELECT id, record FROM farthing.directory_user WHERE email = ANY($2::bytea[])"
        "  UNION SELECT id, record FROM farthing.directory_user"
        "   WHERE id IN (SELECT user_id FROM k)"
        "  UNION SELECT id, record FROM farthing.directory_user"
        "   WHERE id IN (SELECT user_id FROM w)),"
        " m AS (SELECT organization_id, record FROM farthing.directory_membership"
        "   WHERE user_id IN (SELECT id FROM u)),"
        " o AS (SELECT id, record FROM farthing.directory_organization WHERE id = ANY($3::uuid[])"
        "  UNION SELECT id, record FROM farthing.directory_organization"
        "   WHERE id IN (SELECT organization_id FROM m))"
        " SELECT record, step, id FROM (SELECT 1 AS step, id, record FROM u"
        "  UNION ALL SELECT 2, id, record FROM o UNION ALL SELECT 3, organization_id, record FROM m"
        "  UNION ALL SELECT 4, id, record FROM k) AS found ORDER BY step"};

// $1: a user, or null for the user of $2, a key; $3: how many. Returns keys of the user that are
// not revoked, those that end last first.
inline constexpr Statement kLoadLiveKeys{
    .name = "load_live_keys",
    .sql =
        "SELECT record, 4 AS step, id FROM farthing.directory_api_key WHERE live_until IS NOT NULL"
        " AND user_id = coalesce($1::uuid,"
        "  (SELECT user_id FROM farthing.directory_api_key WHERE id = $2::uuid))"
        " ORDER BY live_until DESC LIMIT $3::bigint"};

// $1: a user, or null. Looks at admin keys of enabled users that have no cap and are not revoked.
// Returns the one of that user that ends last, and the two of other users that end last, behind
// their users.
inline constexpr Statement kLoadAdminKeys{
    .name = "load_admin_keys",
    .sql =
        "WITH k AS ((SELECT a.record, a.id, u.record AS owner, u.id AS owner_id"
        "   FROM farthing.directory_api_key a"
        "   JOIN farthing.directory_user u ON u.id = a.user_id AND NOT u.is_disabled"
        "   WHERE a.is_admin AND a.live_until IS NOT NULL AND a.user_id = $1::uuid"
        "   ORDER BY a.live_until DESC LIMIT 1)"
        "  UNION ALL (SELECT a.record, a.id, u.record, u.id FROM farthing.directory_api_key a"
        "   JOIN farthing.directory_user u ON u.id = a.user_id AND NOT u.is_disabled"
        "   WHERE a.is_admin AND a.live_until IS NOT NULL AND a.user_id IS DISTINCT FROM $1::uuid"
        "   ORDER BY a.live_until DESC LIMIT 2))"
        " SELECT record, step, id FROM (SELECT 1 AS step, owner AS record, owner_id AS id FROM k"
        "  UNION ALL SELECT 4, record, id FROM k) AS found ORDER BY step"};

// $1: the acting key, $2: idempotency key.
inline constexpr Statement kReadReceipt{
    .name = "read_receipt",
    .sql =
        "SELECT record FROM farthing.directory_receipt"
        " WHERE actor_id = $1::uuid AND idempotency_key = $2::bytea"};

inline constexpr Statement kPutUser{
    .name = "put_user",
    .sql =
        "INSERT INTO farthing.directory_user (id, email, record, is_disabled)"
        " VALUES ($1::uuid, $2::bytea, $3::bytea, $4::bigint = 1)"
        " ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email, record = EXCLUDED.record,"
        " is_disabled = EXCLUDED.is_disabled"};
inline constexpr Statement kPutOrganization{
    .name = "put_organization",
    .sql =
        "INSERT INTO farthing.directory_organization (id, record)"
        " VALUES ($1::uuid, $2::bytea) ON CONFLICT (id) DO UPDATE SET record = EXCLUDED.record"};
// $1: organization, $2: the state before its first entry. Does nothing when the organization has a
// row already, as when only its record has changed.
inline constexpr Statement kMakeLedger{
    .name = "make_ledger",
    .sql =
        "INSERT INTO farthing.ledger_state (organization_id, last_seq, available, held, state)"
        " VALUES ($1::uuid, 0, 0, 0, $2::bytea) ON CONFLICT (organization_id) DO NOTHING"};
inline constexpr Statement kPutMembership{
    .name = "put_membership",
    .sql =
        "INSERT INTO farthing.directory_membership (organization_id, user_id, role, record)"
        " VALUES ($1::uuid, $2::uuid, $3::bigint, $4::bytea)"
        " ON CONFLICT (organization_id, user_id)"
        " DO UPDATE SET role = EXCLUDED.role, record = EXCLUDED.record"};
inline constexpr Statement kRemoveMembership{
    .name = "remove_membership",
    .sql =
        "DELETE FROM farthing.directory_membership"
        " WHERE organization_id = $1::uuid AND user_id = $2::uuid"};
// $1: organization, $2: whether it is disabled, 1 or 0. Waits for the transaction that decides for
// it.
inline constexpr Statement kPutStanding{
    .name = "put_standing",
    .sql =
        "UPDATE farthing.ledger_state SET is_disabled = ($2::bigint = 1)"
        " WHERE organization_id = $1::uuid AND is_disabled IS DISTINCT FROM ($2::bigint = 1)"};
inline constexpr Statement kPutApiKey{
    .name = "put_api_key",
    .sql =
        "INSERT INTO farthing.directory_api_key"
        " (id, user_id, secret_digest, record, previous_digest, live_until, is_admin)"
        " VALUES ($1::uuid, $2::uuid, $3::bytea, $4::bytea, $5::bytea, $6::bigint, $7::bigint = 1)"
        " ON CONFLICT (id) DO UPDATE SET secret_digest = EXCLUDED.secret_digest,"
        " record = EXCLUDED.record, previous_digest = EXCLUDED.previous_digest,"
        " live_until = EXCLUDED.live_until, is_admin = EXCLUDED.is_admin"};
// $1, $2: keys, in the order of their ids, and when they were used.
inline constexpr Statement kNoteKeyUses{
    .name = "note_key_uses",
    .sql =
        "INSERT INTO farthing.directory_api_key_use AS u (id, last_used_at)"
        " SELECT * FROM unnest($1::uuid[], $2::bigint[])"
        " ON CONFLICT (id) DO UPDATE SET"
        " last_used_at = greatest(u.last_used_at, EXCLUDED.last_used_at)"};
// $1: keys.
inline constexpr Statement kReadKeyUses{
    .name = "read_key_uses",
    .sql =
        "SELECT id, last_used_at FROM farthing.directory_api_key_use WHERE id = ANY($1::uuid[])"};
// $1: a user's id as records have it. Returns the receipts that name the user. It reads all
// receipts.
inline constexpr Statement kFindReceiptsOf{
    .name = "find_receipts_of",
    .sql =
        "SELECT record, actor_id FROM farthing.directory_receipt"
        " WHERE position($1::bytea IN record) > 0"};
inline constexpr Statement kPutReceipt{
    .name = "put_receipt",
    .sql =
        "INSERT INTO farthing.directory_receipt (actor_id, idempotency_key, record)"
        " VALUES ($1::uuid, $2::bytea, $3::bytea)"
        " ON CONFLICT (actor_id, idempotency_key) DO UPDATE SET record = EXCLUDED.record"};

// ── The audit log ────────────────────────────────────────────────────────────────────────────────

// Returns where the log ends and locks that until the end of the transaction. Must be the last
// statement that takes a lock.
inline constexpr Statement kLockAuditHead{
    .name = "lock_audit_head",
    .sql = "SELECT number, hash, at FROM farthing.audit_head WHERE id = 1 FOR UPDATE"};
// $1: number, $2: record.
inline constexpr Statement kAddAuditRecord{
    .name = "add_audit_record",
    .sql = "INSERT INTO farthing.audit_record (number, record) VALUES ($1::bigint, $2::bytea)"};
// $1: a user's id as acts have it. Returns the records that name the user. It reads the whole log,
// which is done once for a person.
inline constexpr Statement kFindAuditRecordsOf{
    .name = "find_audit_records_of",
    .sql =
        "SELECT record, number FROM farthing.audit_record"
        " WHERE position($1::bytea IN record) > 0 ORDER BY number"};
// $1: number, $2: record. Takes texts away; what is hashed stays the same.
inline constexpr Statement kRewriteAuditRecord{
    .name = "rewrite_audit_record",
    .sql = "UPDATE farthing.audit_record SET record = $2::bytea WHERE number = $1::bigint"};
// $1: number, $2: hash, $3: the instant before which no later record may be.
inline constexpr Statement kMoveAuditHead{
    .name = "move_audit_head",
    .sql =
        "UPDATE farthing.audit_head SET number = $1::bigint, hash = $2::bytea, at = $3::bigint"
        " WHERE id = 1"};
// $1: number, $2: how many. Returns records from there on.
inline constexpr Statement kReadAuditLog{
    .name = "read_audit_log",
    .sql =
        "SELECT record, number FROM farthing.audit_record WHERE number >= $1::bigint"
        " ORDER BY number LIMIT $2::bigint"};

// ── Lists of the directory ───────────────────────────────────────────────────────────────────────

// $1 and $2 of these are the least id that the page may have, and how many rows it has at most.
inline constexpr Statement kListUsers{
    .name = "list_users",
    .sql =
        "SELECT record, id FROM farthing.directory_user WHERE id >= $1::uuid"
        " ORDER BY id LIMIT $2::bigint"};
inline constexpr Statement kListOrganizations{
    .name = "list_organizations",
    .sql =
        "SELECT record, id FROM farthing.directory_organization WHERE id >= $1::uuid"
        " ORDER BY id LIMIT $2::bigint"};
// $3: the user.
inline constexpr Statement kListOrganizationsOfUser{
    .name = "list_organizations_of_user",
    .sql =
        "SELECT o.record, o.id FROM farthing.directory_membership m"
        " JOIN farthing.directory_organization o ON o.id = m.organization_id"
        " WHERE m.organization_id >= $1::uuid AND m.user_id = $3::uuid"
        " ORDER BY m.organization_id LIMIT $2::bigint"};
inline constexpr Statement kListApiKeys{
    .name = "list_api_keys",
    .sql =
        "SELECT record, id FROM farthing.directory_api_key WHERE id >= $1::uuid"
        " ORDER BY id LIMIT $2::bigint"};
// $3: the user.
inline constexpr Statement kListApiKeysOfUser{
    .name = "list_api_keys_of_user",
    .sql =
        "SELECT record, id FROM farthing.directory_api_key WHERE id >= $1::uuid"
        " AND user_id = $3::uuid ORDER BY id LIMIT $2::bigint"};
// $3: the organization. Returns the user's own record beside the membership.
inline constexpr Statement kListMembers{
    .name = "list_members",
    .sql =
        "SELECT m.record, u.record, m.user_id FROM farthing.directory_membership m"
        " JOIN farthing.directory_user u ON u.id = m.user_id"
        " WHERE m.user_id >= $1::uuid AND m.organization_id = $3::uuid"
        " ORDER BY m.user_id LIMIT $2::bigint"};
// $1: the organization.
inline constexpr Statement kHasOrganization{
    .name = "has_organization",
    .sql = "SELECT 1 FROM farthing.directory_organization WHERE id = $1::uuid"};

}  // namespace farthing::store::postgres

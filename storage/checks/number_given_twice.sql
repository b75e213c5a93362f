-- Ids travel in buttons and are never given out again: the sequence is not behind the rows.
-- leeway: 0, SQLite keeps it; a restore sets it.
SELECT 'accounts' AS place
WHERE (SELECT max(id) FROM accounts) > (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'accounts')
UNION ALL
SELECT 'patients'
WHERE (SELECT max(id) FROM patients) > (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'patients')
UNION ALL
SELECT 'orders'
WHERE (SELECT max(id) FROM orders) > (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'orders')
UNION ALL
SELECT 'appointments'
WHERE (SELECT max(id) FROM appointments) > (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'appointments')
UNION ALL
SELECT 'outbox'
WHERE (SELECT max(id) FROM outbox) > (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox')
UNION ALL
SELECT 'drafts'
WHERE (SELECT max(id) FROM drafts) > (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'drafts');

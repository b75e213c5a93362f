-- name: add_passing!
INSERT INTO passing_messages (account_id, message_id, shown_at, delete_at)
VALUES (:account, :message, :now, :until)
ON CONFLICT (account_id, message_id) DO UPDATE SET delete_at = excluded.delete_at;

-- name: hasten_passing!
UPDATE passing_messages SET delete_at = :now WHERE account_id = :account AND delete_at > :now;

-- name: list_due_passing
SELECT account_id, message_id FROM passing_messages WHERE delete_at <= :now ORDER BY delete_at LIMIT :limit;

-- name: pause_passing!
UPDATE passing_messages SET delete_at = :until WHERE account_id = :account AND message_id = :message;

-- name: delete_passing!
DELETE FROM passing_messages WHERE account_id = :account AND message_id = :message;

-- name: delete_old_passing!
DELETE FROM passing_messages WHERE shown_at < :before;

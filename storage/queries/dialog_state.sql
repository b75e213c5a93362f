-- name: set_state!
INSERT INTO dialogs (key, account_id, sealed_state, asked_at)
VALUES (:key, (SELECT a.id FROM accounts a WHERE a.telegram_index = :person), :state, :now)
ON CONFLICT (key) DO UPDATE SET
    account_id = excluded.account_id, sealed_state = excluded.sealed_state, asked_at = excluded.asked_at;

-- name: set_data!
INSERT INTO dialogs (key, account_id, sealed_data, asked_at)
VALUES (:key, (SELECT a.id FROM accounts a WHERE a.telegram_index = :person), :data, :now)
ON CONFLICT (key) DO UPDATE SET
    account_id = excluded.account_id, sealed_data = excluded.sealed_data, asked_at = excluded.asked_at;

-- name: clear_state!
UPDATE dialogs SET sealed_state = NULL WHERE key = :key;

-- name: clear_data!
UPDATE dialogs SET sealed_data = NULL, asked_at = NULL WHERE key = :key;

-- name: delete_empty_dialog!
DELETE FROM dialogs WHERE key = :key AND sealed_state IS NULL AND sealed_data IS NULL;

-- name: delete_dialog!
DELETE FROM dialogs WHERE key = :key;

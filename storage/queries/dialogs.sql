-- name: get^
SELECT sealed_state, sealed_data FROM dialogs WHERE key = :key;

-- name: set_state!
INSERT INTO dialogs (key, telegram_id, sealed_state, asked_at) VALUES (:key, :telegram_id, :state, :now)
ON CONFLICT (key) DO UPDATE SET sealed_state = excluded.sealed_state, asked_at = excluded.asked_at;

-- name: set_data!
INSERT INTO dialogs (key, telegram_id, sealed_data) VALUES (:key, :telegram_id, :data)
ON CONFLICT (key) DO UPDATE SET sealed_data = excluded.sealed_data;

-- name: clear_state!
UPDATE dialogs SET sealed_state = NULL, asked_at = NULL WHERE key = :key;

-- name: clear_data!
UPDATE dialogs SET sealed_data = NULL WHERE key = :key;

-- name: drop_empty!
DELETE FROM dialogs WHERE key = :key AND sealed_state IS NULL AND sealed_data IS NULL;

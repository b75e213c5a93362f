-- name: find_unfinished_step^
SELECT step FROM unfinished_steps WHERE step = :step;

-- name: finish_step!
DELETE FROM unfinished_steps WHERE step = :step;

-- name: list_unsealed_accounts
SELECT id, telegram_id FROM accounts WHERE telegram_index IS NULL ORDER BY id LIMIT :limit;

-- name: set_sealed_id!
UPDATE accounts SET uid = :uid, sealed_telegram = :sealed, telegram_index = :person, telegram_id = -id
WHERE id = :account;

-- name: list_unsealed_dialogs
-- Dialogs of an earlier release: the key is aiogram's own, which contains the Telegram id.
SELECT key, sealed_data FROM dialogs WHERE key >= 'fsm:' AND key < 'fsm;' ORDER BY key LIMIT :limit;

-- name: move_dialog!
UPDATE dialogs SET key = :new, sealed_state = NULL, sealed_data = :data WHERE key = :old;

-- name: delete_dialog!
DELETE FROM dialogs WHERE key = :key;

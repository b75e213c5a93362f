-- name: find_dialog^
SELECT sealed_state, sealed_data FROM dialogs WHERE key = :key;

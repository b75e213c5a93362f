-- The clinics that an account has kept.

-- name: add_favourite!
INSERT INTO favourites (account_id, clinic_id, added_at) VALUES (:account, :clinic, :now) ON CONFLICT DO NOTHING;

-- name: delete_favourite!
DELETE FROM favourites WHERE account_id = :account AND clinic_id = :clinic;

-- name: list_favourites
-- The newest first.
SELECT clinic_id FROM favourites WHERE account_id = :account ORDER BY added_at DESC, clinic_id DESC;

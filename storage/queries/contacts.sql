-- name: get^
SELECT uid, sealed_phone, sealed_email FROM contacts WHERE account_id = :account;

-- name: owner^
SELECT account_id FROM contacts WHERE phone_index = :phone AND phone_index IS NOT NULL;

-- name: add!
INSERT INTO contacts (account_id, uid) VALUES (:account, :uid)
ON CONFLICT (account_id) DO NOTHING;

-- name: set_phone!
UPDATE contacts SET sealed_phone = :sealed, phone_index = :phone WHERE account_id = :account;

-- name: set_email!
UPDATE contacts SET sealed_email = :sealed WHERE account_id = :account;

-- name: drop_empty!
DELETE FROM contacts WHERE account_id = :account AND sealed_phone IS NULL AND sealed_email IS NULL;

-- name: forget!
DELETE FROM contacts WHERE account_id = :account;

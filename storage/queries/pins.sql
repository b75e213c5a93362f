-- name: find^
SELECT salt, digest, tries, open_until, paused_until, drops_at FROM pins WHERE account_id = :account;

-- name: set!
INSERT INTO pins (account_id, salt, digest, open_until) VALUES (:account, :salt, :digest, :until)
ON CONFLICT (account_id) DO UPDATE SET
    salt = excluded.salt, digest = excluded.digest, open_until = excluded.open_until, tries = 0, paused_until = NULL,
    drops_at = NULL;

-- name: open!
UPDATE pins SET open_until = :until, tries = 0, paused_until = NULL, drops_at = NULL WHERE account_id = :account;

-- name: close!
UPDATE pins SET open_until = NULL WHERE account_id = :account;

-- name: note_wrong!
UPDATE pins SET tries = tries + 1 WHERE account_id = :account;

-- name: pause!
UPDATE pins SET paused_until = :until, open_until = NULL WHERE account_id = :account;

-- name: drop_at!
UPDATE pins SET drops_at = :moment WHERE account_id = :account;

-- name: remove!
DELETE FROM pins WHERE account_id = :account;

-- name: offer!
INSERT INTO offered_pins (account_id, salt, digest, until) VALUES (:account, :salt, :digest, :until)
ON CONFLICT (account_id) DO UPDATE SET salt = excluded.salt, digest = excluded.digest, until = excluded.until;

-- name: offered^
SELECT salt, digest FROM offered_pins WHERE account_id = :account AND until > :now;

-- name: take_offer!
DELETE FROM offered_pins WHERE account_id = :account;

-- name: forget_offers!
DELETE FROM offered_pins WHERE until <= :now;

-- name: forget_dropped!
DELETE FROM pins WHERE drops_at <= :before;

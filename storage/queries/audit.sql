-- name: add!
INSERT INTO audit (account_id, at, action, subject) VALUES (:account, :now, :action, :subject);

-- name: list_of
SELECT at, account_id, action, subject FROM audit WHERE account_id = :account ORDER BY id DESC LIMIT :limit;

-- name: forget!
DELETE FROM audit WHERE at < :before;

-- name: list_secret_canaries
SELECT id, sealed_canary FROM secret_canaries WHERE id > '' ORDER BY id;

-- name: save_secret_canary!
INSERT INTO secret_canaries (id, sealed_canary) VALUES (:id, :sealed)
ON CONFLICT (id) DO UPDATE SET sealed_canary = excluded.sealed_canary;

-- name: delete_secret_canary!
DELETE FROM secret_canaries WHERE id = :id;

-- name: list_index_canaries
-- Every canary has 32 bytes, so each is greater than the empty one.
SELECT canary, id, state, moved_at FROM index_canaries WHERE canary > :least ORDER BY canary;

-- name: save_index_canary!
INSERT INTO index_canaries (canary, id, state, moved_at) VALUES (:canary, :id, :state, :moved_at)
ON CONFLICT (canary) DO UPDATE SET id = excluded.id, state = excluded.state, moved_at = excluded.moved_at;

-- name: delete_index_canary!
DELETE FROM index_canaries WHERE canary = :canary;

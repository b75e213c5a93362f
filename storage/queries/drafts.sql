-- name: add^
INSERT INTO drafts (uid, account_id, kind, sealed_fields, changed_at)
VALUES (:uid, :account, :kind, :fields, :now)
RETURNING id;

-- name: find^
SELECT id, uid, kind, sealed_fields FROM drafts WHERE id = :draft AND account_id = :account;

-- name: list_of
SELECT id, uid, kind, sealed_fields FROM drafts WHERE account_id = :account AND kind = :kind
ORDER BY changed_at DESC, id DESC LIMIT :limit;

-- name: uid^
SELECT uid FROM drafts WHERE id = :draft;

-- name: save!
UPDATE drafts SET sealed_fields = :fields, changed_at = :now WHERE id = :draft;

-- name: remove!
DELETE FROM drafts WHERE id = :draft AND account_id = :account;

-- name: forget!
DELETE FROM drafts WHERE changed_at < :before;

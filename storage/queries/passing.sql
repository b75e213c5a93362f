-- name: add_passing!
INSERT INTO passing_messages (account_id, message_id, shown_at, delete_at)
VALUES (:account, :message, :now, :until)
ON CONFLICT (account_id, message_id) DO UPDATE SET delete_at = excluded.delete_at;

-- name: hasten_passing!
UPDATE passing_messages SET delete_at = :now WHERE account_id = :account AND delete_at > :now;

-- name: list_passing
SELECT message_id FROM passing_messages WHERE account_id = :account AND delete_at > :now;

-- name: hasten_some_passing!
UPDATE passing_messages SET delete_at = :now WHERE account_id = :account AND message_id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9,
    :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17, :v18, :v19,
    :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29,
    :v30, :v31, :v32, :v33, :v34, :v35, :v36, :v37, :v38, :v39,
    :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
);

-- name: list_due_passing
SELECT account_id, message_id FROM passing_messages WHERE delete_at <= :now ORDER BY delete_at LIMIT :limit;

-- name: pause_passing!
UPDATE passing_messages SET delete_at = :until WHERE account_id = :account AND message_id = :message;

-- name: delete_passing!
DELETE FROM passing_messages WHERE account_id = :account AND message_id = :message;

-- name: delete_old_passing!
DELETE FROM passing_messages WHERE shown_at < :before;

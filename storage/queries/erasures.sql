-- name: list_erased
SELECT kind, row_id FROM erased WHERE kind IN ('account', 'patient') ORDER BY kind, row_id LIMIT :limit;

-- name: delete_erased!
-- Numbers that stand in the file.
DELETE FROM erased WHERE kind = :kind AND row_id = :row;

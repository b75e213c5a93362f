-- name: take_lease^
INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= :wall
RETURNING holder;

-- name: find_lease^
SELECT holder, until FROM leases WHERE name = :name;

-- name: release_lease!
DELETE FROM leases WHERE name = :name AND holder = :holder;

-- name: find_cursor^
SELECT cursor FROM cursors WHERE system = :system;

-- name: set_cursor!
INSERT INTO cursors (system, cursor) VALUES (:system, :cursor)
ON CONFLICT (system) DO UPDATE SET cursor = excluded.cursor;

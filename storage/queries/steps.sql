-- name: find_step^
SELECT step FROM unfinished_steps WHERE step = :step;

-- name: add_step!
INSERT INTO unfinished_steps (step) VALUES (:step) ON CONFLICT DO NOTHING;

-- name: delete_step!
DELETE FROM unfinished_steps WHERE step = :step;

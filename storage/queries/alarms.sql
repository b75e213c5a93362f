-- name: find_told_alarm^
SELECT started_at, is_on FROM alarms WHERE code = :code;

-- name: record_told_alarm!
INSERT INTO alarms (code, started_at, is_on) VALUES (:code, :started_at, :is_on)
ON CONFLICT (code) DO UPDATE SET started_at = excluded.started_at, is_on = excluded.is_on;

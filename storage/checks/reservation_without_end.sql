-- A reservation ends before its time begins, and is deleted then: else nobody can book the time.
-- leeway: 600, a job deletes those that are over every 30 seconds, and a bot that was stopped needs some time.
SELECT 'slot ' || s.id AS place
FROM registry_reservations r JOIN registry_slots s ON s.id = r.slot_id
WHERE r.expires_at > s.starts_at OR r.expires_at < :now - :leeway;

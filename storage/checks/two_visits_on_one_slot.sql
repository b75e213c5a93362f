-- A time of a doctor is for one patient.
-- leeway: 0, a unique index lets no second one in.
SELECT 'slot ' || b.slot_id AS place
FROM registry_bookings b
WHERE (b.status = 'HELD' OR b.status = 'BOOKED' OR b.status = 'CHECKED_IN' OR b.status = 'FULFILLED')
    AND b.status <> 'HELD' AND b.slot_id IN (SELECT id FROM temp.changed_slots)
GROUP BY b.slot_id HAVING count(*) > 1;

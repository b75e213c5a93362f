-- A time is taken if a visit stands in it, and only then: else it is lost, or booked again.
-- leeway: 0, both are written in one transaction.
-- The condition with HELD is the one of the index on the visits of a slot.
SELECT 'slot ' || s.id AS place
FROM temp.changed_slots n CROSS JOIN registry_slots s ON s.id = n.id
WHERE (s.status = 'BUSY') <> EXISTS (
    SELECT 1 FROM registry_bookings b
    WHERE b.slot_id = s.id
        AND (b.status = 'HELD' OR b.status = 'BOOKED' OR b.status = 'CHECKED_IN' OR b.status = 'FULFILLED')
        AND b.status <> 'HELD'
);

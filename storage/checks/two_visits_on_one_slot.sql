-- A time of a doctor is for one patient.
-- leeway: 0, a unique index lets no second one in.
SELECT 'slot ' || s.id AS place
FROM temp.changed_slots n
    JOIN registry_slots s ON s.id = n.id
    JOIN registry_bookings b ON b.slot_id = s.id AND b.status IN ('BOOKED', 'CHECKED_IN', 'FULFILLED')
GROUP BY s.id HAVING count(*) > 1;

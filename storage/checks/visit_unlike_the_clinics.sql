-- The bot shows a visit as its clinic has it.
-- leeway: 600, the change feed is read every 5 seconds, and a bot that was stopped needs some time.
SELECT 'visit ' || a.id AS place
FROM temp.changed_visits n
    CROSS JOIN appointments a ON a.id = n.id AND a.system = 'registry' AND a.cancelling = 0
    JOIN registry_bookings b ON b.id = CAST(a.booking AS INTEGER)
    JOIN registry_slots s ON s.id = b.slot_id
WHERE ((a.status = 'BOOKED' AND (b.status = 'CANCELLED' OR s.starts_at <> a.starts_at))
        OR (a.status = 'CANCELLED' AND b.status IN ('BOOKED', 'CHECKED_IN')))
    AND a.starts_at > :now
    AND NOT EXISTS (
        SELECT 1 FROM registry_changes c WHERE c.booking_id = b.id AND c.made_at > :now - :leeway
    )
    AND NOT EXISTS (
        SELECT 1 FROM appointments later WHERE later.replaces = a.id AND later.status = 'PENDING'
    );

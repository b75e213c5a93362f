-- The bot shows a visit as its clinic has it.
-- leeway: 600, the change feed is read every 5 seconds, and a bot that was stopped needs some time.
-- The room is the doctor's, whose change is in no feed: it is compared in the night.
SELECT 'visit ' || a.id AS place
FROM temp.changed_visits n
    CROSS JOIN appointments a ON a.id = n.id AND a.system = 'registry' AND a.cancelling = 0
    JOIN doctors d ON d.id = a.doctor_id
    JOIN specialties p ON p.id = a.specialty_id
    JOIN clinics c ON c.id = a.clinic_id
    JOIN registry_bookings b ON b.id = CAST(a.booking AS INTEGER)
    JOIN registry_slots s ON s.id = b.slot_id
WHERE ((a.status = 'BOOKED' AND b.status <> 'BOOKED')
        OR (a.status IN ('CANCELLED', 'REFUSED', 'NO_SHOW', 'FULFILLED') AND b.status IN ('BOOKED', 'CHECKED_IN'))
        OR (a.status IN ('BOOKED', 'CHECKED_IN') AND (
            s.starts_at <> a.starts_at OR s.ends_at <> a.ends_at OR s.visit_type <> a.visit_type
            OR d.ref <> CAST(s.doctor_id AS TEXT) OR p.ref <> CAST(s.specialty_id AS TEXT)
            OR c.ref <> CAST(s.clinic_id AS TEXT)
        )))
    AND a.starts_at > :now
    AND NOT EXISTS (
        SELECT 1 FROM registry_changes c WHERE c.booking_id = b.id AND c.made_at > :now - :leeway
    )
    AND NOT EXISTS (
        SELECT 1 FROM appointments later WHERE later.replaces = a.id AND later.status = 'PENDING'
    );

-- A hold ends by itself, within the time that its clinic holds a slot: else nobody can book the slot.
-- leeway: 60, a clock may be corrected between the hold and the look.
SELECT 'slot ' || s.id AS place
FROM registry_bookings b
    JOIN registry_slots s ON s.id = b.slot_id
    JOIN registry_clinics c ON c.id = s.clinic_id
WHERE b.status = 'HELD' AND (b.expires_at IS NULL OR b.expires_at > :now + c.hold_for + :leeway);

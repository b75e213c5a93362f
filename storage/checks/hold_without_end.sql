-- A hold ends by itself, within the time that its clinic holds a slot, or a group of slots: else nobody can book it.
-- leeway: 60, a clock may be corrected between the hold and the look.
SELECT 'slot ' || s.id AS place
FROM registry_bookings b
    JOIN registry_slots s ON s.id = b.slot_id
    JOIN registry_clinics c ON c.id = s.clinic_id
WHERE b.status = 'HELD' AND (
    b.expires_at IS NULL
    OR b.expires_at > :now + CASE WHEN b.hold_group = '' THEN c.hold_for ELSE 300 END + :leeway
);

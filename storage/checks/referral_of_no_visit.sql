-- A referral is spent by one visit, of its person and to its specialty, that is not off: else it is lost to the parent.
-- leeway: 0, both are written in one transaction.
SELECT 'referral ' || r.id AS place
FROM temp.changed_slots n
    CROSS JOIN registry_slots s ON s.id = n.id
    JOIN registry_bookings b ON b.slot_id = s.id
    JOIN registry_referrals r ON r.booking_id = b.id AND r.booking_id IS NOT NULL
WHERE b.status IN ('HELD', 'CANCELLED')
    OR b.person_id <> r.person_id
    OR s.specialty_id <> r.specialty_id
    OR EXISTS (SELECT 1 FROM registry_referrals other WHERE other.booking_id = b.id AND other.id <> r.id);

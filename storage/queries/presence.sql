-- What a parent says of a visit that was noted as missed, and who has said that they come.

-- name: record_presence^
UPDATE appointments SET presence = 'ASKED' WHERE id = :appointment AND status = 'NO_SHOW' AND presence IS NULL
RETURNING id;

-- name: answer_presence^
UPDATE appointments SET presence = 'DENIED' WHERE id = :appointment AND status = 'NO_SHOW' AND presence = 'ASKED'
RETURNING id;

-- name: find_presence^
SELECT presence FROM appointments WHERE id = :appointment;

-- name: find_presence_of_booking^
SELECT id, confirmed, presence FROM appointments WHERE system = :system AND booking = :booking
ORDER BY id DESC LIMIT 1;

-- name: list_claimed_presence
SELECT ref, starts_at, booking FROM appointments
WHERE clinic_id = :clinic AND presence = 'ASKED' AND status = 'NO_SHOW' AND booking IS NOT NULL
ORDER BY starts_at, id;

-- name: list_confirmed_bookings
SELECT booking FROM appointments
WHERE clinic_id = :clinic AND confirmed = 1 AND starts_at >= :since AND starts_at < :until AND booking IS NOT NULL;

-- name: count_late_cancellations^
SELECT COUNT(*) AS visits FROM appointments
WHERE clinic_id = :clinic AND late = 1 AND status = 'CANCELLED' AND starts_at >= :since AND starts_at < :until;

-- name: find_booking_of_ref^
-- Also of a visit whose card is erased.
SELECT coalesce(
    (
        SELECT a.booking FROM appointments a
        WHERE a.ref = :ref AND a.clinic_id = :clinic AND a.booking IS NOT NULL
        ORDER BY a.id DESC LIMIT 1
    ),
    (SELECT k.booking FROM kept_numbers k WHERE k.ref = :ref AND k.clinic_id = :clinic)
) AS booking;

-- name: find_own_by_ref^
-- The newest visit with that number which the account sees.
SELECT a.id FROM appointments a JOIN visit_viewers ON visit_viewers.patient_id = a.patient_id
WHERE a.ref = :ref AND visit_viewers.account_id = :account
ORDER BY a.id DESC LIMIT 1;

-- name: take_kept_number^
-- The number that a visit had before its card was erased; a card has it again.
DELETE FROM kept_numbers WHERE system = :system AND booking = :booking RETURNING ref;

-- name: move_kept_number!
-- As the clinic has moved the visit.
UPDATE kept_numbers SET ends_at = :ends_at, clinic_id = coalesce(
    (SELECT d.clinic_id FROM doctors d WHERE d.system = :system AND d.ref = :doctor), clinic_id
)
WHERE system = :system AND booking = :booking;

-- name: delete_old_kept_numbers!
DELETE FROM kept_numbers WHERE ends_at < :before;

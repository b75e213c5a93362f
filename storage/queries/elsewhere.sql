-- name: record_visit!
-- Nothing if it was booked here with this card, or if the directory does not have the doctor. A request that was given
-- up may have been booked nevertheless.
INSERT INTO visits_elsewhere (
    patient_id, system, booking, key, clinic_id, specialty_id, doctor_id, starts_at, ends_at, visit_type, room, status
)
SELECT :patient, :system, :booking, :key, d.clinic_id, d.specialty_id, d.id, :starts_at, :ends_at, :visit_type, :room,
    :status
FROM doctors d
WHERE d.system = :system AND d.ref = :doctor AND NOT EXISTS (
    SELECT 1 FROM appointments own
    WHERE own.patient_id = :patient AND own.elsewhere = 0 AND own.status <> 'REFUSED'
        AND (own.key = CAST(:key AS TEXT) OR (own.system = :system AND own.booking = :booking))
)
ON CONFLICT (patient_id, system, booking) DO UPDATE SET
    clinic_id = excluded.clinic_id, specialty_id = excluded.specialty_id, doctor_id = excluded.doctor_id,
    starts_at = excluded.starts_at, ends_at = excluded.ends_at, visit_type = excluded.visit_type, room = excluded.room,
    status = excluded.status;

-- name: list_bookings
SELECT booking FROM visits_elsewhere WHERE patient_id = :patient AND system = :system;

-- name: delete_visit!
DELETE FROM visits_elsewhere WHERE patient_id = :patient AND system = :system AND booking = :booking;

-- name: delete_booking!
DELETE FROM visits_elsewhere WHERE system = :system AND booking = :booking;

-- name: delete_ended_visits!
DELETE FROM visits_elsewhere WHERE ends_at < :before;

-- name: list_hidden
-- Of the account's patients, or only of :patient, what the account sees nowhere in the bot.
SELECT e.patient_id, e.system, e.booking, e.key, e.clinic_id, e.specialty_id, e.doctor_id, e.starts_at, e.ends_at,
    e.visit_type, e.room, e.status
FROM representations r JOIN visits_elsewhere e ON e.patient_id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL AND r.patient_id = coalesce(:patient, r.patient_id)
    AND e.starts_at > :now AND NOT EXISTS (
        SELECT 1 FROM visit_viewers v JOIN appointments a ON a.patient_id = v.patient_id
        WHERE v.account_id = :account AND a.status <> 'REFUSED' AND ((a.system = e.system AND a.booking = e.booking) OR a.key = e.key)
    )
ORDER BY e.patient_id, e.starts_at, e.booking;

-- name: list_unclaimed
-- Visits ahead of a card that no account has in the bot, and that the card has not had either.
SELECT e.patient_id, e.system, e.booking, e.key, e.clinic_id, e.specialty_id, e.doctor_id, e.starts_at, e.ends_at,
    e.visit_type, e.room, e.status
FROM visits_elsewhere e
WHERE e.patient_id = :patient AND e.starts_at > :now AND NOT EXISTS (
    SELECT 1 FROM appointments a
    WHERE a.system = e.system AND a.booking = e.booking
        AND (a.patient_id = e.patient_id OR a.status IN ('BOOKED', 'CHECKED_IN'))
) AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.key = e.key AND a.status <> 'REFUSED')
ORDER BY e.starts_at, e.booking;

-- name: list_looks
SELECT system, account_id, knows_phone, looked_at FROM clinic_looks WHERE patient_id = :patient;

-- name: set_look!
INSERT INTO clinic_looks (patient_id, system, account_id, knows_phone, looked_at)
VALUES (:patient, :system, :account, :knows_phone, :now)
ON CONFLICT (patient_id, system) DO UPDATE SET
    account_id = excluded.account_id, knows_phone = excluded.knows_phone, looked_at = excluded.looked_at;

-- name: list_never_looked_at
-- The account's cards whose person the register knows and about which no clinic was asked.
SELECT p.id FROM representations r JOIN patients p ON p.id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL AND p.sealed_person IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM clinic_looks l WHERE l.patient_id = p.id)
ORDER BY p.id;

-- name: delete_old_looks!
DELETE FROM clinic_looks WHERE looked_at < :before;

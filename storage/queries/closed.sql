-- Visits that a clinic has called off with its hours: what is kept instead, and the waiting list.

-- name: upsert_closed_visit!
INSERT INTO closed_visits (appointment_id, slot, doctor, starts_at, visit_type, reservation, until, closed_at)
VALUES (:appointment, :slot, :doctor, :starts_at, :visit_type, :reservation, :until, :now)
ON CONFLICT (appointment_id) DO UPDATE SET slot = excluded.slot, doctor = excluded.doctor,
    starts_at = excluded.starts_at, visit_type = excluded.visit_type, reservation = excluded.reservation,
    until = excluded.until, closed_at = excluded.closed_at, declined_at = NULL;

-- name: add_first_in_line!
INSERT INTO waitlist_entries (patient_id, clinic_id, specialty_id, called_off, is_first, since, until)
SELECT a.patient_id, a.clinic_id, a.specialty_id, a.id, 1, :now, :until FROM appointments a WHERE a.id = :appointment
ON CONFLICT DO NOTHING;

-- name: delete_closed_visit!
DELETE FROM closed_visits WHERE appointment_id = :appointment;

-- name: close_entry!
UPDATE waitlist_entries SET ended_at = :now WHERE called_off = :appointment AND ended_at IS NULL;

-- name: find_closed_visit^
SELECT k.slot, d.id AS doctor_id, k.starts_at, k.visit_type, k.reservation, k.until, k.declined_at
FROM closed_visits k JOIN appointments a ON a.id = k.appointment_id
LEFT JOIN doctors d ON d.system = a.system AND d.ref = k.doctor
WHERE k.appointment_id = :appointment;

-- name: find_reservation^
-- The key of a time that is kept for a visit of the patient, or of a card that shares its visits with the patient's.
SELECT k.reservation
FROM visit_viewers v
JOIN appointments a ON a.patient_id = v.patient_id
JOIN closed_visits k ON k.appointment_id = a.id
JOIN doctors d ON d.system = a.system AND d.ref = k.doctor
WHERE v.account_id = :account AND v.own_id = :patient AND d.id = :doctor AND k.starts_at = :starts_at AND k.visit_type = :visit_type
    AND k.declined_at IS NULL AND k.until > :now
LIMIT 1;

-- name: set_declined^
UPDATE closed_visits SET declined_at = :now WHERE appointment_id = :appointment AND declined_at IS NULL
RETURNING reservation;

-- name: list_declined
SELECT a.booking FROM closed_visits k CROSS JOIN appointments a ON a.id = k.appointment_id
WHERE k.declined_at > 0 AND a.system = :system AND a.clinic_id = :clinic;

-- name: delete_old_closed_visits!
DELETE FROM closed_visits WHERE closed_at < :before;

-- name: delete_old_entries!
DELETE FROM waitlist_entries WHERE until < :before;

-- name: set_chosen!
-- Another visit to the specialty is booked: nothing more is wanted instead of what was called off.
UPDATE closed_visits SET declined_at = :now WHERE declined_at IS NULL AND appointment_id IN (
    SELECT a.id FROM appointments a
    WHERE a.patient_id = :patient AND a.clinic_id = :clinic AND a.specialty_id = :specialty
);

-- name: close_entries!
UPDATE waitlist_entries SET ended_at = :now
WHERE patient_id = :patient AND clinic_id = :clinic AND specialty_id = :specialty AND called_off IS NOT NULL
    AND ended_at IS NULL;

-- name: add_waiting_person!
INSERT INTO waiting_persons (system, booking, person, clinic_id, specialty_id, is_first, since, until)
VALUES (:system, :booking, :person, :clinic, :specialty, 1, :now, :until)
ON CONFLICT DO NOTHING;

-- name: close_waiting_visit!
UPDATE waiting_persons SET ended_at = :now WHERE system = :system AND booking = :booking AND ended_at IS NULL;

-- name: close_waiting_person!
UPDATE waiting_persons SET ended_at = :now
WHERE system = :system AND person = :person AND specialty_id = :specialty AND ended_at IS NULL;

-- name: delete_old_waiting_persons!
DELETE FROM waiting_persons WHERE until < :before;

-- name: list_waiting
-- Who waits at a clinic now, with and without the bot, the first in line first. booking is that of the called-off visit.
SELECT w.specialty_id, w.is_first, w.since, w.until, a.booking, 1 AS in_bot
FROM waitlist_entries w JOIN appointments a ON a.id = w.called_off
WHERE w.clinic_id = :clinic AND w.ended_at IS NULL AND w.until > :now AND a.booking IS NOT NULL
UNION ALL
SELECT p.specialty_id, p.is_first, p.since, p.until, p.booking, 0 AS in_bot
FROM waiting_persons p
WHERE p.clinic_id = :clinic AND p.ended_at IS NULL AND p.until > :now
ORDER BY is_first DESC, since, specialty_id, booking;

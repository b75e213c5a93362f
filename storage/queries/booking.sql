-- --- orders ---

-- name: add_order^
INSERT INTO orders (
    key, account_id, patient_id, doctor_id, slot, starts_at, ends_at, visit_type, room, expires_at, replaces, created_at
) VALUES (
    :key, :account, :patient, :doctor, :slot, :starts_at, :ends_at, :visit_type, :room, :expires_at, :replaces, :now
)
RETURNING id;

-- name: find_order^
SELECT o.id, o.key, o.account_id, o.patient_id, o.doctor_id, o.slot, d.ref AS doctor_ref, o.starts_at, o.ends_at,
    o.visit_type, o.room, o.expires_at, o.replaces
FROM orders o JOIN doctors d ON d.id = o.doctor_id
WHERE o.id = :order AND o.account_id = :account;

-- name: delete_old_orders!
DELETE FROM orders WHERE created_at < :before;

-- --- appointments ---

-- name: add_appointment^
-- Returns no row if the key or the ref is in use. A visit that replaces another has its Ref and stays on its card, which
-- may be one that is shared with the account's own.
INSERT INTO appointments (
    ref, account_id, patient_id, clinic_id, specialty_id, doctor_id, starts_at, ends_at, visit_type, room, status, key,
    slot, system, replaces, next_try, created_at
)
VALUES (
    coalesce((SELECT chain.ref FROM appointments chain WHERE chain.id = :replaces), :ref), :account,
    coalesce((SELECT chain.patient_id FROM appointments chain WHERE chain.id = :replaces), :patient), :clinic,
    :specialty, :doctor, :starts_at, :ends_at, :visit_type, :room, 'PENDING', :key, :slot,
    (SELECT c.system FROM clinics c WHERE c.id = :clinic), :replaces, :next_try, :now
)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: find_own_appointment_by_key^
SELECT * FROM appointments WHERE key = :key AND account_id = :account;

-- name: find_appointment_by_key^
SELECT * FROM appointments WHERE key = :key;

-- name: find_booking_of_ref^
SELECT booking FROM appointments WHERE ref = :ref AND clinic_id = :clinic AND booking IS NOT NULL
ORDER BY id DESC LIMIT 1;

-- name: find_appointment_by_booking^
SELECT * FROM appointments WHERE system = :system AND booking = :booking
ORDER BY id DESC LIMIT 1;

-- name: find_own_card^
-- Whether another card has the policy is not looked up here: 1 says that there may be one.
-- By a card of the account, or by one that is shared with it: then own_id is the account's card of the child.
SELECT card.*, p.number_found, 1 AS has_other_card, visit_viewers.own_id
FROM appointment_cards card JOIN patients p ON p.id = card.patient_id
    JOIN visit_viewers ON visit_viewers.patient_id = card.patient_id
WHERE card.id = :appointment AND visit_viewers.account_id = :account
ORDER BY visit_viewers.own_id <> card.patient_id LIMIT 1;

-- name: find_card^
SELECT card.*, p.number_found, 1 AS has_other_card FROM appointment_cards card JOIN patients p ON p.id = card.patient_id
WHERE card.id = :appointment;

-- name: list_upcoming_cards
SELECT card.*, p.number_found, 1 AS has_other_card, visit_viewers.own_id
FROM visit_viewers JOIN patients p ON p.id = visit_viewers.patient_id
    JOIN appointment_cards card ON card.patient_id = visit_viewers.patient_id
WHERE visit_viewers.account_id = :account AND card.status IN ('PENDING', 'BOOKED', 'CHECKED_IN') AND card.ends_at > :now
ORDER BY card.starts_at, card.id, visit_viewers.own_id <> card.patient_id;

-- name: list_past_visits
-- A visit that the account sees by two cards is listed once.
SELECT DISTINCT visit.id, visit.starts_at
FROM visit_viewers JOIN appointments visit ON visit.patient_id = visit_viewers.patient_id
WHERE visit_viewers.account_id = :account AND visit.ends_at <= :now
    AND visit.status IN ('BOOKED', 'CHECKED_IN', 'FULFILLED', 'NO_SHOW')
ORDER BY visit.starts_at DESC, visit.id DESC LIMIT :limit OFFSET :skip;

-- name: find_own_patient^
SELECT p.id AS patient_id, p.uid, p.sealed_identity, p.sealed_person, p.clinic_id AS patient_clinic_id,
    p.status AS verification, p.reason AS rejection, p.correct, p.queued_at, p.checked_at, p.attempts, p.number_found,
    1 AS has_other_card
FROM patients p WHERE p.id = :patient;

-- name: settle_appointment^
-- No row if the status or the open cancellation is not the expected one.
UPDATE appointments SET
    status = :status,
    booking = coalesce(CAST(:booking AS TEXT), booking),
    starts_at = coalesce(CAST(:starts_at AS INTEGER), starts_at),
    ends_at = coalesce(CAST(:ends_at AS INTEGER), ends_at),
    room = coalesce(CAST(:room AS TEXT), room),
    doctor_id = coalesce(
        (SELECT d.id FROM doctors d WHERE d.system = appointments.system AND d.ref = CAST(:doctor AS TEXT)), doctor_id
    ),
    reason = CASE WHEN :status IN ('BOOKED', 'CHECKED_IN') THEN NULL ELSE coalesce(CAST(:reason AS TEXT), reason) END,
    cancelling = 0,
    next_try = CASE WHEN :status = 'PENDING' THEN next_try END
WHERE id = :appointment
    AND status = coalesce(CAST(:expected AS TEXT), status)
    AND cancelling = coalesce(CAST(:expected_cancelling AS INTEGER), cancelling)
RETURNING id;

-- name: request_cancellation!
UPDATE appointments SET cancelling = 1, late = :late, next_try = :next_try WHERE id = :appointment;

-- name: set_confirmed!
UPDATE appointments SET confirmed = 1 WHERE id = :appointment;

-- name: claim_due_appointments
UPDATE appointments SET next_try = :until
WHERE id IN (
    SELECT due.id FROM appointments due
    WHERE due.next_try <= :now
    ORDER BY due.next_try LIMIT :limit
)
RETURNING id;

-- name: list_live_appointments
SELECT id FROM appointments WHERE id > :after AND status IN ('BOOKED', 'CHECKED_IN') AND ends_at > :now
ORDER BY id LIMIT :limit;

-- name: delete_old_appointments!
DELETE FROM appointments WHERE ends_at < :before;

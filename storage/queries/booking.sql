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
-- may be one that is shared with the account's own. The room is stored as it is told: the doctor's if the time has none.
INSERT INTO appointments (
    ref, account_id, patient_id, clinic_id, specialty_id, doctor_id, starts_at, ends_at, visit_type, room, status, key,
    slot, system, replaces, next_try, created_at, told_doctor, told_address,
    told_zone
)
VALUES (
    coalesce((SELECT chain.ref FROM appointments chain WHERE chain.id = :replaces), :ref), :account,
    coalesce((SELECT chain.patient_id FROM appointments chain WHERE chain.id = :replaces), :patient), :clinic,
    :specialty, :doctor, :starts_at, :ends_at, :visit_type,
    coalesce(nullif(CAST(:room AS TEXT), ''), (SELECT d.room FROM doctors d WHERE d.id = :doctor)), 'PENDING', :key, :slot,
    (SELECT c.system FROM clinics c WHERE c.id = :clinic), :replaces, :next_try, :now,
    (SELECT trim(replace(d.family || ' ' || d.given || ' ' || d.patronymic, '  ', ' ')) FROM doctors d WHERE d.id = :doctor),
    (SELECT c.address FROM clinics c WHERE c.id = :clinic), (SELECT c.zone FROM clinics c WHERE c.id = :clinic)
)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: add_appointment_elsewhere^
-- Returns no row if the ref is in use, or if a live appointment has the booking.
INSERT INTO appointments (
    ref, account_id, patient_id, clinic_id, specialty_id, doctor_id, starts_at, ends_at, visit_type, room, status, key,
    slot, system, booking, elsewhere, created_at, told_doctor, told_address, told_zone
)
VALUES (
    :ref, :account, :patient, :clinic, :specialty, :doctor, :starts_at, :ends_at, :visit_type, :room, :status, :key, '',
    :system, :booking, :elsewhere, :now,
    (SELECT trim(replace(d.family || ' ' || d.given || ' ' || d.patronymic, '  ', ' ')) FROM doctors d WHERE d.id = :doctor),
    (SELECT c.address FROM clinics c WHERE c.id = :clinic), (SELECT c.zone FROM clinics c WHERE c.id = :clinic)
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: find_appointment_elsewhere^
SELECT id FROM appointments
WHERE patient_id = :patient AND elsewhere = 1 AND status IN ('BOOKED', 'CHECKED_IN') AND starts_at > :now
LIMIT 1;

-- name: delete_appointments_elsewhere!
-- One that a representative is cancelling or moving stays until the clinic has answered.
DELETE FROM appointments
WHERE patient_id = :patient AND system = :system AND elsewhere = 1 AND status IN ('BOOKED', 'CHECKED_IN')
    AND cancelling = 0 AND starts_at > :now AND NOT EXISTS (
        SELECT 1 FROM appointments later
        WHERE later.patient_id = :patient AND later.replaces = appointments.id AND later.status = 'PENDING'
    );

-- name: add_regained_appointment^
-- No row if the ref is in use, or if no such doctor was ever listed. One that replaces another has its Ref.
INSERT INTO appointments (
    ref, account_id, patient_id, clinic_id, specialty_id, doctor_id, starts_at, ends_at, visit_type, room, status, key,
    slot, system, booking, replaces, created_at, told_doctor, told_address, told_zone
)
SELECT coalesce((SELECT chain.ref FROM appointments chain WHERE chain.id = :replaces), :ref), :account, :patient,
    d.clinic_id, d.specialty_id, d.id, :starts_at, :ends_at, :visit_type, :room, :status, :key, '', :system, :booking,
    :replaces, :now, trim(replace(d.family || ' ' || d.given || ' ' || d.patronymic, '  ', ' ')), c.address, c.zone
FROM doctors d JOIN clinics c ON c.id = d.clinic_id WHERE d.system = :system AND d.ref = :doctor
ON CONFLICT DO NOTHING
RETURNING *;

-- name: find_own_appointment_by_key^
SELECT * FROM appointments WHERE key = :key AND account_id = :account;

-- name: find_appointment_by_key^
SELECT * FROM appointments WHERE key = :key;

-- name: list_appointments_by_key
SELECT * FROM appointments WHERE key IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
);

-- name: find_appointment_by_booking^
SELECT * FROM appointments WHERE system = :system AND booking = :booking
ORDER BY id DESC LIMIT 1;

-- name: find_own_card^
-- Whether another card has the policy, and what was made elsewhere, is not looked up here: 1 says that there may be.
-- By a card of the account, or by one that is shared with it: then own_id is the account's card of the child.
SELECT card.*, p.number_found, 1 AS has_other_card, 1 AS has_elsewhere, visit_viewers.own_id,
    (SELECT made.elsewhere FROM appointments made WHERE made.id = card.id) AS elsewhere
FROM appointment_cards card JOIN patients p ON p.id = card.patient_id
    JOIN visit_viewers ON visit_viewers.patient_id = card.patient_id
WHERE card.id = :appointment AND visit_viewers.account_id = :account
ORDER BY visit_viewers.own_id <> card.patient_id LIMIT 1;

-- name: find_card^
SELECT card.*, p.number_found, 1 AS has_other_card, 1 AS has_elsewhere, a.elsewhere, a.told_doctor, a.told_address,
    a.told_zone, (
        SELECT u.person FROM unchecked_persons u WHERE u.patient_id = a.patient_id AND u.clinic_id = a.clinic_id
    ) AS unchecked, EXISTS (
        SELECT 1 FROM waitlist_entries w
        WHERE w.patient_id = a.patient_id AND w.specialty_id = a.specialty_id AND w.ended_at IS NULL
    ) OR EXISTS (
        SELECT 1 FROM appointments o CROSS JOIN closed_visits k ON k.appointment_id = o.id
        WHERE o.patient_id = a.patient_id AND o.specialty_id = a.specialty_id AND k.declined_at IS NULL
    ) AS waits
FROM appointment_cards card JOIN patients p ON p.id = card.patient_id JOIN appointments a ON a.id = card.id
WHERE card.id = :appointment;

-- name: list_upcoming_cards
SELECT card.*, p.number_found, 1 AS has_other_card, 1 AS has_elsewhere, visit_viewers.own_id,
    (SELECT made.elsewhere FROM appointments made WHERE made.id = card.id) AS elsewhere
FROM visit_viewers JOIN patients p ON p.id = visit_viewers.patient_id
    JOIN appointment_cards card ON card.patient_id = visit_viewers.patient_id
WHERE visit_viewers.account_id = :account AND card.status IN ('PENDING', 'BOOKED', 'CHECKED_IN') AND card.ends_at > :now
ORDER BY card.starts_at, card.id, visit_viewers.own_id <> card.patient_id;

-- name: list_planned
-- The visits of list_upcoming_cards alone, without those whom they concern.
SELECT a.id, a.ref, a.account_id, a.patient_id, a.clinic_id, a.specialty_id, a.doctor_id, a.starts_at, a.ends_at,
    a.visit_type, a.room, a.status, a.key, a.slot, a.booking, a.replaces, a.reason, a.late, a.cancelling, a.confirmed,
    a.created_at, a.elsewhere, visit_viewers.own_id
FROM visit_viewers JOIN appointments a ON a.patient_id = visit_viewers.patient_id
WHERE visit_viewers.account_id = :account AND a.status IN ('PENDING', 'BOOKED', 'CHECKED_IN') AND a.ends_at > :now
ORDER BY a.starts_at, a.id, visit_viewers.own_id <> a.patient_id;

-- name: count_past_visits^
SELECT count(DISTINCT visit.id) AS visits
FROM visit_viewers JOIN appointments visit ON visit.patient_id = visit_viewers.patient_id
WHERE visit_viewers.account_id = :account AND visit.ends_at <= :now
    AND visit.status IN ('BOOKED', 'CHECKED_IN', 'FULFILLED', 'NO_SHOW');

-- name: list_past_cards
-- A page of them; a visit that the account sees by two cards has two rows.
SELECT card.*, p.number_found, 1 AS has_other_card, 1 AS has_elsewhere, visit_viewers.own_id,
    (SELECT made.elsewhere FROM appointments made WHERE made.id = card.id) AS elsewhere
FROM (
    SELECT DISTINCT visit.id, visit.starts_at
    FROM visit_viewers JOIN appointments visit ON visit.patient_id = visit_viewers.patient_id
    WHERE visit_viewers.account_id = :account AND visit.ends_at <= :now
        AND visit.status IN ('BOOKED', 'CHECKED_IN', 'FULFILLED', 'NO_SHOW')
    ORDER BY visit.starts_at DESC, visit.id DESC LIMIT :limit OFFSET :skip
) page
    JOIN appointment_cards card ON card.id = page.id
    JOIN patients p ON p.id = card.patient_id
    JOIN visit_viewers ON visit_viewers.patient_id = card.patient_id AND visit_viewers.account_id = :account
ORDER BY card.starts_at DESC, card.id DESC, visit_viewers.own_id <> card.patient_id;

-- name: list_been
-- Where a card was or will be, and to which specialties, the latest first.
SELECT a.clinic_id, a.specialty_id FROM appointments a
WHERE a.patient_id = :patient AND a.status IN ('BOOKED', 'CHECKED_IN', 'FULFILLED', 'NO_SHOW')
ORDER BY a.starts_at DESC, a.id DESC LIMIT :limit;

-- name: list_viewers_of_visit
-- By the card of the visit, and by the cards that it is shared with.
SELECT r.account_id, max(c.account_id IS NOT NULL) AS wants_reminders
FROM (
    SELECT a.patient_id AS card_id FROM appointments a WHERE a.id = :appointment
    UNION
    SELECT s.with_id AS card_id FROM appointments a JOIN shared_cards s ON s.card_id = a.patient_id
    WHERE a.id = :appointment
) cards
    JOIN representations r ON r.patient_id = cards.card_id AND r.suspended_until IS NULL
    LEFT JOIN consents c ON c.account_id = r.account_id AND c.purpose = 'REMINDERS' AND c.revoked_at IS NULL
GROUP BY r.account_id
ORDER BY r.account_id;

-- name: find_own_patient^
SELECT p.id AS patient_id, p.uid, p.sealed_identity, p.sealed_person, p.clinic_id AS patient_clinic_id,
    p.status AS verification, p.reason AS rejection, p.correct, p.queued_at, p.checked_at, p.attempts, p.number_found,
    1 AS has_other_card, 1 AS has_elsewhere
FROM patients p WHERE p.id = :patient;

-- name: settle_appointment^
-- No row if the status or the open cancellation is not the expected one.
UPDATE appointments SET
    status = :status,
    booking = coalesce(CAST(:booking AS TEXT), booking),
    starts_at = coalesce(CAST(:starts_at AS INTEGER), starts_at),
    ends_at = coalesce(CAST(:ends_at AS INTEGER), ends_at),
    room = coalesce(CAST(:room AS TEXT), room),
    visit_type = coalesce(CAST(:visit_type AS TEXT), visit_type),
    doctor_id = coalesce(
        (SELECT d.id FROM doctors d WHERE d.system = appointments.system AND d.ref = CAST(:doctor AS TEXT)), doctor_id
    ),
    told_doctor = coalesce((
        SELECT trim(replace(d.family || ' ' || d.given || ' ' || d.patronymic, '  ', ' '))
        FROM doctors d WHERE d.system = appointments.system AND d.ref = CAST(:doctor AS TEXT)
    ), told_doctor),
    reason = CASE WHEN :status IN ('BOOKED', 'CHECKED_IN') THEN NULL ELSE coalesce(CAST(:reason AS TEXT), reason) END,
    cancelling = 0,
    next_try = CASE WHEN :status = 'PENDING' THEN next_try END
WHERE id = :appointment
    AND status = coalesce(CAST(:expected AS TEXT), status)
    AND cancelling = coalesce(CAST(:expected_cancelling AS INTEGER), cancelling)
RETURNING id;

-- name: record_clinic_change!
-- What the clinic states replaces what is stored. «Придём» was said of a visit at the old time.
UPDATE appointments SET
    status = :status, booking = :booking, starts_at = :starts_at, ends_at = :ends_at, room = :room,
    visit_type = :visit_type, doctor_id = :doctor, specialty_id = :specialty, clinic_id = :clinic,
    told_doctor = :told_doctor, told_address = :told_address, told_zone = :told_zone,
    confirmed = CASE WHEN starts_at = :starts_at AND status IN ('BOOKED', 'CHECKED_IN') THEN confirmed ELSE 0 END,
    reason = NULL, late = 0, cancelling = 0, next_try = NULL
WHERE id = :appointment;

-- name: save_told!
-- A visit of a release that did not store what people were told.
UPDATE appointments SET
    told_doctor = coalesce(told_doctor, :doctor),
    told_address = coalesce(told_address, :address),
    told_zone = coalesce(told_zone, :zone)
WHERE id = :appointment;

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

-- name: list_patients_to_compare
-- Patients with a visit ahead that was not compared since :before, the longest ago first.
SELECT a.patient_id, min(coalesce(a.compared_at, 0)) AS compared
FROM appointments a JOIN clinics c ON c.id = a.clinic_id
WHERE a.system = :system AND a.booking IS NOT NULL AND a.ends_at > :now AND a.cancelling = 0 AND c.zone = :zone
    AND coalesce(a.compared_at, 0) < :before
GROUP BY a.patient_id
ORDER BY compared, a.patient_id
LIMIT :limit;

-- name: list_visits_to_compare
SELECT a.id FROM appointments a
WHERE a.patient_id = :patient AND a.system = :system AND a.booking IS NOT NULL AND a.ends_at > :now
    AND a.cancelling = 0
ORDER BY a.id;

-- name: mark_compared!
UPDATE appointments SET compared_at = :now
WHERE patient_id = :patient AND system = :system AND booking IS NOT NULL AND ends_at > :now;

-- name: delete_old_appointments!
DELETE FROM appointments WHERE ends_at < :before;

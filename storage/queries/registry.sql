-- The embedded clinic system. A slot is offered if it is FREE, begins within the clinic's notice and horizon, is not
-- held, and is for everybody, or for the person: an infant's until the day :infant_until.

-- name: list_clinics
-- Every clinic that is not retired: ids begin at 1, and the condition reads the small table by its key.
SELECT id, name, address, phone, zone, kind, cancel_before, move_before, arrive_before, hold_for, horizon, level,
    checked_by, check_hours, books_unchecked
FROM registry_clinics
WHERE id > 0 AND retired = 0
ORDER BY id;

-- name: list_specialties
SELECT p.id, p.code, COALESCE(o.name, p.name) AS name, COALESCE(o.needs_referral, p.needs_referral) AS needs_referral,
    COALESCE(o.min_age, p.min_age) AS min_age, COALESCE(o.max_age, p.max_age) AS max_age,
    CASE WHEN o.clinic_id IS NULL THEN p.sex ELSE o.sex END AS sex, (
    SELECT s.starts_at FROM registry_slots s
    WHERE s.clinic_id = c.id AND s.specialty_id = p.id AND s.status = 'FREE' AND s.audience = 'ALL'
        AND s.starts_at > :now + c.notice AND s.starts_at < :now + c.horizon
        AND NOT EXISTS (
            SELECT 1 FROM registry_bookings h WHERE h.slot_id = s.id AND h.status = 'HELD' AND h.expires_at > :now
        )
    ORDER BY s.starts_at
    LIMIT 1
) AS nearest
FROM registry_clinics c
JOIN registry_doctors d ON d.clinic_id = c.id AND d.retired = 0
JOIN registry_specialties p ON p.id = d.specialty_id
LEFT JOIN registry_clinic_specialties o ON o.clinic_id = c.id AND o.specialty_id = p.id
WHERE c.id = :clinic AND p.retired = 0
GROUP BY c.id, p.id, o.clinic_id, o.specialty_id
ORDER BY p.place;

-- name: list_doctors
SELECT d.id, d.family, d.given, d.patronymic, d.room, d.is_room, (
    SELECT s.starts_at FROM registry_slots s
    WHERE s.doctor_id = d.id AND s.status = 'FREE' AND s.audience = 'ALL'
        AND s.starts_at > :now + c.notice AND s.starts_at < :now + c.horizon
        AND NOT EXISTS (
            SELECT 1 FROM registry_bookings h WHERE h.slot_id = s.id AND h.status = 'HELD' AND h.expires_at > :now
        )
    ORDER BY s.starts_at
    LIMIT 1
) AS nearest
FROM registry_clinics c
JOIN registry_doctors d ON d.clinic_id = c.id
WHERE c.id = :clinic AND d.specialty_id = :specialty AND d.retired = 0
ORDER BY nearest NULLS LAST, d.family, d.given, d.patronymic;

-- name: list_open_days
-- first_day and last_day are wide enough for any zone; they limit the part of the index that is searched.
SELECT s.local_day, COUNT(*) AS free
FROM registry_doctors d
JOIN registry_clinics c ON c.id = d.clinic_id
JOIN registry_slots s ON s.doctor_id = d.id
WHERE d.id = :doctor AND s.status = 'FREE'
    AND (s.audience = 'ALL' OR (s.audience = 'INFANTS' AND s.local_day < :infant_until))
    AND s.local_day >= :first_day AND s.local_day <= :last_day
    AND s.starts_at >= :since AND s.starts_at < :until
    AND s.starts_at > :now + c.notice AND s.starts_at < :now + c.horizon
    AND NOT EXISTS (
        SELECT 1 FROM registry_bookings h WHERE h.slot_id = s.id AND h.status = 'HELD' AND h.expires_at > :now
            AND NOT (h.person_id = :person AND h.holder = :holder)
    )
GROUP BY s.local_day
ORDER BY s.local_day;

-- name: list_free_slots
-- A slot that this holder holds for the person is free for the holder. The id 0 belongs to no person.
SELECT s.id, s.doctor_id, s.starts_at, s.ends_at, s.visit_type, COALESCE(NULLIF(s.room, ''), d.room)
FROM registry_doctors d
JOIN registry_clinics c ON c.id = d.clinic_id
JOIN registry_slots s ON s.doctor_id = d.id
WHERE d.id = :doctor AND s.status = 'FREE'
    AND (s.audience = 'ALL' OR (s.audience = 'INFANTS' AND s.local_day < :infant_until))
    AND s.starts_at >= :since AND s.starts_at < :until
    AND s.starts_at > :now + c.notice AND s.starts_at < :now + c.horizon
    AND NOT EXISTS (
        SELECT 1 FROM registry_bookings h WHERE h.slot_id = s.id AND h.status = 'HELD' AND h.expires_at > :now
            AND NOT (h.person_id = :person AND h.holder = :holder)
    )
ORDER BY s.starts_at, s.id;

-- name: list_soonest_slots
SELECT s.id, s.doctor_id, s.starts_at, s.ends_at, s.visit_type, COALESCE(NULLIF(s.room, ''), d.room)
FROM registry_clinics c
JOIN registry_slots s ON s.clinic_id = c.id
JOIN registry_doctors d ON d.id = s.doctor_id
WHERE c.id = :clinic AND s.specialty_id = :specialty AND s.status = 'FREE' AND s.audience = 'ALL'
    AND s.starts_at >= :since AND s.starts_at > :now + c.notice AND s.starts_at < :now + c.horizon
    AND NOT EXISTS (
        SELECT 1 FROM registry_bookings h WHERE h.slot_id = s.id AND h.status = 'HELD' AND h.expires_at > :now
    )
ORDER BY s.starts_at, s.id
LIMIT :limit;

-- name: find_person_by_policy^
SELECT id, uid, person, sex, status, valid_until, clinic_id, priority
FROM registry_persons
WHERE number_index = :number;

-- name: list_persons_by_snils
SELECT id, uid, person, sex, status, valid_until, clinic_id, priority
FROM registry_persons
WHERE snils_index = :snils
ORDER BY id;

-- name: find_person^
SELECT id, uid, person, sex, status, valid_until, clinic_id, priority
FROM registry_persons
WHERE id = :person;

-- name: find_clinic_person^
SELECT id, uid, person, sex, status, valid_until, clinic_id, priority
FROM registry_persons
WHERE id = :person AND clinic_id = :clinic;

-- name: list_clinic_persons
SELECT id, uid, person, sex, status, valid_until, clinic_id, priority
FROM registry_persons
WHERE clinic_id = :clinic AND id > :after
ORDER BY id
LIMIT :limit;

-- name: add_person^
-- Returns no row if another person has the number.
INSERT INTO registry_persons (uid, number_index, person, sex, status, clinic_id)
VALUES (:uid, :number, :person, :sex, 'ACTIVE', :clinic)
ON CONFLICT (number_index) DO NOTHING
RETURNING id;

-- name: save_person!
UPDATE registry_persons SET number_index = :number, person = :person WHERE uid = :uid;

-- name: delete_person!
DELETE FROM registry_persons WHERE id = :person;

-- name: delete_holds!
DELETE FROM registry_bookings WHERE person_id = :person AND status = 'HELD';

-- name: merge_visits!
UPDATE registry_bookings SET person_id = :keep WHERE person_id = :drop;

-- name: merge_referrals!
UPDATE registry_referrals SET person_id = :keep WHERE person_id = :drop;

-- name: find_slot^
SELECT s.id, s.clinic_id, s.specialty_id, s.starts_at, s.ends_at, s.local_day, s.status, s.audience,
    c.hold_for, c.horizon, c.notice, COALESCE(d.min_age, o.min_age, p.min_age) AS min_age,
    COALESCE(d.max_age, o.max_age, p.max_age) AS max_age,
    CASE WHEN o.clinic_id IS NULL THEN p.sex ELSE o.sex END AS sex,
    COALESCE(o.needs_referral, p.needs_referral) AS needs_referral
FROM registry_slots s
JOIN registry_clinics c ON c.id = s.clinic_id
JOIN registry_specialties p ON p.id = s.specialty_id
JOIN registry_doctors d ON d.id = s.doctor_id
LEFT JOIN registry_clinic_specialties o ON o.clinic_id = s.clinic_id AND o.specialty_id = s.specialty_id
WHERE s.id = :slot;

-- name: list_referrals
SELECT id, uid, referral, specialty_id, issued_on, valid_until, booking_id
FROM registry_referrals
WHERE person_id = :person AND (booking_id IS NULL OR booking_id = :booking) AND valid_until >= :today
ORDER BY valid_until, id;

-- name: find_referral^
-- The referral that a visit on a day spends: a free one, or that of the visit it replaces.
SELECT id FROM registry_referrals
WHERE person_id = :person AND specialty_id = :specialty AND issued_on <= :day AND valid_until >= :day
    AND (booking_id IS NULL OR booking_id = :replaces)
ORDER BY valid_until, id
LIMIT 1;

-- name: list_desk_referrals
SELECT r.id, r.uid, r.referral, r.specialty_id, r.issued_on, r.valid_until, r.booking_id, p.name AS specialty
FROM registry_referrals r JOIN registry_specialties p ON p.id = r.specialty_id
WHERE r.person_id = :person AND r.clinic_id = :clinic AND r.booking_id IS NULL
ORDER BY r.valid_until, r.id;

-- name: find_same_referral^
SELECT id, uid, referral, specialty_id, issued_on, valid_until, booking_id
FROM registry_referrals
WHERE person_id = :person AND specialty_id = :specialty AND clinic_id = :clinic AND issued_on = :issued_on
    AND valid_until = :valid_until AND booking_id IS NULL
LIMIT 1;

-- name: add_desk_referral^
-- Returns no row if the number is in use.
INSERT INTO registry_referrals (
    uid, number_index, referral, person_id, specialty_id, issued_on, valid_until, clinic_id
)
VALUES (:uid, :index, :referral, :person, :specialty, :issued_on, :valid_until, :clinic)
ON CONFLICT (number_index) DO NOTHING
RETURNING id, uid, referral, specialty_id, issued_on, valid_until, booking_id;

-- name: delete_desk_referral^
DELETE FROM registry_referrals
WHERE id = :referral AND person_id = :person AND clinic_id = :clinic AND booking_id IS NULL
RETURNING id, uid, referral, specialty_id, issued_on, valid_until, booking_id;

-- name: save_referral!
UPDATE registry_referrals SET booking_id = :booking WHERE id = :referral;

-- name: release_referral!
UPDATE registry_referrals SET booking_id = NULL WHERE booking_id = :booking;

-- name: occupy_slot^
-- Returns no row if the slot is taken. An expired hold, or the holder's own, is replaced.
INSERT INTO registry_bookings (uid, slot_id, person_id, holder, key, status, expires_at, replaces)
VALUES (:uid, :slot, :person, :holder, :key, :status, :expires_at, :replaces)
ON CONFLICT (slot_id) WHERE status = 'HELD' OR status = 'BOOKED' OR status = 'CHECKED_IN' OR status = 'FULFILLED'
DO UPDATE SET
    person_id = excluded.person_id, holder = excluded.holder, key = excluded.key, status = excluded.status,
    expires_at = excluded.expires_at, replaces = excluded.replaces
WHERE registry_bookings.status = 'HELD'
    AND (
        registry_bookings.expires_at <= :now
        OR (registry_bookings.person_id = excluded.person_id AND registry_bookings.holder = excluded.holder)
    )
RETURNING id;

-- name: delete_other_holds!
DELETE FROM registry_bookings
WHERE person_id = :person AND holder = :holder AND status = 'HELD' AND slot_id <> :slot;

-- name: delete_expired_hold!
DELETE FROM registry_bookings WHERE slot_id = :slot AND status = 'HELD' AND expires_at <= :now;

-- name: release_hold!
DELETE FROM registry_bookings WHERE key = :key AND status = 'HELD';

-- name: find_hold^
SELECT id FROM registry_bookings WHERE slot_id = :slot AND status = 'HELD';

-- name: set_slot_status^
UPDATE registry_slots SET status = :status WHERE id = :slot AND status = :was RETURNING id;

-- name: find_visit_by_key^
SELECT * FROM registry_visits WHERE key = :key;

-- name: find_visit^
SELECT * FROM registry_visits WHERE id = :booking;

-- name: list_visits_of_person
SELECT * FROM registry_visits WHERE person_id = :person AND starts_at >= :since ORDER BY starts_at;

-- name: cancel_visit!
UPDATE registry_bookings SET status = 'CANCELLED', reason = :reason WHERE id = :booking;

-- name: move_visit!
UPDATE registry_bookings SET slot_id = :slot WHERE id = :booking;

-- name: restore_visit!
UPDATE registry_bookings SET status = 'BOOKED', reason = NULL, slot_id = :slot WHERE id = :booking;

-- name: add_change!
INSERT INTO registry_changes (booking_id, made_at, was_slot, undo_until)
VALUES (:booking, :now, :was_slot, :undo_until);

-- name: find_last_change_of_visit^
SELECT was_slot, undo_until FROM registry_changes WHERE booking_id = :booking ORDER BY id DESC LIMIT 1;

-- name: find_last_change^
SELECT COALESCE(MAX(id), 0) AS id FROM registry_changes;

-- name: list_changes
SELECT c.id AS change, c.undo_until, v.*
FROM registry_changes c
JOIN registry_visits v ON v.id = c.booking_id
WHERE c.id > :cursor
ORDER BY c.id
LIMIT :limit;

-- name: list_visits_of_day
SELECT v.*, n.person, n.uid AS person_uid, p.name AS specialty
FROM registry_visits v
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
WHERE v.clinic_id = :clinic AND v.local_day = :day AND (v.status = 'BOOKED' OR v.status = 'CHECKED_IN')
ORDER BY v.starts_at, v.id;

-- name: list_visits_from
-- A page of the live visits from a local day on: those after the visit that starts at :start with the id :after.
SELECT v.*, n.person, n.uid AS person_uid, p.name AS specialty
FROM registry_visits v
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
WHERE v.clinic_id = :clinic AND v.local_day >= :day AND (v.status = 'BOOKED' OR v.status = 'CHECKED_IN')
    AND (v.starts_at, v.id) > (:start, :after)
ORDER BY v.starts_at, v.id
LIMIT :limit;

-- name: find_slot_of_day^
SELECT id FROM registry_slots WHERE clinic_id = :clinic AND local_day = :day LIMIT 1;

-- name: find_slot_after_day^
SELECT id FROM registry_slots WHERE clinic_id = :clinic AND local_day > :day LIMIT 1;

-- name: find_next_busy_day^
SELECT s.local_day FROM registry_slots s
WHERE s.clinic_id = :clinic AND s.local_day > :day AND s.status = 'BUSY'
ORDER BY s.local_day LIMIT 1;

-- name: find_desk_visit^
SELECT v.*, n.person, n.uid AS person_uid, p.name AS specialty, c.zone
FROM registry_visits v
JOIN registry_clinics c ON c.id = v.clinic_id
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
WHERE v.id = :booking AND v.clinic_id = :clinic
    AND (v.status = 'BOOKED' OR v.status = 'CHECKED_IN' OR v.status = 'CANCELLED');

-- name: add_confirmed_person!
-- A person whose policy the desk of this clinic has confirmed.
INSERT INTO registry_persons (uid, number_index, person, sex, status, clinic_id)
VALUES (:uid, :number, :person, :sex, 'ACTIVE', :clinic);

-- name: add_slots*!
INSERT INTO registry_slots (doctor_id, clinic_id, specialty_id, starts_at, ends_at, local_day, visit_type, status)
VALUES (:doctor, :clinic, :specialty, :starts_at, :ends_at, :local_day, :visit_type, :status)
ON CONFLICT (doctor_id, starts_at, visit_type) DO NOTHING;

-- name: add_visits*!
-- A visit booked at the desk has no key.
INSERT INTO registry_bookings (uid, slot_id, person_id, status)
SELECT :uid, s.id, n.id, 'BOOKED'
FROM registry_slots s, registry_persons n
WHERE s.doctor_id = :doctor AND s.starts_at = :starts_at AND s.visit_type = :visit_type AND n.number_index = :number;

-- name: list_staff
SELECT d.id, d.specialty_id, d.clinic_id, p.code, d.family, d.given, d.patronymic
FROM registry_clinics c
JOIN registry_doctors d ON d.clinic_id = c.id
JOIN registry_specialties p ON p.id = d.specialty_id
WHERE c.name = :clinic;

-- name: list_published_days
SELECT s.doctor_id, s.local_day
FROM registry_clinics c
JOIN registry_slots s ON s.clinic_id = c.id
WHERE c.name = :clinic AND s.local_day >= :first_day
GROUP BY s.local_day, s.doctor_id;

-- name: list_publishing_clinics
SELECT id AS clinic_id, zone, horizon, publish_at FROM registry_clinics WHERE id > 0 AND retired = 0 ORDER BY id;

-- name: list_practices
SELECT id FROM registry_doctors WHERE clinic_id = :clinic AND retired = 0 ORDER BY id;

-- name: find_practice^
SELECT d.id, d.code, d.family, d.given, d.patronymic, d.clinic_id, d.specialty_id, d.valid_from, d.valid_until, d.room,
    d.retired + c.retired AS retired, c.zone, c.horizon, c.publish_at
FROM registry_doctors d
JOIN registry_clinics c ON c.id = d.clinic_id
WHERE d.id = :practice;

-- name: list_hours
SELECT * FROM registry_timetable WHERE doctor_id = :practice ORDER BY id;

-- name: list_other_days
SELECT doctor_id, first_day, last_day, what, starts, ends, minutes, substitute_id, room
FROM registry_exceptions
WHERE clinic_id = :clinic AND last_day >= :today
ORDER BY id;

-- name: list_published
SELECT local_day FROM registry_published WHERE doctor_id = :practice AND local_day >= :first_day ORDER BY local_day;

-- name: add_published*!
INSERT INTO registry_published (doctor_id, local_day) VALUES (:doctor, :local_day)
ON CONFLICT (doctor_id, local_day) DO NOTHING;

-- name: list_replans
-- Practices whose import has ended before it brought their slots up to the template.
SELECT doctor_id FROM registry_replans WHERE marked_at <= :before ORDER BY marked_at, doctor_id LIMIT :limit;

-- name: delete_replan!
DELETE FROM registry_replans WHERE doctor_id = :practice;

-- name: add_planned_slots*!
INSERT INTO registry_slots (
    doctor_id, clinic_id, specialty_id, starts_at, ends_at, local_day, visit_type, form, audience, room, status
)
VALUES (
    :doctor_id, :clinic_id, :specialty_id, :starts_at, :ends_at, :local_day, :visit_type, :form, :audience, :room, 'FREE'
)
ON CONFLICT (doctor_id, starts_at, visit_type) DO NOTHING;

-- name: list_slots_ahead
-- All slots of a practice that are ahead. A hold counts until it is deleted.
SELECT s.id, s.doctor_id, s.starts_at, s.ends_at, s.local_day, s.visit_type, s.form, s.audience, s.room, s.status,
    EXISTS (SELECT 1 FROM registry_bookings b WHERE b.slot_id = s.id AND b.status = 'HELD') AS held
FROM registry_slots s
WHERE s.doctor_id = :practice AND s.starts_at > :now
ORDER BY s.starts_at;

-- name: mark_slots_blocked*!
UPDATE registry_slots SET status = 'BLOCKED' WHERE id = :slot AND status = 'FREE';

-- name: delete_unused_slots*!
-- A slot that somebody has ever booked stays: visits that were called off refer to it.
DELETE FROM registry_slots
WHERE id = :slot AND NOT EXISTS (SELECT 1 FROM registry_bookings b WHERE b.slot_id = registry_slots.id);

-- name: save_slot_details*!
UPDATE registry_slots SET form = :form, audience = :audience, room = :room WHERE id = :slot;

-- The embedded clinic system. A slot is offered if it is FREE, begins within the clinic's notice and horizon, is neither
-- held nor reserved, and is for everybody, or for the person: an infant's until the day :infant_until.

-- name: list_clinics
-- Every clinic that is not retired: ids begin at 1, and the condition reads the small table by its key.
SELECT id, name, address, phone, zone, kind, cancel_before, move_before, arrive_before, hold_for, horizon, level,
    checked_by, check_hours, books_unchecked, details, places_at
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
        AND NOT EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now)
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
SELECT d.id, d.family, d.given, d.patronymic, d.room, d.is_room, d.min_age, d.max_age, d.position, d.since_year,
    d.category, d.valid_from, d.valid_until, (
    SELECT s.starts_at FROM registry_slots s
    WHERE s.doctor_id = d.id AND s.status = 'FREE' AND s.audience = 'ALL'
        AND s.starts_at > :now + c.notice AND s.starts_at < :now + c.horizon
        AND NOT EXISTS (
            SELECT 1 FROM registry_bookings h WHERE h.slot_id = s.id AND h.status = 'HELD' AND h.expires_at > :now
        )
        AND NOT EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now)
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
    AND NOT EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now)
GROUP BY s.local_day
ORDER BY s.local_day;

-- name: list_free_slots
-- A slot that this holder holds for the person is free for the holder, and a reserved one for whoever has its key. The id
-- 0 belongs to no person.
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
    AND NOT EXISTS (
        SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now AND r.key <> :reserved
    )
ORDER BY s.starts_at, s.id;

-- name: list_desk_slots
-- Free times of a doctor of this clinic for a person, with those that only the desk books; notice and horizon are not asked.
-- offered: the time is kept for somebody else.
SELECT s.id, s.doctor_id, s.starts_at, s.ends_at, s.visit_type, COALESCE(NULLIF(s.room, ''), d.room), EXISTS (
        SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now AND NOT EXISTS (
            SELECT 1 FROM registry_closed_slots k JOIN registry_bookings o ON o.id = k.booking_id
            WHERE k.offer_slot = s.id AND k.offer_key = r.key AND o.person_id = :person
        )
    ) AS offered
FROM registry_doctors d JOIN registry_slots s ON s.doctor_id = d.id
WHERE d.id = :doctor AND d.clinic_id = :clinic AND s.status = 'FREE'
    AND (s.audience <> 'INFANTS' OR s.local_day < :infant_until)
    AND s.starts_at >= :since AND s.starts_at < :until AND s.starts_at > :now
    AND NOT EXISTS (
        SELECT 1 FROM registry_bookings h WHERE h.slot_id = s.id AND h.status = 'HELD' AND h.expires_at > :now
    )
ORDER BY s.starts_at, s.id;

-- name: list_figures
-- A row for each doctor and day with times; a visit that was missed stands in a slot that is BLOCKED.
SELECT s.doctor_id, d.family, d.given, d.patronymic, p.name AS specialty, p.code AS specialty_code, s.local_day,
    SUM(CASE WHEN s.status <> 'BLOCKED' THEN 1 ELSE 0 END) AS slots,
    SUM(CASE WHEN s.status = 'BUSY' THEN 1 ELSE 0 END) AS booked
FROM registry_slots s
JOIN registry_doctors d ON d.id = s.doctor_id
JOIN registry_specialties p ON p.id = s.specialty_id
WHERE s.clinic_id = :clinic AND s.local_day >= :since AND s.local_day < :until
GROUP BY s.doctor_id, s.local_day, d.family, d.given, d.patronymic, p.name, p.code
ORDER BY s.local_day, s.doctor_id;

-- name: count_outcomes
SELECT s.doctor_id, s.local_day, b.status, COUNT(*) AS visits
FROM registry_slots s JOIN registry_bookings b ON b.slot_id = s.id
WHERE s.clinic_id = :clinic AND s.local_day >= :since AND s.local_day < :until AND b.status <> 'HELD'
GROUP BY s.doctor_id, s.local_day, b.status;

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
    AND NOT EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now)
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

-- name: find_person_enrollment^
-- With the doctor of the district, where the clinic names one. A person whom a desk has added is on its list, but not
-- enrolled by that: the file, or the day of the enrollment, says so.
SELECT p.clinic_id, p.attached_on, p.district, d.family, d.given, d.patronymic
FROM registry_persons p LEFT JOIN registry_doctors d ON d.id = (
    SELECT MIN(t.doctor_id) FROM registry_districts t
    WHERE t.clinic_id = p.clinic_id AND t.district = p.district AND p.district <> ''
)
WHERE p.id = :person AND p.clinic_id IS NOT NULL AND (p.from_file = 1 OR p.attached_on IS NOT NULL);

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

-- name: save_priority!
UPDATE registry_persons SET priority = :priority, desk_priority = :priority WHERE id = :person;

-- name: set_clinic_of_person^
UPDATE registry_persons SET clinic_id = :clinic, attached_on = :since, district = :district
WHERE id = :person
RETURNING id;

-- name: list_streets_of_clinic
SELECT district, doctor_id, street, houses FROM registry_districts WHERE clinic_id = :clinic
ORDER BY district, street, id;

-- name: list_documents_of_clinic
SELECT id, name, audience, bring, days, valid_days, issued_by, min_age, max_age, asks FROM registry_documents
WHERE clinic_id = :clinic AND retired = 0 ORDER BY id;

-- name: delete_person!
DELETE FROM registry_persons WHERE id = :person;

-- name: delete_holds!
DELETE FROM registry_bookings WHERE person_id = :person AND status = 'HELD';

-- name: merge_visits!
UPDATE registry_bookings SET person_id = :keep WHERE person_id = :drop;

-- name: merge_benefit!
-- The desk has seen the papers of the record that goes.
UPDATE registry_persons SET priority = 1, desk_priority = 1
WHERE id = :keep AND EXISTS (SELECT 1 FROM registry_persons d WHERE d.id = :drop AND d.desk_priority = 1);

-- name: merge_referrals!
UPDATE registry_referrals SET person_id = :keep WHERE person_id = :drop;

-- name: find_slot^
SELECT s.id, s.doctor_id, s.clinic_id, s.specialty_id, s.starts_at, s.ends_at, s.local_day, s.status, s.audience,
    c.hold_for, c.horizon, c.notice, COALESCE(d.min_age, o.min_age, p.min_age) AS min_age,
    COALESCE(d.max_age, o.max_age, p.max_age) AS max_age,
    CASE WHEN o.clinic_id IS NULL THEN p.sex ELSE o.sex END AS sex,
    COALESCE(o.needs_referral, p.needs_referral) AS needs_referral,
    r.key AS reserved_key, r.expires_at AS reserved_until
FROM registry_slots s
LEFT JOIN registry_reservations r ON r.slot_id = s.id
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
SELECT r.id, r.uid, r.referral, r.specialty_id, r.issued_on, r.valid_until, r.booking_id, p.name AS specialty, p.code AS specialty_code
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
INSERT INTO registry_bookings (
    uid, slot_id, person_id, holder, key, status, expires_at, replaces, hold_group, hold_place
)
VALUES (:uid, :slot, :person, :holder, :key, :status, :expires_at, :replaces, :group, :place)
ON CONFLICT (slot_id) WHERE status = 'HELD' OR status = 'BOOKED' OR status = 'CHECKED_IN' OR status = 'FULFILLED'
DO UPDATE SET
    person_id = excluded.person_id, holder = excluded.holder, key = excluded.key, status = excluded.status,
    expires_at = excluded.expires_at, replaces = excluded.replaces, hold_group = excluded.hold_group,
    hold_place = excluded.hold_place
WHERE registry_bookings.status = 'HELD'
    AND (
        registry_bookings.expires_at <= :now
        OR (registry_bookings.person_id = excluded.person_id AND registry_bookings.holder = excluded.holder)
    )
RETURNING id;

-- name: delete_other_holds!
-- All of them for a new hold; for a visit those that are not in the group of its own hold.
DELETE FROM registry_bookings
WHERE person_id = :person AND holder = :holder AND status = 'HELD' AND slot_id <> :slot
    AND (:status = 'HELD' OR hold_group = '' OR hold_group <> COALESCE((
        SELECT g.hold_group FROM registry_bookings g
        WHERE g.slot_id = :slot AND g.status = 'HELD' AND g.person_id = :person AND g.holder = :holder
    ), ''));

-- name: delete_holds_of_holder!
DELETE FROM registry_bookings WHERE person_id = :person AND holder = :holder AND status = 'HELD';

-- name: add_reservation^
-- Returns no row if the slot is reserved with another key. An expired reservation is replaced.
INSERT INTO registry_reservations (key, slot_id, expires_at) VALUES (:key, :slot, :until)
ON CONFLICT (slot_id) DO UPDATE SET key = excluded.key, expires_at = excluded.expires_at
WHERE registry_reservations.key = excluded.key OR registry_reservations.expires_at <= :now
RETURNING id;

-- name: find_reserved_elsewhere^
SELECT id FROM registry_reservations WHERE key = :key AND slot_id <> :slot;

-- name: delete_reservation^
DELETE FROM registry_reservations WHERE key = :key RETURNING slot_id;

-- name: delete_reservation_of_slot!
DELETE FROM registry_reservations WHERE slot_id = :slot;

-- name: delete_expired_reservations
DELETE FROM registry_reservations WHERE expires_at <= :now RETURNING slot_id;

-- name: find_open_slot^
SELECT s.id, s.doctor_id, s.starts_at, s.ends_at, s.visit_type, COALESCE(NULLIF(s.room, ''), d.room)
FROM registry_slots s JOIN registry_doctors d ON d.id = s.doctor_id
WHERE s.id = :slot;

-- name: add_opening!
INSERT INTO registry_openings (slot_id, made_at)
SELECT s.id, :now FROM registry_slots s WHERE s.id = :slot AND s.status = 'FREE' AND s.starts_at > :now;

-- name: find_newest_slot^
SELECT COALESCE(MAX(id), 0) AS id FROM registry_slots;

-- name: add_openings_after!
-- Of the slots that were added after the one with the id :newest.
INSERT INTO registry_openings (slot_id, made_at)
SELECT s.id, :now FROM registry_slots s WHERE s.id > :newest AND s.status = 'FREE' AND s.starts_at > :now;

-- name: find_last_opening^
SELECT COALESCE(MAX(id), 0) AS id FROM registry_openings;

-- name: list_openings
-- A page of the feed; is_open is 0 for a slot that cannot be booked any more, or not yet.
SELECT o.id AS opening, s.id AS slot_id, s.doctor_id, s.clinic_id, s.specialty_id, s.starts_at, s.ends_at, s.visit_type,
    COALESCE(NULLIF(s.room, ''), d.room) AS room,
    (s.status = 'FREE' AND s.audience <> 'DESK' AND s.starts_at > :now + c.notice AND s.starts_at < :now + c.horizon
        AND NOT EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now)) AS is_open
FROM registry_openings o
JOIN registry_slots s ON s.id = o.slot_id
JOIN registry_doctors d ON d.id = s.doctor_id
JOIN registry_clinics c ON c.id = s.clinic_id
WHERE o.id > :cursor
ORDER BY o.id
LIMIT :limit;

-- name: delete_old_openings!
DELETE FROM registry_openings WHERE made_at < :before;

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

-- name: clear_arrival!
-- Who has come on one day has not come yet on another.
UPDATE registry_bookings SET status = 'BOOKED', arrived_at = NULL
WHERE id = :booking AND status = 'CHECKED_IN'
    AND (SELECT s.local_day FROM registry_slots s WHERE s.id = registry_bookings.slot_id)
        <> (SELECT w.local_day FROM registry_slots w WHERE w.id = :was);

-- name: restore_visit!
-- Who had come has come again.
UPDATE registry_bookings SET status = CASE WHEN arrived_at IS NULL THEN 'BOOKED' ELSE 'CHECKED_IN' END, reason = NULL,
    slot_id = :slot
WHERE id = :booking;

-- name: mark_visit^
UPDATE registry_bookings SET status = :status, arrived_at = CASE :status
    WHEN 'CHECKED_IN' THEN :now WHEN 'BOOKED' THEN NULL ELSE arrived_at END
WHERE id = :booking AND status = :was RETURNING id;

-- name: list_visits_of_days_before
-- Visits of earlier days whose outcome is open, the oldest ids first: of the day :since and later.
SELECT b.id, b.slot_id, b.status
FROM registry_bookings b JOIN registry_slots s ON s.id = b.slot_id
WHERE b.status = :status AND (b.status = 'BOOKED' OR b.status = 'CHECKED_IN')
    AND s.clinic_id = :clinic AND s.local_day >= :since AND s.local_day < :today
ORDER BY b.id LIMIT :limit;

-- name: list_clinics_of_days
SELECT id, zone, details FROM registry_clinics WHERE id > 0 ORDER BY id;

-- name: add_change!
INSERT INTO registry_changes (booking_id, made_at, was_slot, undo_until)
VALUES (:booking, :now, :was_slot, :undo_until);

-- name: find_last_change_of_visit^
-- With NULLs if nothing has changed; arrived_at is that of the visit.
SELECT c.was_slot, c.undo_until, b.arrived_at
FROM registry_bookings b LEFT JOIN registry_changes c ON c.booking_id = b.id
WHERE b.id = :booking ORDER BY c.id DESC LIMIT 1;

-- name: find_last_change^
SELECT COALESCE(MAX(id), 0) AS id FROM registry_changes;

-- name: list_changes
-- With what a closing has kept instead of a visit that it has called off; closure_id is NULL for any other change.
SELECT c.id AS change, c.undo_until, v.*, k.closure_id, k.offer_key, k.offer_until, s.id AS offer_slot,
    s.doctor_id AS offer_doctor, s.starts_at AS offer_starts, s.ends_at AS offer_ends, s.visit_type AS offer_type,
    COALESCE(NULLIF(s.room, ''), d.room) AS offer_room
FROM registry_changes c
JOIN registry_visits v ON v.id = c.booking_id
LEFT JOIN registry_closed_slots k ON k.booking_id = c.booking_id AND v.status = 'CANCELLED' AND k.closure_id = (
    SELECT max(l.closure_id) FROM registry_closed_slots l WHERE l.booking_id = c.booking_id
)
LEFT JOIN registry_slots s ON s.id = k.offer_slot
LEFT JOIN registry_doctors d ON d.id = s.doctor_id
WHERE c.id > :cursor
ORDER BY c.id
LIMIT :limit;

-- name: list_visits_of_day
SELECT v.*, n.person, n.uid AS person_uid, n.priority, p.name AS specialty, p.code AS specialty_code, EXISTS (
        SELECT 1 FROM registry_bookings e JOIN registry_slots t ON t.id = e.slot_id
        WHERE e.person_id = v.person_id AND t.clinic_id = v.clinic_id AND t.starts_at < v.starts_at
            AND (e.status = 'BOOKED' OR e.status = 'CHECKED_IN' OR e.status = 'FULFILLED')
    ) AS been_here
FROM registry_visits v
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
WHERE v.clinic_id = :clinic AND v.local_day = :day AND v.status <> 'CANCELLED'
ORDER BY v.starts_at, v.id;

-- name: list_visits_of_clinic_person
SELECT v.*, n.person, n.uid AS person_uid, n.priority, p.name AS specialty, p.code AS specialty_code, 1 AS been_here
FROM registry_visits v
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
WHERE v.person_id = :person AND v.clinic_id = :clinic AND (v.status = 'BOOKED' OR v.status = 'CHECKED_IN')
    AND v.ends_at > :now
ORDER BY v.starts_at, v.id;

-- name: count_holdings^
SELECT
    (SELECT count(*) FROM registry_visits v
        WHERE v.person_id = :person AND (v.status = 'BOOKED' OR v.status = 'CHECKED_IN') AND v.ends_at > :now) AS ahead,
    (SELECT count(*) FROM registry_visits v WHERE v.person_id = :person) AS visits,
    (SELECT count(*) FROM registry_referrals r WHERE r.person_id = :person) AS referrals;

-- name: list_visits_from
-- A page of the live visits from a local day on: those after the visit that starts at :start with the id :after.
SELECT v.*, n.person, n.uid AS person_uid, n.priority, p.name AS specialty, p.code AS specialty_code, 1 AS been_here
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
SELECT v.*, n.person, n.uid AS person_uid, n.priority, p.name AS specialty, p.code AS specialty_code, c.zone, EXISTS (
        SELECT 1 FROM registry_bookings e JOIN registry_slots t ON t.id = e.slot_id
        WHERE e.person_id = v.person_id AND t.clinic_id = v.clinic_id AND t.starts_at < v.starts_at
            AND (e.status = 'BOOKED' OR e.status = 'CHECKED_IN' OR e.status = 'FULFILLED')
    ) AS been_here
FROM registry_visits v
JOIN registry_clinics c ON c.id = v.clinic_id
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
WHERE v.id = :booking AND v.clinic_id = :clinic;

-- name: list_desk_visits
-- The same columns for several visits.
SELECT v.*, n.person, n.uid AS person_uid, n.priority, p.name AS specialty, p.code AS specialty_code, c.zone, EXISTS (
        SELECT 1 FROM registry_bookings e JOIN registry_slots t ON t.id = e.slot_id
        WHERE e.person_id = v.person_id AND t.clinic_id = v.clinic_id AND t.starts_at < v.starts_at
            AND (e.status = 'BOOKED' OR e.status = 'CHECKED_IN' OR e.status = 'FULFILLED')
    ) AS been_here
FROM registry_visits v
JOIN registry_clinics c ON c.id = v.clinic_id
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
WHERE v.clinic_id = :clinic AND v.id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
);

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
-- The doctors of every clinic, each with the clinic's name; ids begin at 1.
SELECT d.id, d.specialty_id, d.clinic_id, c.name AS clinic, p.code, d.family, d.given, d.patronymic
FROM registry_clinics c
JOIN registry_doctors d ON d.clinic_id = c.id
JOIN registry_specialties p ON p.id = d.specialty_id
WHERE c.id > 0;

-- name: list_published_days
SELECT s.doctor_id, s.local_day
FROM registry_clinics c
JOIN registry_slots s ON s.clinic_id = c.id
WHERE c.id > 0 AND s.local_day >= :first_day
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
SELECT doctor_id, first_day, last_day, what, starts, ends, minutes, substitute_id, room, visit_type
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
-- All slots of a practice that are ahead. A hold and a reservation count until they are deleted.
SELECT s.id, s.doctor_id, s.starts_at, s.ends_at, s.local_day, s.visit_type, s.form, s.audience, s.room, s.status,
    (EXISTS (SELECT 1 FROM registry_bookings b WHERE b.slot_id = s.id AND b.status = 'HELD')
        OR EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id)) AS held
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

-- Schedules: what the desk changes of a doctor's days.

-- name: list_desk_doctors
SELECT d.id, d.family, d.given, d.patronymic, d.room, d.position, d.since_year, d.category, d.valid_from, d.valid_until,
    p.name AS specialty, p.code AS specialty_code
FROM registry_doctors d JOIN registry_specialties p ON p.id = d.specialty_id
WHERE d.clinic_id = :clinic AND d.retired = 0
ORDER BY p.place, d.family, d.given, d.patronymic, d.id;

-- name: find_desk_practice^
SELECT d.id, d.clinic_id, d.specialty_id, d.family, d.given, d.patronymic, d.room, d.doctor_code, p.name AS specialty,
    d.position, d.since_year, d.category, d.valid_from, d.valid_until,
    p.code AS specialty_code, c.zone, c.horizon, c.notice, COALESCE(d.min_age, o.min_age, p.min_age) AS min_age,
    COALESCE(d.max_age, o.max_age, p.max_age) AS max_age,
    EXISTS (SELECT 1 FROM registry_timetable t WHERE t.doctor_id = d.id) AS has_template
FROM registry_doctors d
JOIN registry_clinics c ON c.id = d.clinic_id
JOIN registry_specialties p ON p.id = d.specialty_id
LEFT JOIN registry_clinic_specialties o ON o.clinic_id = d.clinic_id AND o.specialty_id = d.specialty_id
WHERE d.id = :doctor AND d.clinic_id = :clinic AND d.retired = 0;

-- name: list_stand_ins_of_days
SELECT e.id, e.first_day, e.last_day, e.starts, e.ends, e.substitute_id, d.family, d.given, d.patronymic
FROM registry_exceptions e JOIN registry_doctors d ON d.id = e.substitute_id
WHERE e.clinic_id = :clinic AND e.last_day >= :first_day AND e.first_day <= :last_day AND e.doctor_id = :doctor
    AND e.what = 'SUBSTITUTE'
ORDER BY e.id DESC;

-- name: list_closings_of_days
-- Closed hours of a practice or its whole clinic; of_published marks those in which slots were open until then.
SELECT e.id, e.first_day, e.last_day, e.starts, e.ends, EXISTS (
    SELECT 1 FROM registry_closures n JOIN registry_closed_slots k ON k.closure_id = n.id
    WHERE n.doctor_id = e.doctor_id AND n.local_day = e.first_day AND n.reopened_at IS NULL AND n.exception_id = e.id
) AS of_published
FROM registry_exceptions e
WHERE e.clinic_id = :clinic AND e.last_day >= :first_day AND e.first_day <= :last_day
    AND (e.doctor_id = :doctor OR e.doctor_id IS NULL) AND e.what = 'CLOSED'
ORDER BY e.id;

-- name: list_stand_ins
SELECT d.id, d.family, d.given, d.patronymic, d.room, d.position, d.since_year, d.category, d.valid_from, d.valid_until,
    p.name AS specialty, p.code AS specialty_code
FROM registry_doctors d JOIN registry_specialties p ON p.id = d.specialty_id
WHERE d.clinic_id = :clinic AND d.specialty_id = :specialty AND d.id <> :doctor AND d.retired = 0 AND d.is_room = 0
ORDER BY d.family, d.given, d.patronymic, d.id;

-- name: list_desk_times
-- All times of a doctor on some local days; held and reserved are those of this moment.
SELECT s.id, s.starts_at, s.ends_at, s.local_day, s.status, s.visit_type, COALESCE(NULLIF(s.room, ''), d.room) AS room,
    EXISTS (
        SELECT 1 FROM registry_bookings b WHERE b.slot_id = s.id AND b.status = 'HELD' AND b.expires_at > :now
    ) AS held,
    EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now) AS reserved
FROM registry_slots s JOIN registry_doctors d ON d.id = s.doctor_id
WHERE s.clinic_id = :clinic AND s.local_day >= :first_day AND s.local_day <= :last_day AND s.doctor_id = :doctor
ORDER BY s.starts_at, s.id;

-- name: list_times_of_doctor
-- The times of a doctor at all places where the same person works, to see when that person is free: not while hours are
-- closed either.
SELECT s.id, s.doctor_id, s.starts_at, s.ends_at, s.visit_type, s.status, (
    EXISTS (SELECT 1 FROM registry_bookings b WHERE b.slot_id = s.id AND b.status = 'HELD' AND b.expires_at > :now)
    OR EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now)) AS taken
FROM (
    SELECT me.id FROM registry_doctors me WHERE me.id = :doctor
    UNION
    SELECT o.id FROM registry_doctors me JOIN registry_doctors o ON o.doctor_code = me.doctor_code WHERE me.id = :doctor
) d CROSS JOIN registry_slots s ON s.doctor_id = d.id
WHERE s.starts_at > :since
ORDER BY s.starts_at, s.id;

-- name: list_slots_of_span
-- The open times of a doctor that have not begun and overlap [since, until).
SELECT s.id, s.doctor_id, s.clinic_id, s.specialty_id, s.starts_at, s.ends_at, s.local_day, s.visit_type, s.form,
    s.audience, COALESCE(NULLIF(s.room, ''), d.room) AS room, s.status
FROM registry_slots s JOIN registry_doctors d ON d.id = s.doctor_id
WHERE s.doctor_id = :doctor AND s.starts_at > :now AND s.starts_at < :until AND s.ends_at > :since
    AND s.status <> 'BLOCKED'
ORDER BY s.starts_at, s.id;

-- name: list_visits_of_span
SELECT v.*, n.person, n.uid AS person_uid, n.priority, p.name AS specialty, p.code AS specialty_code, 1 AS been_here,
    b.called_at
FROM registry_slots s
JOIN registry_bookings b ON b.slot_id = s.id AND (b.status = 'BOOKED' OR b.status = 'CHECKED_IN')
JOIN registry_visits v ON v.id = b.id
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
WHERE s.doctor_id = :doctor AND s.starts_at > :now AND s.starts_at < :until AND s.ends_at > :since
ORDER BY v.starts_at, v.id;

-- name: list_alternatives
-- The times of a specialty that an offer can be made of, soonest first.
SELECT s.id, s.doctor_id, s.clinic_id, s.specialty_id, s.starts_at, s.ends_at, s.local_day, s.status, s.audience,
    c.hold_for, c.horizon, c.notice, COALESCE(d.min_age, o.min_age, p.min_age) AS min_age,
    COALESCE(d.max_age, o.max_age, p.max_age) AS max_age,
    CASE WHEN o.clinic_id IS NULL THEN p.sex ELSE o.sex END AS sex,
    COALESCE(o.needs_referral, p.needs_referral) AS needs_referral, NULL AS reserved_key, NULL AS reserved_until
FROM registry_slots s
JOIN registry_clinics c ON c.id = s.clinic_id
JOIN registry_specialties p ON p.id = s.specialty_id
JOIN registry_doctors d ON d.id = s.doctor_id
LEFT JOIN registry_clinic_specialties o ON o.clinic_id = s.clinic_id AND o.specialty_id = s.specialty_id
WHERE s.clinic_id = :clinic AND s.specialty_id = :specialty AND s.status = 'FREE' AND s.audience <> 'DESK'
    AND s.starts_at > :since AND s.starts_at > :now + c.notice AND s.starts_at < :now + c.horizon
    AND NOT EXISTS (
        SELECT 1 FROM registry_bookings h WHERE h.slot_id = s.id AND h.status = 'HELD' AND h.expires_at > :now
    )
    AND NOT EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = s.id AND r.expires_at > :now)
ORDER BY s.starts_at, s.id
LIMIT :limit;

-- name: add_slot^
-- Returns no row if the doctor has a time of this start and kind.
INSERT INTO registry_slots (
    doctor_id, clinic_id, specialty_id, starts_at, ends_at, local_day, visit_type, form, audience, room, status
)
VALUES (
    :doctor_id, :clinic_id, :specialty_id, :starts_at, :ends_at, :local_day, :visit_type, :form, :audience, :room, :status
)
ON CONFLICT (doctor_id, starts_at, visit_type) DO NOTHING
RETURNING id;

-- name: find_slot_at^
SELECT id, status FROM registry_slots WHERE doctor_id = :doctor AND starts_at = :starts_at AND visit_type = :visit_type;

-- name: set_slot_room!
UPDATE registry_slots SET room = :room WHERE id = :slot;

-- name: delete_holds_of_slot!
DELETE FROM registry_bookings WHERE slot_id = :slot AND status = 'HELD';

-- name: add_desk_exception^
-- Returns no row for a practice without a template: its slots are all that it has.
INSERT INTO registry_exceptions (
    clinic_id, doctor_id, first_day, last_day, what, starts, ends, minutes, substitute_id, room, reason, from_desk, visit_type
)
SELECT d.clinic_id, d.id, :first_day, :last_day, :what, :starts, :ends, :minutes, :substitute, :room, '', 1, :visit_type
FROM registry_doctors d
WHERE d.id = :doctor AND EXISTS (SELECT 1 FROM registry_timetable t WHERE t.doctor_id = d.id)
RETURNING id;

-- name: delete_exception!
DELETE FROM registry_exceptions WHERE id = :exception AND from_desk = 1;

-- name: add_closure^
INSERT INTO registry_closures (clinic_id, doctor_id, local_day, starts, ends, reason, exception_id, closed_at)
VALUES (:clinic, :doctor, :day, :starts, :ends, :reason, :exception, :now)
RETURNING id;

-- name: add_closed_slot!
INSERT INTO registry_closed_slots (closure_id, slot_id, booking_id, offer_slot, offer_key, offer_until)
VALUES (:closure, :slot, :booking, :offer_slot, :offer_key, :offer_until);

-- name: find_closure^
SELECT n.id, n.doctor_id, n.local_day, n.starts, n.ends, n.reason, n.exception_id, d.family, d.given, d.patronymic, d.room,
    d.position, d.since_year, d.category, d.valid_from, d.valid_until,
    p.name AS specialty, p.code AS specialty_code, count(k.booking_id) AS visits, count(k.offer_key) AS kept
FROM registry_closures n
JOIN registry_doctors d ON d.id = n.doctor_id
JOIN registry_specialties p ON p.id = d.specialty_id
LEFT JOIN registry_closed_slots k ON k.closure_id = n.id
WHERE n.id = :closure AND n.clinic_id = :clinic AND n.reopened_at IS NULL
GROUP BY n.id, d.id, p.id;

-- name: list_closures
SELECT n.id, n.starts, n.ends, c.zone FROM registry_closures n JOIN registry_clinics c ON c.id = n.clinic_id
WHERE n.doctor_id = :doctor AND n.local_day = :day AND n.clinic_id = :clinic AND n.reopened_at IS NULL
ORDER BY n.id DESC;

-- name: list_closures_of_doctor
-- Those from a local day on, at all places where the same person works.
SELECT n.local_day, n.starts, n.ends, c.zone
FROM (
    SELECT me.id FROM registry_doctors me WHERE me.id = :doctor
    UNION
    SELECT o.id FROM registry_doctors me JOIN registry_doctors o ON o.doctor_code = me.doctor_code WHERE me.id = :doctor
) d JOIN registry_closures n ON n.doctor_id = d.id JOIN registry_clinics c ON c.id = n.clinic_id
WHERE n.local_day >= :first_day AND n.reopened_at IS NULL
ORDER BY n.id;

-- name: list_closed_slots
SELECT k.closure_id, k.slot_id, k.booking_id, k.offer_key, s.starts_at, s.ends_at
FROM registry_closed_slots k JOIN registry_slots s ON s.id = k.slot_id
WHERE k.closure_id = :closure ORDER BY k.slot_id;

-- name: move_closed_slot!
UPDATE registry_closed_slots SET closure_id = :other WHERE closure_id = :closure AND slot_id = :slot;

-- name: delete_closed_slot!
DELETE FROM registry_closed_slots WHERE closure_id = :closure AND slot_id = :slot;

-- name: list_closed_visits
SELECT v.*, n.person, n.uid AS person_uid, n.priority, p.name AS specialty, p.code AS specialty_code, 1 AS been_here,
    k.called_at, k.offer_key, k.offer_until, EXISTS (
        SELECT 1 FROM registry_bookings b JOIN registry_slots t ON t.id = b.slot_id
        WHERE b.person_id = v.person_id AND t.specialty_id = v.specialty_id AND b.status IN ('BOOKED', 'CHECKED_IN')
            AND t.starts_at > :now
    ) AS rebooked,
    s.id AS offer_slot, s.doctor_id AS offer_doctor, s.starts_at AS offer_starts, s.ends_at AS offer_ends,
    s.visit_type AS offer_type, COALESCE(NULLIF(s.room, ''), d.room) AS offer_room
FROM registry_closed_slots k
JOIN registry_visits v ON v.id = k.booking_id
JOIN registry_persons n ON n.id = v.person_id
JOIN registry_specialties p ON p.id = v.specialty_id
LEFT JOIN registry_slots s ON s.id = k.offer_slot
LEFT JOIN registry_doctors d ON d.id = s.doctor_id
WHERE k.closure_id = :closure AND v.status = 'CANCELLED'
ORDER BY v.starts_at, v.id;

-- name: set_called!
UPDATE registry_closed_slots SET called_at = :at WHERE closure_id = :closure AND booking_id = :booking;

-- name: set_late_called!
UPDATE registry_bookings SET called_at = :at WHERE id = :booking;

-- name: clear_late_calls!
UPDATE registry_bookings SET called_at = NULL WHERE called_at IS NOT NULL AND slot_id IN (
    SELECT s.id FROM registry_slots s
    WHERE s.doctor_id = :doctor AND s.starts_at > :now AND s.starts_at < :until AND s.ends_at > :since
);

-- name: close_closure^
UPDATE registry_closures SET reopened_at = :now WHERE id = :closure AND clinic_id = :clinic AND reopened_at IS NULL
RETURNING exception_id, doctor_id, clinic_id, local_day;

-- name: list_offers
-- The called-off visits for which a slot is kept now.
SELECT k.closure_id, k.offer_key, v.id, v.person_id, n.clinic_id, v.specialty_id, c.zone
FROM registry_closed_slots k
JOIN registry_closures n ON n.id = k.closure_id
JOIN registry_clinics c ON c.id = n.clinic_id
JOIN registry_visits v ON v.id = k.booking_id
WHERE k.offer_slot = :slot AND k.offer_until > :now AND v.status = 'CANCELLED'
    AND EXISTS (SELECT 1 FROM registry_reservations r WHERE r.slot_id = k.offer_slot AND r.key = k.offer_key)
ORDER BY v.starts_at, v.id;

-- name: list_offers_of_person
SELECT k.closure_id, k.offer_key, b.id
FROM registry_bookings b
JOIN registry_slots s ON s.id = b.slot_id
JOIN registry_closed_slots k ON k.booking_id = b.id
WHERE b.person_id = :person AND s.specialty_id = :specialty AND k.offer_slot IS NOT NULL AND k.offer_until > :now
ORDER BY b.id;

-- name: set_offer!
UPDATE registry_closed_slots SET offer_slot = :offer_slot, offer_key = :offer_key, offer_until = :offer_until
WHERE closure_id = :closure AND booking_id = :booking;

-- What `registratura import` reads and writes of the registry. Ids begin at 1, and `id > 0` reads a small table by its key.

-- name: list_known_clinics
SELECT id, code, name, kind, address, zone, phone, horizon, publish_at, notice, cancel_before, move_before, checked_by,
    check_hours, books_unchecked, details, retired
FROM registry_clinics
WHERE id > 0
ORDER BY id;

-- name: add_clinics*!
INSERT INTO registry_clinics (
    code, name, kind, address, zone, phone, horizon, publish_at, notice, cancel_before, move_before, arrive_before,
    hold_for, checked_by, check_hours, books_unchecked, details
)
VALUES (
    :code, :name, :kind, :address, :zone, :phone, :horizon, :publish_at, :notice, :cancel_before, :move_before,
    :arrive_before, :hold_for, :checked_by, :check_hours, :books_unchecked, :details
);

-- name: save_clinics*!
UPDATE registry_clinics
SET code = :code, name = :name, kind = :kind, address = :address, zone = :zone, phone = :phone, horizon = :horizon,
    publish_at = :publish_at, notice = :notice, cancel_before = :cancel_before, move_before = :move_before,
    checked_by = :checked_by, check_hours = :check_hours, books_unchecked = :books_unchecked, details = :details,
    retired = 0
WHERE id = :id;

-- name: set_places_at*!
UPDATE registry_clinics SET places_at = :at WHERE id = :id;

-- name: close_clinics*!
UPDATE registry_clinics SET retired = 1 WHERE id = :id;

-- name: list_known_specialties
SELECT id, code, name, words, place, needs_referral, min_age, max_age, sex, retired
FROM registry_specialties
WHERE id > 0
ORDER BY id;

-- name: add_specialties*!
INSERT INTO registry_specialties (code, name, words, place, needs_referral, min_age, max_age, sex)
VALUES (:code, :name, :words, :place, :needs_referral, :min_age, :max_age, :sex);

-- name: save_specialties*!
UPDATE registry_specialties
SET name = :name, words = :words, needs_referral = :needs_referral, min_age = :min_age, max_age = :max_age, sex = :sex,
    retired = 0
WHERE id = :id;

-- name: close_specialties*!
UPDATE registry_specialties SET retired = 1 WHERE id = :id;

-- name: list_clinic_specialties
SELECT x.clinic_id, p.code AS specialty, x.specialty_id, x.name, x.words, x.needs_referral, x.min_age, x.max_age, x.sex
FROM registry_clinic_specialties x
JOIN registry_specialties p ON p.id = x.specialty_id
WHERE x.clinic_id > 0;

-- name: upsert_clinic_specialties*!
INSERT INTO registry_clinic_specialties (
    clinic_id, specialty_id, name, words, needs_referral, min_age, max_age, sex
)
VALUES (:clinic_id, :specialty_id, :name, :words, :needs_referral, :min_age, :max_age, :sex)
ON CONFLICT (clinic_id, specialty_id) DO UPDATE SET
    name = excluded.name, words = excluded.words, needs_referral = excluded.needs_referral,
    min_age = excluded.min_age, max_age = excluded.max_age, sex = excluded.sex;

-- name: delete_clinic_specialties*!
DELETE FROM registry_clinic_specialties WHERE clinic_id = :clinic_id AND specialty_id = :specialty_id;

-- name: list_known_practices
SELECT d.id, d.code, d.doctor_code, d.clinic_id, p.code AS specialty, d.family, d.given, d.patronymic, d.room,
    d.is_room, d.position, d.since_year, d.category, d.valid_from, d.valid_until, d.min_age, d.max_age, d.district,
    d.retired
FROM registry_doctors d
JOIN registry_specialties p ON p.id = d.specialty_id
WHERE d.id > 0
ORDER BY d.id;

-- name: add_practices*!
INSERT INTO registry_doctors (
    clinic_id, specialty_id, code, doctor_code, family, given, patronymic, room, is_room, position, since_year, category,
    valid_from, valid_until, min_age, max_age, district
)
VALUES (
    :clinic_id, :specialty_id, :code, :doctor_code, :family, :given, :patronymic, :room, :is_room, :position,
    :since_year, :category, :valid_from, :valid_until, :min_age, :max_age, :district
);

-- name: save_practices*!
UPDATE registry_doctors
SET code = :code, doctor_code = :doctor_code, family = :family, given = :given, patronymic = :patronymic, room = :room,
    is_room = :is_room, position = :position, since_year = :since_year, category = :category, valid_from = :valid_from,
    valid_until = :valid_until, min_age = :min_age, max_age = :max_age, district = :district, retired = 0
WHERE id = :id;

-- name: close_practices*!
UPDATE registry_doctors SET retired = 1 WHERE id = :id;

-- name: list_timetable
SELECT id, doctor_id, weekday, starts, ends, minutes, weeks, dates, visit_type, form, audience, valid_from, valid_until,
    on_holidays
FROM registry_timetable
WHERE id > 0;

-- name: add_timetable*!
INSERT INTO registry_timetable (
    doctor_id, weekday, starts, ends, minutes, weeks, dates, visit_type, form, audience, valid_from, valid_until,
    on_holidays
)
VALUES (
    :doctor_id, :weekday, :starts, :ends, :minutes, :weeks, :dates, :visit_type, :form, :audience, :valid_from,
    :valid_until, :on_holidays
);

-- name: delete_timetable*!
DELETE FROM registry_timetable WHERE id = :id;

-- name: list_exceptions
SELECT id, clinic_id, doctor_id, first_day, last_day, what, starts, ends, minutes, substitute_id, room, reason
FROM registry_exceptions
WHERE id > 0 AND from_desk = 0;

-- name: add_exceptions*!
INSERT INTO registry_exceptions (
    clinic_id, doctor_id, first_day, last_day, what, starts, ends, minutes, substitute_id, room, reason
)
VALUES (
    :clinic_id, :doctor_id, :first_day, :last_day, :what, :starts, :ends, :minutes, :substitute_id, :room, :reason
);

-- name: delete_exceptions*!
DELETE FROM registry_exceptions WHERE id = :id;

-- name: list_districts
SELECT id, clinic_id, district, doctor_id, street, houses FROM registry_districts WHERE id > 0;

-- name: add_districts*!
INSERT INTO registry_districts (clinic_id, district, doctor_id, street, houses)
VALUES (:clinic_id, :district, :doctor_id, :street, :houses);

-- name: delete_districts*!
DELETE FROM registry_districts WHERE id = :id;

-- name: list_documents
SELECT id, clinic_id, code, name, audience, bring, days, valid_days, issued_by, min_age, max_age, asks, retired
FROM registry_documents
WHERE id > 0;

-- name: add_documents*!
INSERT INTO registry_documents (
    clinic_id, code, name, audience, bring, days, valid_days, issued_by, min_age, max_age, asks
)
VALUES (:clinic_id, :code, :name, :audience, :bring, :days, :valid_days, :issued_by, :min_age, :max_age, :asks);

-- name: save_documents*!
UPDATE registry_documents
SET name = :name, audience = :audience, bring = :bring, days = :days, valid_days = :valid_days, issued_by = :issued_by,
    min_age = :min_age, max_age = :max_age, asks = :asks, retired = 0
WHERE id = :id;

-- name: close_documents*!
UPDATE registry_documents SET retired = 1 WHERE id = :id;

-- name: list_known_persons
-- A hundred numbers at once; NULL is none.
SELECT id, uid, number_index, snils_index, person, sex, status, valid_until, clinic_id, attached_on, district, priority,
    desk_priority, from_file
FROM registry_persons
WHERE number_index IN (
    :n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14,
    :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24, :n25, :n26, :n27, :n28, :n29,
    :n30, :n31, :n32, :n33, :n34, :n35, :n36, :n37, :n38, :n39, :n40, :n41, :n42, :n43, :n44,
    :n45, :n46, :n47, :n48, :n49, :n50, :n51, :n52, :n53, :n54, :n55, :n56, :n57, :n58, :n59,
    :n60, :n61, :n62, :n63, :n64, :n65, :n66, :n67, :n68, :n69, :n70, :n71, :n72, :n73, :n74,
    :n75, :n76, :n77, :n78, :n79, :n80, :n81, :n82, :n83, :n84, :n85, :n86, :n87, :n88, :n89,
    :n90, :n91, :n92, :n93, :n94, :n95, :n96, :n97, :n98, :n99
);

-- name: list_filed_persons
SELECT id FROM registry_persons
WHERE id > :after AND from_file = 1 AND clinic_id IS NOT NULL
ORDER BY id
LIMIT :limit;

-- name: add_persons*!
-- Whom the desk has added while the file was read stays as the desk has written it.
INSERT INTO registry_persons (
    uid, number_index, snils_index, person, sex, status, valid_until, clinic_id, attached_on, district, priority,
    from_file
)
VALUES (
    :uid, :number, :snils, :person, :sex, :status, :valid_until, :clinic_id, :attached_on, :district, :priority, 1
)
ON CONFLICT (number_index) DO NOTHING;

-- name: save_persons*!
UPDATE registry_persons
SET snils_index = :snils, person = :person, sex = :sex, status = :status, valid_until = :valid_until,
    clinic_id = :clinic_id, attached_on = :attached_on, district = :district,
    priority = COALESCE(desk_priority, :priority), from_file = 1
WHERE number_index = :number AND uid = :uid;

-- name: close_persons*!
UPDATE registry_persons SET clinic_id = NULL WHERE id = :id;

-- name: find_person_of_referral^
SELECT id FROM registry_persons WHERE number_index = :number;

-- name: list_referrals
SELECT r.id, r.uid, r.number_index, r.referral, r.person_id, r.specialty_id, p.code AS specialty, r.issued_on,
    r.valid_until, r.booking_id, r.from_file
FROM registry_referrals r
JOIN registry_specialties p ON p.id = r.specialty_id
WHERE r.id > 0;

-- name: add_referrals*!
INSERT INTO registry_referrals (
    uid, number_index, referral, person_id, specialty_id, issued_on, valid_until, from_file
)
VALUES (:uid, :number, :referral, :person_id, :specialty_id, :issued_on, :valid_until, 1);

-- name: save_referrals*!
UPDATE registry_referrals
SET referral = :referral, person_id = :person_id, specialty_id = :specialty_id, issued_on = :issued_on,
    valid_until = :valid_until, from_file = 1
WHERE number_index = :number;

-- name: close_referrals*!
UPDATE registry_referrals SET valid_until = :day WHERE id = :id;

-- name: list_marked_practices
SELECT doctor_id FROM registry_replans WHERE doctor_id > 0;

-- name: mark_replan*!
INSERT INTO registry_replans (doctor_id, marked_at) VALUES (:practice, :now)
ON CONFLICT (doctor_id) DO UPDATE SET marked_at = excluded.marked_at;

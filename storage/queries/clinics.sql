-- name: upsert_clinics*!
INSERT INTO clinics (
    system, ref, name, address, phone, zone, kind, cancel_before, move_before, arrive_before, hold_for, horizon,
    level, checked_by, check_hours, books_unchecked, facts
) VALUES (
    :system, :ref, :name, :address, :phone, :zone, :kind, :cancel_before, :move_before, :arrive_before, :hold_for,
    :horizon, :level, :checked_by, :check_hours, :books_unchecked, :facts
)
ON CONFLICT (system, ref) DO UPDATE SET
    name = excluded.name, address = excluded.address, phone = excluded.phone, zone = excluded.zone,
    kind = excluded.kind, cancel_before = excluded.cancel_before, move_before = excluded.move_before,
    arrive_before = excluded.arrive_before,
    hold_for = excluded.hold_for, horizon = excluded.horizon, level = excluded.level,
    checked_by = excluded.checked_by, check_hours = excluded.check_hours, books_unchecked = excluded.books_unchecked,
    facts = excluded.facts
WHERE (clinics.name, clinics.address, clinics.phone, clinics.zone, clinics.kind, clinics.cancel_before,
        clinics.move_before, clinics.arrive_before, clinics.hold_for, clinics.horizon, clinics.level,
        clinics.checked_by, clinics.check_hours, clinics.books_unchecked, clinics.facts)
    <> (excluded.name, excluded.address, excluded.phone, excluded.zone, excluded.kind, excluded.cancel_before,
        excluded.move_before, excluded.arrive_before, excluded.hold_for, excluded.horizon, excluded.level,
        excluded.checked_by, excluded.check_hours, excluded.books_unchecked, excluded.facts);

-- name: list_clinic_ids
SELECT id, ref FROM clinics WHERE system = :system;

-- name: find_clinic^
SELECT id AS clinic_id, system, ref AS clinic_ref, name AS clinic_name, address, phone, zone, kind, cancel_before,
    move_before, arrive_before, hold_for, horizon, level, checked_by, check_hours, books_unchecked, facts
FROM clinics WHERE id = :clinic;

-- name: upsert_specialties*!
INSERT INTO specialties (system, ref, code, name, needs_referral, min_age, max_age, sex)
VALUES (:system, :ref, :code, :name, :needs_referral, :min_age, :max_age, :sex)
ON CONFLICT (system, ref) DO UPDATE SET
    code = excluded.code, name = excluded.name, needs_referral = excluded.needs_referral,
    min_age = excluded.min_age, max_age = excluded.max_age, sex = excluded.sex
WHERE (specialties.code, specialties.name, specialties.needs_referral, specialties.min_age, specialties.max_age,
        specialties.sex)
    <> (excluded.code, excluded.name, excluded.needs_referral, excluded.min_age, excluded.max_age, excluded.sex);

-- name: list_specialty_ids
SELECT id, ref FROM specialties WHERE system = :system;

-- name: find_specialty^
SELECT id AS specialty_id, ref AS specialty_ref, code, name AS specialty_name, needs_referral, min_age, max_age, sex
FROM specialties WHERE id = :specialty;

-- name: find_specialty_by_ref^
SELECT id AS specialty_id, ref AS specialty_ref, code, name AS specialty_name, needs_referral, min_age, max_age, sex
FROM specialties WHERE system = :system AND ref = :ref;

-- name: upsert_doctors*!
INSERT INTO doctors (system, ref, clinic_id, specialty_id, family, given, patronymic, room, is_room, facts)
VALUES (
    :system, :ref, :clinic, :specialty, :family, :given, :patronymic, :room, :is_room, :facts
)
ON CONFLICT (system, ref) DO UPDATE SET
    clinic_id = excluded.clinic_id, specialty_id = excluded.specialty_id, family = excluded.family,
    given = excluded.given, patronymic = excluded.patronymic, room = excluded.room, is_room = excluded.is_room,
    facts = excluded.facts
WHERE (doctors.clinic_id, doctors.specialty_id, doctors.family, doctors.given, doctors.patronymic, doctors.room,
        doctors.is_room, doctors.facts)
    <> (excluded.clinic_id, excluded.specialty_id, excluded.family, excluded.given, excluded.patronymic, excluded.room,
        excluded.is_room, excluded.facts);

-- name: list_doctor_ids
SELECT id, ref FROM doctors WHERE clinic_id = :clinic AND specialty_id = :specialty;

-- name: find_doctor^
SELECT d.id AS doctor_id, d.ref AS doctor_ref, d.clinic_id AS doctor_clinic_id, d.specialty_id AS doctor_specialty_id,
    d.family, d.given, d.patronymic, d.room AS doctor_room, d.is_room, d.facts
FROM doctors d WHERE d.id = :doctor;

-- name: find_doctor_by_ref^
SELECT d.id AS doctor_id, d.ref AS doctor_ref, d.clinic_id AS doctor_clinic_id, d.specialty_id AS doctor_specialty_id,
    d.family, d.given, d.patronymic, d.room AS doctor_room, d.is_room, d.facts
FROM doctors d WHERE d.system = :system AND d.ref = :ref;

-- name: list_zones
-- The zones of the clinics of one system; ids begin at 1.
SELECT zone FROM clinics WHERE system = :system AND id > 0 GROUP BY zone;

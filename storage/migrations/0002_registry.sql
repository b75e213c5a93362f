-- expands: yes, new tables only.
-- The embedded clinic system: its directory, timetable, register of the insured, visits and the feed of its own changes.

CREATE TABLE registry_clinics (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    zone TEXT NOT NULL,
    kind TEXT NOT NULL,
    cancel_before INTEGER NOT NULL,
    move_before INTEGER NOT NULL,
    arrive_before INTEGER NOT NULL,
    hold_for INTEGER NOT NULL,
    horizon INTEGER NOT NULL
) STRICT;

CREATE TABLE registry_specialties (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    needs_referral INTEGER NOT NULL,
    min_age INTEGER NOT NULL,
    max_age INTEGER NOT NULL,
    sex TEXT
) STRICT;

CREATE TABLE registry_doctors (
    id INTEGER PRIMARY KEY,
    clinic_id INTEGER NOT NULL REFERENCES registry_clinics (id),
    specialty_id INTEGER NOT NULL REFERENCES registry_specialties (id),
    family TEXT NOT NULL,
    given TEXT NOT NULL,
    patronymic TEXT NOT NULL,
    room TEXT NOT NULL,
    is_room INTEGER NOT NULL,
    UNIQUE (clinic_id, specialty_id, family, given, patronymic)
) STRICT;

CREATE TABLE registry_slots (
    id INTEGER PRIMARY KEY,
    doctor_id INTEGER NOT NULL REFERENCES registry_doctors (id),
    clinic_id INTEGER NOT NULL REFERENCES registry_clinics (id),
    specialty_id INTEGER NOT NULL REFERENCES registry_specialties (id),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    local_day TEXT NOT NULL,
    visit_type TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('FREE', 'BUSY', 'BLOCKED')),
    UNIQUE (doctor_id, starts_at, visit_type)
) STRICT;

CREATE INDEX registry_slots_free_of_doctor ON registry_slots (doctor_id, starts_at) WHERE status = 'FREE';
CREATE INDEX registry_slots_free_days ON registry_slots (doctor_id, local_day, starts_at) WHERE status = 'FREE';
CREATE INDEX registry_slots_free_of_specialty ON registry_slots (clinic_id, specialty_id, starts_at)
WHERE status = 'FREE';
CREATE INDEX registry_slots_of_day ON registry_slots (clinic_id, local_day, doctor_id);

CREATE TABLE registry_persons (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL UNIQUE,
    number_index BLOB NOT NULL UNIQUE,
    person BLOB NOT NULL,
    sex TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED', 'EXPIRED')),
    valid_until TEXT,
    clinic_id INTEGER REFERENCES registry_clinics (id)
) STRICT;

CREATE TABLE registry_bookings (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL UNIQUE,
    slot_id INTEGER NOT NULL REFERENCES registry_slots (id),
    person_id INTEGER NOT NULL REFERENCES registry_persons (id),
    key TEXT UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('HELD', 'BOOKED', 'CHECKED_IN', 'FULFILLED', 'CANCELLED', 'NO_SHOW')),
    expires_at INTEGER,
    reason BLOB,
    replaces INTEGER REFERENCES registry_bookings (id)
) STRICT;

-- One person in one slot: a hold and every visit that is not called off stand in the same line.
CREATE UNIQUE INDEX registry_bookings_one_in_slot ON registry_bookings (slot_id)
WHERE status = 'HELD' OR status = 'BOOKED' OR status = 'CHECKED_IN' OR status = 'FULFILLED';
CREATE UNIQUE INDEX registry_bookings_one_hold ON registry_bookings (person_id) WHERE status = 'HELD';
CREATE INDEX registry_bookings_of_person ON registry_bookings (person_id);
CREATE INDEX registry_bookings_replaced ON registry_bookings (replaces) WHERE replaces IS NOT NULL;

CREATE TABLE registry_changes (
    id INTEGER PRIMARY KEY,
    booking_id INTEGER NOT NULL REFERENCES registry_bookings (id),
    made_at INTEGER NOT NULL
) STRICT;

CREATE INDEX registry_changes_of_booking ON registry_changes (booking_id);

CREATE VIEW registry_visits AS
SELECT
    b.id, b.uid, b.key, b.person_id, b.slot_id, b.status, b.reason,
    s.doctor_id, s.clinic_id, s.specialty_id, s.starts_at, s.ends_at, s.local_day, s.visit_type,
    d.room, d.family, d.given, d.patronymic
FROM registry_bookings b
JOIN registry_slots s ON s.id = b.slot_id
JOIN registry_doctors d ON d.id = s.doctor_id
WHERE b.status <> 'HELD';

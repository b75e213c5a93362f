-- expands: yes, new tables and columns that may be left out.
-- The registry of a clinic without a system of its own: what its file (`registratura import`) and its desk say of it.

-- code is the key of a row in the file; a row that an earlier release has made has none until a file names it.
-- publish_at is in minutes after the local midnight; notice, in seconds, is how long before a visit it can be booked.
ALTER TABLE registry_clinics ADD COLUMN code TEXT;
ALTER TABLE registry_clinics ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;
ALTER TABLE registry_clinics ADD COLUMN notice INTEGER NOT NULL DEFAULT 0;
ALTER TABLE registry_clinics ADD COLUMN publish_at INTEGER NOT NULL DEFAULT 450;
-- How a policy is checked: LIST by the register, DESK by a registrar, within that many working hours.
ALTER TABLE registry_clinics ADD COLUMN checked_by TEXT NOT NULL DEFAULT 'LIST';
ALTER TABLE registry_clinics ADD COLUMN check_hours INTEGER NOT NULL DEFAULT 4;
ALTER TABLE registry_clinics ADD COLUMN books_unchecked INTEGER NOT NULL DEFAULT 0;
-- What else the file says of a clinic, as JSON: nothing is looked for in it.
ALTER TABLE registry_clinics ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
CREATE UNIQUE INDEX registry_clinics_by_code ON registry_clinics (code) WHERE code IS NOT NULL;

ALTER TABLE registry_specialties ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE registry_specialties ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;

-- What one clinic says otherwise of a specialty.
CREATE TABLE registry_clinic_specialties (
    clinic_id INTEGER NOT NULL REFERENCES registry_clinics (id),
    specialty_id INTEGER NOT NULL REFERENCES registry_specialties (id),
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    needs_referral INTEGER NOT NULL,
    min_age INTEGER NOT NULL,
    max_age INTEGER NOT NULL,
    sex TEXT,
    PRIMARY KEY (clinic_id, specialty_id)
) STRICT;

-- A row of registry_doctors is a doctor's practice: one doctor at one clinic in one specialty. doctor_code is the doctor.
ALTER TABLE registry_doctors ADD COLUMN code TEXT;
ALTER TABLE registry_doctors ADD COLUMN doctor_code TEXT;
ALTER TABLE registry_doctors ADD COLUMN position TEXT NOT NULL DEFAULT '';
ALTER TABLE registry_doctors ADD COLUMN since_year INTEGER;
ALTER TABLE registry_doctors ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE registry_doctors ADD COLUMN valid_from TEXT;
ALTER TABLE registry_doctors ADD COLUMN valid_until TEXT;
ALTER TABLE registry_doctors ADD COLUMN min_age INTEGER;
ALTER TABLE registry_doctors ADD COLUMN max_age INTEGER;
ALTER TABLE registry_doctors ADD COLUMN district TEXT NOT NULL DEFAULT '';
ALTER TABLE registry_doctors ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX registry_doctors_by_code ON registry_doctors (code) WHERE code IS NOT NULL;

-- The weekly template. weekday 1 is Monday; starts and ends are minutes after the local midnight, minutes the length of
-- a visit; valid_from and valid_until are local days, both included.
CREATE TABLE registry_timetable (
    id INTEGER PRIMARY KEY,
    doctor_id INTEGER NOT NULL REFERENCES registry_doctors (id),
    weekday INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    weeks TEXT NOT NULL CHECK (weeks IN ('ALL', 'EVEN', 'ODD')),
    dates TEXT NOT NULL CHECK (dates IN ('ALL', 'EVEN', 'ODD')),
    visit_type TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('IN_PERSON', 'PHONE')),
    audience TEXT NOT NULL CHECK (audience IN ('ALL', 'INFANTS', 'DESK')),
    valid_from TEXT,
    valid_until TEXT,
    on_holidays INTEGER NOT NULL
) STRICT;
CREATE INDEX registry_timetable_of_doctor ON registry_timetable (doctor_id);

-- Days that differ from the template, of a whole clinic (doctor_id is NULL) or of one practice.
CREATE TABLE registry_exceptions (
    id INTEGER PRIMARY KEY,
    clinic_id INTEGER NOT NULL REFERENCES registry_clinics (id),
    doctor_id INTEGER REFERENCES registry_doctors (id),
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('CLOSED', 'OPEN', 'SUBSTITUTE', 'ROOM')),
    starts INTEGER,
    ends INTEGER,
    minutes INTEGER,
    substitute_id INTEGER REFERENCES registry_doctors (id),
    room TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX registry_exceptions_of_clinic ON registry_exceptions (clinic_id, last_day);

-- Who may take a slot: everybody, children under one year, or those whom the desk books. room is "" for the doctor's own.
ALTER TABLE registry_slots ADD COLUMN audience TEXT NOT NULL DEFAULT 'ALL';
ALTER TABLE registry_slots ADD COLUMN form TEXT NOT NULL DEFAULT 'IN_PERSON';
ALTER TABLE registry_slots ADD COLUMN room TEXT NOT NULL DEFAULT '';

-- Which days of which practice are published: a day without slots is not looked at again.
CREATE TABLE registry_published (
    doctor_id INTEGER NOT NULL REFERENCES registry_doctors (id),
    local_day TEXT NOT NULL,
    PRIMARY KEY (doctor_id, local_day)
) STRICT;

-- Districts (участки) and papers that a clinic issues, as its file names them.
CREATE TABLE registry_districts (
    id INTEGER PRIMARY KEY,
    clinic_id INTEGER NOT NULL REFERENCES registry_clinics (id),
    district TEXT NOT NULL,
    doctor_id INTEGER NOT NULL REFERENCES registry_doctors (id),
    street TEXT NOT NULL,
    houses TEXT NOT NULL
) STRICT;
CREATE INDEX registry_districts_of_clinic ON registry_districts (clinic_id, street);

CREATE TABLE registry_documents (
    id INTEGER PRIMARY KEY,
    clinic_id INTEGER NOT NULL REFERENCES registry_clinics (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    audience TEXT NOT NULL,
    bring TEXT NOT NULL,
    days INTEGER,
    valid_days INTEGER,
    issued_by TEXT NOT NULL CHECK (issued_by IN ('DESK', 'FILE')),
    retired INTEGER NOT NULL DEFAULT 0,
    UNIQUE (clinic_id, code)
) STRICT;

-- Referrals (направления). number and from_whom are sealed together; booking_id is the visit that has spent it.
-- from_file: a file has named it, here and in registry_persons; what the desk has added no file ends.
CREATE TABLE registry_referrals (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL UNIQUE,
    number_index BLOB NOT NULL UNIQUE,
    referral BLOB NOT NULL,
    person_id INTEGER NOT NULL REFERENCES registry_persons (id),
    specialty_id INTEGER NOT NULL REFERENCES registry_specialties (id),
    issued_on TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    booking_id INTEGER REFERENCES registry_bookings (id),
    from_file INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX registry_referrals_of_person ON registry_referrals (person_id);
CREATE INDEX registry_referrals_by_booking ON registry_referrals (booking_id) WHERE booking_id IS NOT NULL;

-- More of a person: attached since, district, a benefit (priority).
ALTER TABLE registry_persons ADD COLUMN attached_on TEXT;
ALTER TABLE registry_persons ADD COLUMN district TEXT NOT NULL DEFAULT '';
ALTER TABLE registry_persons ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE registry_persons ADD COLUMN from_file INTEGER NOT NULL DEFAULT 0;

-- A slot may be in another room than its practice's own.
DROP VIEW registry_visits;
CREATE VIEW registry_visits AS
SELECT
    b.id, b.uid, b.key, b.person_id, b.slot_id, b.status, b.reason,
    s.doctor_id, s.clinic_id, s.specialty_id, s.starts_at, s.ends_at, s.local_day, s.visit_type, s.form, s.audience,
    COALESCE(NULLIF(s.room, ''), d.room) AS room, d.family, d.given, d.patronymic
FROM registry_bookings b
JOIN registry_slots s ON s.id = b.slot_id
JOIN registry_doctors d ON d.id = s.doctor_id
WHERE b.status <> 'HELD';

INSERT INTO registry_published (doctor_id, local_day) SELECT DISTINCT doctor_id, local_day FROM registry_slots;

CREATE INDEX registry_bookings_of_slot ON registry_bookings (slot_id);

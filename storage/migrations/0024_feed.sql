-- expands: yes, new columns that may be left out, and a new table.
-- When a visit was last compared with what its clinic has: each night all visits ahead are.
ALTER TABLE appointments ADD COLUMN compared_at INTEGER;
-- What people were told of the doctor and the clinic beside their ids: a clinic may change either in its lists.
ALTER TABLE appointments ADD COLUMN told_doctor TEXT;
ALTER TABLE appointments ADD COLUMN told_address TEXT;
UPDATE appointments SET
    told_doctor = (
        SELECT trim(replace(d.family || ' ' || d.given || ' ' || d.patronymic, '  ', ' '))
        FROM doctors d WHERE d.id = doctor_id
    ),
    told_address = (SELECT c.address FROM clinics c WHERE c.id = clinic_id);
CREATE INDEX appointments_ahead ON appointments (system, ends_at) WHERE booking IS NOT NULL;

-- By which law the moments of a zone were reckoned: a visit keeps its local time when the law changes.
CREATE TABLE zone_laws (
    zone TEXT PRIMARY KEY,
    offsets TEXT NOT NULL
) STRICT;

-- expands: yes, new tables and a column that may be left out.
-- What a clinic was sent with an application, each time: name, date of birth and masked numbers, sealed.
CREATE TABLE application_versions (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL UNIQUE,
    application_id INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    sent_at INTEGER NOT NULL,
    sealed_data BLOB NOT NULL
) STRICT;
CREATE INDEX application_versions_of ON application_versions (application_id, id);

-- An account asks to be told when a clinic that has no places enrolls again; "until" is when the wish expires.
CREATE TABLE enrollment_waits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_enrollment_wait ON enrollment_waits (account_id, patient_id, clinic_id);
CREATE INDEX enrollment_waits_of_patient ON enrollment_waits (patient_id);
CREATE INDEX enrollment_waits_at_clinic ON enrollment_waits (clinic_id, since);
CREATE INDEX enrollment_waits_by_end ON enrollment_waits (until);

-- When the head of a clinic last took up enrollment that had been stopped.
ALTER TABLE enrollment_limits ADD COLUMN opened_at INTEGER;

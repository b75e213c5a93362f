-- expands: yes, new tables only.
-- Applications to a clinic, their history, the consents to pass data to a clinic, and what came of them.

-- An application is filed by the owner of a card and decided at the clinic's desk. It is open until closed_at.
-- claimed_by decides until claimed_until; what is decided (verdict with its facts) may be undone until final_at.
-- verdict_days are those within which verdict_fields are to be corrected; correct_until is the end of that time.
CREATE TABLE applications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ref TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    last_change TEXT NOT NULL,
    filed_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    late_told INTEGER NOT NULL DEFAULT 0,
    claimed_by INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    claimed_until INTEGER,
    verdict TEXT,
    verdict_reason TEXT,
    verdict_fields TEXT NOT NULL DEFAULT '',
    verdict_days INTEGER NOT NULL DEFAULT 0,
    district TEXT NOT NULL DEFAULT '',
    doctor_id INTEGER REFERENCES doctors (id),
    decided_by INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    final_at INTEGER,
    correct_until INTEGER,
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX applications_open ON applications (patient_id, kind) WHERE closed_at IS NULL;
CREATE INDEX applications_at_desk ON applications (clinic_id, due_at) WHERE closed_at IS NULL;
CREATE INDEX applications_final ON applications (final_at) WHERE closed_at IS NULL AND final_at IS NOT NULL;
CREATE INDEX applications_late ON applications (due_at)
WHERE closed_at IS NULL AND verdict IS NULL AND late_told = 0 AND status <> 'NEEDS_CORRECTION';
CREATE INDEX applications_to_correct ON applications (correct_until)
WHERE closed_at IS NULL AND correct_until IS NOT NULL;
CREATE INDEX applications_of_patient ON applications (patient_id, id);
CREATE INDEX applications_of_account ON applications (account_id);
CREATE INDEX applications_closed ON applications (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX applications_claimed ON applications (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX applications_decided ON applications (decided_by) WHERE decided_by IS NOT NULL;

CREATE TABLE application_steps (
    id INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    step TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX application_steps_of ON application_steps (application_id, id);

-- The consent of an account that one clinic gets the data of one patient; digest is the SHA-256 of the text shown.
CREATE TABLE clinic_consents (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX one_live_clinic_consent ON clinic_consents (account_id, patient_id, clinic_id)
WHERE revoked_at IS NULL;
CREATE INDEX clinic_consents_of_account ON clinic_consents (account_id);
CREATE INDEX clinic_consents_of_patient ON clinic_consents (patient_id);
CREATE INDEX clinic_consents_revoked ON clinic_consents (revoked_at) WHERE revoked_at IS NOT NULL;

-- Where a patient is enrolled by a decision made in the bot; ended_at is when a later clinic has accepted.
CREATE TABLE enrollments (
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    since INTEGER NOT NULL,
    ended_at INTEGER,
    district TEXT NOT NULL,
    doctor_id INTEGER REFERENCES doctors (id)
) STRICT;
CREATE UNIQUE INDEX one_live_enrollment ON enrollments (patient_id) WHERE ended_at IS NULL;
CREATE INDEX enrollments_of_patient ON enrollments (patient_id, since);
CREATE INDEX enrollments_ended ON enrollments (ended_at) WHERE ended_at IS NOT NULL;

-- What the head of a clinic has set about new enrollments; a clinic without a row takes everybody.
CREATE TABLE enrollment_limits (
    clinic_id INTEGER PRIMARY KEY REFERENCES clinics (id),
    is_full INTEGER NOT NULL,
    own_area_only INTEGER NOT NULL
) STRICT;

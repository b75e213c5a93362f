-- expands: no, patients and representations get stricter indexes, and a view is made anew.
-- A family's card: who may act for a patient and how far that is proved, what else is known of the patient, what is
-- watched after the register has confirmed the policy, and how an account is reached and locked.

ALTER TABLE patients ADD COLUMN sealed_details BLOB;
-- A new identity that the register has not agreed to yet: the old one stays in force meanwhile.
ALTER TABLE patients ADD COLUMN sealed_correction BLOB;
ALTER TABLE patients ADD COLUMN correction_at INTEGER;
CREATE INDEX patients_with_correction ON patients (correction_at) WHERE correction_at IS NOT NULL;
ALTER TABLE patients ADD COLUMN valid_until TEXT;
ALTER TABLE patients ADD COLUMN next_look INTEGER;
ALTER TABLE patients ADD COLUMN closed_at INTEGER;
UPDATE patients SET next_look = checked_at + 86400 WHERE status = 'VERIFIED';
CREATE INDEX patients_to_look_at ON patients (next_look) WHERE next_look IS NOT NULL;

-- A policy that the register has confirmed stays with its card, in force or not, until the card gives it up.
DROP INDEX one_verified_patient;
CREATE UNIQUE INDEX one_card_a_policy ON patients (policy_index) WHERE sealed_person IS NOT NULL;

ALTER TABLE representations ADD COLUMN rights TEXT NOT NULL DEFAULT 'OWNER';
ALTER TABLE representations ADD COLUMN papers_at INTEGER;
CREATE UNIQUE INDEX one_owner ON representations (patient_id) WHERE rights = 'OWNER';

-- Who has asked to act for a patient of somebody else's; "card_id" is the asker's own card of the same policy.
CREATE TABLE access_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ref TEXT NOT NULL UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    card_id INTEGER REFERENCES patients (id) ON DELETE SET NULL,
    status TEXT NOT NULL CHECK (status IN ('ASKED', 'APPROVED', 'REFUSED')),
    asked_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE UNIQUE INDEX one_live_request ON access_requests (patient_id, account_id) WHERE status = 'ASKED';
CREATE INDEX requests_of_patient ON access_requests (patient_id, id);
CREATE INDEX requests_of_account ON access_requests (account_id, id);
CREATE INDEX requests_of_card ON access_requests (card_id);
CREATE INDEX requests_by_end ON access_requests (until);

-- A link that lets one more person act for a patient: the token itself is never kept, and the first to open it has it.
CREATE TABLE invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_index BLOB NOT NULL UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    made_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    opened_by INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
    used_at INTEGER
) STRICT;
CREATE INDEX invitations_of_patient ON invitations (patient_id);
CREATE INDEX invitations_of_owner ON invitations (account_id);
CREATE INDEX invitations_by_end ON invitations (until);
CREATE INDEX invitations_opened ON invitations (opened_by) WHERE opened_by IS NOT NULL;

-- What is settled at the clinic's desk with papers in hand; people bring the ref.
CREATE TABLE desk_matters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ref TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX one_open_matter ON desk_matters (account_id, patient_id, kind) WHERE closed_at IS NULL;
CREATE INDEX matters_of_account ON desk_matters (account_id);
CREATE INDEX matters_of_patient ON desk_matters (patient_id);

-- What must be said of a patient only once, however often it is noticed.
CREATE TABLE told (
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    matter TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (patient_id, matter)
) STRICT;

-- Checks that the register has answered with no: too many in an hour, and neither the account nor the number is asked.
CREATE TABLE failed_checks (
    id INTEGER PRIMARY KEY,
    account_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    number_index BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX failed_checks_of_account ON failed_checks (account_id, at);
CREATE INDEX failed_checks_of_number ON failed_checks (number_index, at);
CREATE INDEX failed_checks_by_age ON failed_checks (at);

CREATE TABLE contacts (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    uid BLOB NOT NULL,
    sealed_phone BLOB,
    phone_index BLOB,
    sealed_email BLOB
) STRICT;
CREATE UNIQUE INDEX one_account_a_phone ON contacts (phone_index) WHERE phone_index IS NOT NULL;

-- A new account with the same telephone wants what the old one has; the old one may refuse until "due_at". Of one that
-- was refused "due_at" says when it may be asked again.
CREATE TABLE takeovers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid BLOB NOT NULL,
    sealed_phone BLOB NOT NULL,
    old_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    new_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('OFFERED', 'ASKED', 'REFUSED')),
    due_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_live_takeover ON takeovers (old_id) WHERE status = 'ASKED';
CREATE UNIQUE INDEX one_takeover_an_asker ON takeovers (new_id) WHERE status <> 'REFUSED';
CREATE INDEX takeovers_of_old ON takeovers (old_id);
CREATE INDEX takeovers_of_new ON takeovers (new_id);
CREATE INDEX takeovers_due ON takeovers (due_at);
CREATE INDEX takeovers_of_nobody ON takeovers (id) WHERE old_id IS NULL;

-- A code asked for before personal data; "drops_at" is when a forgotten one stops being asked for.
CREATE TABLE pins (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    salt BLOB NOT NULL,
    digest BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    paused_until INTEGER,
    open_until INTEGER,
    drops_at INTEGER
) STRICT;
CREATE INDEX pins_dropped ON pins (drops_at) WHERE drops_at IS NOT NULL;

-- A new code that has been typed once and waits to be typed again.
CREATE TABLE offered_pins (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    salt BLOB NOT NULL,
    digest BLOB NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX offered_pins_by_age ON offered_pins (until);

CREATE INDEX audit_of_subject ON audit (subject, id);

ALTER TABLE clinics ADD COLUMN level INTEGER NOT NULL DEFAULT 2;

DROP VIEW appointment_cards;
CREATE VIEW appointment_cards AS
SELECT a.id, a.ref, a.account_id, a.patient_id, a.clinic_id, a.specialty_id, a.doctor_id, a.starts_at, a.ends_at,
    a.visit_type, a.room, a.status, a.key, a.slot, a.booking, a.replaces, a.reason, a.late, a.cancelling, a.confirmed,
    a.created_at,
    p.uid, p.sealed_identity, p.sealed_person, p.clinic_id AS patient_clinic_id, p.status AS verification,
    p.reason AS rejection, p.correct, p.queued_at, p.checked_at, p.attempts, p.valid_until, p.closed_at,
    d.ref AS doctor_ref, d.clinic_id AS doctor_clinic_id, d.specialty_id AS doctor_specialty_id, d.family, d.given,
    d.patronymic, d.room AS doctor_room, d.is_room,
    s.ref AS specialty_ref, s.code, s.name AS specialty_name, s.needs_referral, s.min_age, s.max_age, s.sex,
    c.system, c.ref AS clinic_ref, c.name AS clinic_name, c.address, c.phone, c.zone, c.kind, c.cancel_before,
    c.move_before, c.arrive_before, c.hold_for, c.horizon, c.level
FROM appointments a
    JOIN patients p ON p.id = a.patient_id
    JOIN doctors d ON d.id = a.doctor_id
    JOIN specialties s ON s.id = a.specialty_id
    JOIN clinics c ON c.id = a.clinic_id;

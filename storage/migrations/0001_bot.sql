-- expands: yes, no release has worked on an emptier database.
-- The bot's own tables. Ids that travel in buttons are never given out twice (AUTOINCREMENT): an old button must not
-- come to mean something new. "sealed" columns are encrypted and open only with the row's uid.

CREATE TABLE clinics (
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    zone TEXT NOT NULL,
    kind TEXT NOT NULL,
    cancel_before INTEGER NOT NULL,
    move_before INTEGER NOT NULL,
    arrive_before INTEGER NOT NULL,
    hold_for INTEGER NOT NULL,
    horizon INTEGER NOT NULL,
    UNIQUE (system, ref)
) STRICT;

CREATE TABLE specialties (
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    ref TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    needs_referral INTEGER NOT NULL,
    min_age INTEGER NOT NULL,
    max_age INTEGER NOT NULL,
    sex TEXT NOT NULL,
    UNIQUE (system, ref)
) STRICT;

CREATE TABLE doctors (
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    ref TEXT NOT NULL,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    specialty_id INTEGER NOT NULL REFERENCES specialties (id),
    family TEXT NOT NULL,
    given TEXT NOT NULL,
    patronymic TEXT NOT NULL,
    room TEXT NOT NULL,
    is_room INTEGER NOT NULL,
    UNIQUE (system, ref)
) STRICT;
CREATE INDEX doctors_of_clinic ON doctors (clinic_id, specialty_id);

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    telegram_id INTEGER NOT NULL UNIQUE,
    language TEXT,
    heard TEXT,
    reachable INTEGER NOT NULL DEFAULT 1,
    role TEXT,
    clinic_id INTEGER REFERENCES clinics (id),
    created_at INTEGER NOT NULL
) STRICT;

-- Consents and the journal outlive the account, without a link to a person.
CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    account_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    purpose TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX consents_of_account ON consents (account_id, purpose);
CREATE UNIQUE INDEX one_live_consent ON consents (account_id, purpose, version) WHERE revoked_at IS NULL;
CREATE INDEX consents_withdrawn ON consents (revoked_at) WHERE revoked_at IS NOT NULL AND account_id IS NOT NULL;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    account_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_account ON audit (account_id, id);

CREATE TABLE patients (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid BLOB NOT NULL UNIQUE,
    sealed_identity BLOB NOT NULL,
    sealed_person BLOB,
    policy_index BLOB NOT NULL,
    clinic_id INTEGER REFERENCES clinics (id),
    status TEXT NOT NULL,
    reason TEXT,
    correct TEXT,
    queued_at INTEGER,
    checked_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_check INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX patients_by_policy ON patients (policy_index);
CREATE UNIQUE INDEX one_verified_patient ON patients (policy_index) WHERE status = 'VERIFIED';
CREATE INDEX patients_to_check ON patients (next_check) WHERE next_check IS NOT NULL;

CREATE TABLE representations (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    relationship TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, patient_id)
) STRICT;
CREATE INDEX representations_of_patient ON representations (patient_id);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    doctor_id INTEGER NOT NULL REFERENCES doctors (id),
    slot TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    visit_type TEXT NOT NULL,
    room TEXT NOT NULL,
    expires_at INTEGER,
    replaces INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_of_account ON orders (account_id);
CREATE INDEX orders_of_patient ON orders (patient_id);
CREATE INDEX orders_by_age ON orders (created_at);

-- "replaces" is a plain number: the chain's earlier visit may be erased with the account that made it.
CREATE TABLE appointments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ref TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    specialty_id INTEGER NOT NULL REFERENCES specialties (id),
    doctor_id INTEGER NOT NULL REFERENCES doctors (id),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    visit_type TEXT NOT NULL,
    room TEXT NOT NULL,
    status TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    slot TEXT NOT NULL,
    system TEXT NOT NULL,
    booking TEXT,
    replaces INTEGER,
    reason TEXT,
    late INTEGER NOT NULL DEFAULT 0,
    cancelling INTEGER NOT NULL DEFAULT 0,
    confirmed INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX appointments_of_account ON appointments (account_id);
CREATE INDEX appointments_of_patient ON appointments (patient_id);
CREATE INDEX appointments_upcoming ON appointments (patient_id, ends_at) WHERE status IN ('PENDING', 'BOOKED', 'CHECKED_IN');
CREATE INDEX appointments_unsettled ON appointments (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX appointments_by_booking ON appointments (system, booking) WHERE booking IS NOT NULL;
CREATE UNIQUE INDEX one_ref_a_chain ON appointments (ref) WHERE replaces IS NULL;
CREATE UNIQUE INDEX one_live_visit_a_booking ON appointments (system, booking)
    WHERE booking IS NOT NULL AND status IN ('BOOKED', 'CHECKED_IN');

-- An appointment with everybody it concerns, in one read.
CREATE VIEW appointment_cards AS
SELECT a.id, a.ref, a.account_id, a.patient_id, a.clinic_id, a.specialty_id, a.doctor_id, a.starts_at, a.ends_at,
    a.visit_type, a.room, a.status, a.key, a.slot, a.booking, a.replaces, a.reason, a.late, a.cancelling, a.confirmed,
    a.created_at,
    p.uid, p.sealed_identity, p.sealed_person, p.clinic_id AS patient_clinic_id, p.status AS verification,
    p.reason AS rejection, p.correct, p.queued_at, p.checked_at, p.attempts,
    d.ref AS doctor_ref, d.clinic_id AS doctor_clinic_id, d.specialty_id AS doctor_specialty_id, d.family, d.given,
    d.patronymic, d.room AS doctor_room, d.is_room,
    s.ref AS specialty_ref, s.code, s.name AS specialty_name, s.needs_referral, s.min_age, s.max_age, s.sex,
    c.system, c.ref AS clinic_ref, c.name AS clinic_name, c.address, c.phone, c.zone, c.kind, c.cancel_before,
    c.move_before, c.arrive_before, c.hold_for, c.horizon
FROM appointments a
    JOIN patients p ON p.id = a.patient_id
    JOIN doctors d ON d.id = a.doctor_id
    JOIN specialties s ON s.id = a.specialty_id
    JOIN clinics c ON c.id = a.clinic_id;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid BLOB NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    appointment_id INTEGER REFERENCES appointments (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    sealed_facts BLOB NOT NULL,
    urgency TEXT NOT NULL,
    dedup TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER,
    edits INTEGER,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER,
    message_id INTEGER,
    error TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER
) STRICT;
CREATE INDEX outbox_of_account ON outbox (account_id, kind);
CREATE INDEX outbox_of_appointment ON outbox (appointment_id, kind);
CREATE UNIQUE INDEX one_live_message ON outbox (dedup) WHERE status IN ('QUEUED', 'CLAIMED');
CREATE UNIQUE INDEX one_live_reminder ON outbox (appointment_id, account_id)
    WHERE kind = 'REMINDER' AND status IN ('QUEUED', 'CLAIMED');
CREATE INDEX outbox_queue ON outbox (urgency, due_at, id) WHERE status = 'QUEUED';
CREATE INDEX outbox_queue_of_account ON outbox (account_id, urgency, due_at, id) WHERE status = 'QUEUED';
CREATE INDEX outbox_expiring ON outbox (expires_at) WHERE status = 'QUEUED' AND expires_at IS NOT NULL;
CREATE INDEX outbox_claimed ON outbox (account_id, lease_until) WHERE status = 'CLAIMED';
CREATE INDEX outbox_leases ON outbox (lease_until) WHERE status = 'CLAIMED';

CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid BLOB NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    sealed_fields BLOB NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX drafts_of_account ON drafts (account_id, changed_at);
CREATE INDEX drafts_by_age ON drafts (changed_at);

-- What aiogram remembers of a dialog; both sealed columns are bound to the row by its key.
CREATE TABLE dialogs (
    key TEXT PRIMARY KEY,
    telegram_id INTEGER NOT NULL,
    sealed_state BLOB,
    sealed_data BLOB
) STRICT;
CREATE INDEX dialogs_of_person ON dialogs (telegram_id);

CREATE TABLE cursors (
    system TEXT PRIMARY KEY,
    cursor TEXT NOT NULL
) STRICT;

CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;

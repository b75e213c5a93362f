-- expands: yes, a new table and columns that may be left out.
-- Policies that a clinic's desk checks in its own system, where no register lists the child.

ALTER TABLE clinics ADD COLUMN checked_by TEXT NOT NULL DEFAULT 'LIST';
ALTER TABLE clinics ADD COLUMN check_hours INTEGER NOT NULL DEFAULT 4;
ALTER TABLE clinics ADD COLUMN books_unchecked INTEGER NOT NULL DEFAULT 0;

-- A question of an account about its card. It waits until there is a decision, which may be undone until final_at and
-- then closes it; a check that is withdrawn is closed without a decision. claimed_by decides until claimed_until;
-- barred_id has typed three wrong numbers. ask_again_at is when a confirmed policy is asked about again.
CREATE TABLE desk_checks (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    opened_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    urgent_at INTEGER,
    late_told INTEGER NOT NULL DEFAULT 0,
    claimed_by INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    claimed_until INTEGER,
    wrong_digits INTEGER NOT NULL DEFAULT 0,
    barred_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    decision TEXT,
    decided_by INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    decided_at INTEGER,
    final_at INTEGER,
    closed_at INTEGER,
    ask_again_at INTEGER
) STRICT;
CREATE UNIQUE INDEX desk_checks_open ON desk_checks (patient_id) WHERE closed_at IS NULL;
CREATE INDEX desk_checks_waiting ON desk_checks (clinic_id, due_at) WHERE closed_at IS NULL;
CREATE INDEX desk_checks_final ON desk_checks (final_at) WHERE closed_at IS NULL AND final_at IS NOT NULL;
CREATE INDEX desk_checks_again ON desk_checks (ask_again_at) WHERE ask_again_at IS NOT NULL;
CREATE INDEX desk_checks_of_patient ON desk_checks (patient_id, id);
CREATE INDEX desk_checks_of_account ON desk_checks (account_id);
CREATE INDEX desk_checks_opened ON desk_checks (opened_at);
CREATE INDEX desk_checks_claimed ON desk_checks (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX desk_checks_barred ON desk_checks (barred_id) WHERE barred_id IS NOT NULL;
CREATE INDEX desk_checks_decided ON desk_checks (decided_by) WHERE decided_by IS NOT NULL;

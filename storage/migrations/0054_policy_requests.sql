-- expands: yes, new tables only.
-- Applications for a policy, about children without a card. sealed_form is what the parent has typed, sealed with uid;
-- digest is the SHA-256 of the consent that was shown. It is open until closed_at. claimed_by decides until
-- claimed_until; what is decided (verdict with its facts) may be undone until final_at. verdict_days are those within
-- which verdict_fields are to be corrected; correct_until is the end of that time.
CREATE TABLE policy_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ref TEXT NOT NULL UNIQUE,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    status TEXT NOT NULL,
    uid BLOB NOT NULL,
    sealed_form BLOB NOT NULL,
    consent_version TEXT NOT NULL,
    digest TEXT NOT NULL,
    filed_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    late_told INTEGER NOT NULL DEFAULT 0,
    claimed_by INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    claimed_until INTEGER,
    verdict TEXT,
    verdict_reason TEXT,
    verdict_fields TEXT NOT NULL DEFAULT '',
    verdict_days INTEGER NOT NULL DEFAULT 0,
    ready TEXT,
    decided_by INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    final_at INTEGER,
    correct_until INTEGER,
    closed_at INTEGER
) STRICT;
CREATE INDEX policy_requests_at_desk ON policy_requests (clinic_id, due_at) WHERE closed_at IS NULL;
CREATE INDEX policy_requests_final ON policy_requests (final_at) WHERE closed_at IS NULL AND final_at IS NOT NULL;
CREATE INDEX policy_requests_late ON policy_requests (due_at)
WHERE closed_at IS NULL AND verdict IS NULL AND late_told = 0 AND status <> 'NEEDS_CORRECTION';
CREATE INDEX policy_requests_to_correct ON policy_requests (correct_until)
WHERE closed_at IS NULL AND correct_until IS NOT NULL;
CREATE INDEX policy_requests_of_account ON policy_requests (account_id, id);
CREATE INDEX policy_requests_closed ON policy_requests (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX policy_requests_claimed ON policy_requests (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX policy_requests_decided ON policy_requests (decided_by) WHERE decided_by IS NOT NULL;

CREATE TABLE policy_request_steps (
    id INTEGER PRIMARY KEY,
    request_id INTEGER NOT NULL REFERENCES policy_requests (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    step TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX policy_request_steps_of ON policy_request_steps (request_id, id);

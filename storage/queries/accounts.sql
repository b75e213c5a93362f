-- name: find
-- A row for each consent not taken back, one with NULLs where there is none.
SELECT a.id, a.telegram_id, a.language, a.heard, a.reachable, a.role, a.clinic_id, c.purpose, c.version,
    p.account_id AS locked, p.open_until, p.paused_until, p.drops_at
FROM accounts a LEFT JOIN consents c ON c.account_id = a.id AND c.revoked_at IS NULL
    LEFT JOIN pins p ON p.account_id = a.id
WHERE a.telegram_id = :telegram_id;

-- name: get
SELECT a.id, a.telegram_id, a.language, a.heard, a.reachable, a.role, a.clinic_id, c.purpose, c.version,
    p.account_id AS locked, p.open_until, p.paused_until, p.drops_at
FROM accounts a LEFT JOIN consents c ON c.account_id = a.id AND c.revoked_at IS NULL
    LEFT JOIN pins p ON p.account_id = a.id
WHERE a.id = :account;

-- name: add!
INSERT INTO accounts (telegram_id, created_at) VALUES (:telegram_id, :now)
ON CONFLICT (telegram_id) DO NOTHING;

-- name: take_failures_back!
UPDATE failed_checks SET asker_index = NULL,
    account_id = (SELECT a.id FROM accounts a WHERE a.telegram_id = :telegram_id)
WHERE asker_index = :asker AND asker_index IS NOT NULL;

-- name: set_language!
UPDATE accounts SET language = :language WHERE id = :account;

-- name: set_heard!
UPDATE accounts SET heard = :heard WHERE id = :account;

-- name: set_reachable!
UPDATE accounts SET reachable = :reachable WHERE id = :account;

-- name: appoint!
UPDATE accounts SET role = :role, clinic_id = :clinic WHERE id = :account;

-- name: erase_own_patients!
-- Those whom nobody else represents; what hangs on a patient goes with the row.
DELETE FROM patients WHERE id IN (
    SELECT r.patient_id FROM representations r
    WHERE r.account_id = :account AND NOT EXISTS (
        SELECT 1 FROM representations other
        WHERE other.patient_id = r.patient_id AND other.account_id <> :account
    )
);

-- name: leave_failures!
UPDATE failed_checks SET asker_index = :asker WHERE account_id = :account;

-- name: erase_dialogs!
DELETE FROM dialogs WHERE telegram_id = (SELECT telegram_id FROM accounts WHERE id = :account);

-- name: erase!
DELETE FROM accounts WHERE id = :account;

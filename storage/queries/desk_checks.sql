-- Policy checks at a clinic's desk.

-- name: open_desk_check^
INSERT INTO desk_checks (account_id, patient_id, clinic_id, opened_at, due_at)
VALUES (:account, :patient, :clinic, :now, :due)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: find_desk_check^
SELECT id, account_id, patient_id, clinic_id, opened_at, due_at, urgent_at, claimed_by, claimed_until, barred_id,
    decision, decided_by, final_at, closed_at
FROM desk_checks WHERE id = :check;

-- name: find_last_desk_check^
-- A withdrawn check is none.
SELECT id, account_id, patient_id, clinic_id, opened_at, due_at, urgent_at, claimed_by, claimed_until, barred_id,
    decision, decided_by, final_at, closed_at
FROM desk_checks WHERE patient_id = :patient AND (closed_at IS NULL OR decision IS NOT NULL)
ORDER BY id DESC LIMIT 1;

-- name: list_waiting_desk_checks
-- Those of cards for which somebody acts whose consents are in force.
SELECT id, account_id, patient_id, clinic_id, opened_at, due_at, urgent_at, claimed_by, claimed_until, barred_id,
    decision, decided_by, final_at, closed_at
FROM desk_checks WHERE clinic_id = :clinic AND closed_at IS NULL AND decision IS NULL
    AND EXISTS (
        SELECT 1 FROM representations acting
            JOIN consents own ON own.account_id = acting.account_id AND own.purpose = 'REPRESENTATIVE'
            JOIN consents data ON data.account_id = acting.account_id AND data.purpose = 'PATIENT'
        WHERE acting.patient_id = desk_checks.patient_id AND acting.suspended_until IS NULL
            AND own.revoked_at IS NULL AND data.revoked_at IS NULL
    )
ORDER BY CASE WHEN urgent_at IS NULL THEN 1 ELSE 0 END, opened_at, id;

-- name: count_open_desk_checks^
SELECT count(*) AS open FROM desk_checks WHERE account_id = :account AND closed_at IS NULL;

-- name: count_desk_checks_of^
SELECT count(*) AS sent FROM desk_checks WHERE patient_id = :patient;

-- name: find_last_urgent^
SELECT urgent_at FROM desk_checks WHERE account_id = :account AND urgent_at IS NOT NULL
ORDER BY urgent_at DESC LIMIT 1;

-- name: hasten_desk_check!
UPDATE desk_checks SET urgent_at = :now WHERE id = :check AND closed_at IS NULL;

-- name: set_due_of_desk_check!
UPDATE desk_checks SET due_at = :due WHERE id = :check AND closed_at IS NULL AND due_at < :due;

-- name: withdraw_desk_check!
UPDATE desk_checks SET closed_at = :now, decision = NULL, final_at = NULL
WHERE patient_id = :patient AND closed_at IS NULL;

-- name: claim_desk_check^
UPDATE desk_checks SET claimed_by = :member, claimed_until = :until
WHERE id = :check AND closed_at IS NULL AND decision IS NULL
    AND (claimed_until IS NULL OR claimed_until <= :now OR claimed_by IS NULL OR claimed_by = :member)
    AND (barred_id IS NULL OR barred_id <> :member)
RETURNING id;

-- name: release_desk_check!
UPDATE desk_checks SET claimed_by = NULL, claimed_until = NULL WHERE id = :check;

-- name: count_wrong_digits^
UPDATE desk_checks SET wrong_digits = wrong_digits + 1 WHERE id = :check RETURNING wrong_digits;

-- name: mark_barred_from_desk_check!
UPDATE desk_checks SET barred_id = :member, claimed_by = NULL, claimed_until = NULL, wrong_digits = 0
WHERE id = :check;

-- name: save_desk_decision^
UPDATE desk_checks SET decision = :decision, decided_by = :member, decided_at = :now, final_at = :final_at,
    claimed_by = NULL, claimed_until = NULL
WHERE id = :check AND closed_at IS NULL AND decision IS NULL AND claimed_by = :member AND claimed_until > :now
RETURNING id;

-- name: restore_desk_check!
UPDATE desk_checks SET decision = NULL, decided_by = NULL, decided_at = NULL, final_at = NULL
WHERE id = :check AND closed_at IS NULL;

-- name: close_desk_check!
UPDATE desk_checks SET closed_at = :now, final_at = NULL, ask_again_at = :ask_again_at
WHERE id = :check AND closed_at IS NULL;

-- name: list_final_desk_checks
SELECT id, account_id, patient_id, clinic_id, opened_at, due_at, urgent_at, claimed_by, claimed_until, barred_id,
    decision, decided_by, final_at, closed_at
FROM desk_checks WHERE closed_at IS NULL AND final_at IS NOT NULL AND final_at <= :now
ORDER BY final_at, id LIMIT :limit;

-- name: claim_late_desk_checks
UPDATE desk_checks SET late_told = 1
WHERE id IN (
    SELECT late.id FROM desk_checks late
    WHERE late.closed_at IS NULL AND late.decision IS NULL AND late.late_told = 0 AND late.due_at <= :now
        AND EXISTS (
            SELECT 1 FROM representations acting
                JOIN consents own ON own.account_id = acting.account_id AND own.purpose = 'REPRESENTATIVE'
                JOIN consents data ON data.account_id = acting.account_id AND data.purpose = 'PATIENT'
            WHERE acting.patient_id = late.patient_id AND acting.suspended_until IS NULL
                AND own.revoked_at IS NULL AND data.revoked_at IS NULL
        )
    ORDER BY late.due_at LIMIT :limit
)
RETURNING id, account_id, patient_id, clinic_id, opened_at, due_at, urgent_at, claimed_by, claimed_until, barred_id,
    decision, decided_by, final_at, closed_at;

-- name: claim_desk_checks_again
UPDATE desk_checks SET ask_again_at = NULL
WHERE id IN (
    SELECT old.id FROM desk_checks old
    WHERE old.ask_again_at IS NOT NULL AND old.ask_again_at <= :now
    ORDER BY old.ask_again_at LIMIT :limit
)
RETURNING id, account_id, patient_id, clinic_id, opened_at, due_at, urgent_at, claimed_by, claimed_until, barred_id,
    decision, decided_by, final_at, closed_at;

-- name: delete_old_desk_checks!
DELETE FROM desk_checks WHERE opened_at < :before;

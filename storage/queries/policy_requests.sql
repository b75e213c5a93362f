-- Applications for a policy.

-- name: add_policy_request^
INSERT INTO policy_requests (
    ref, account_id, clinic_id, status, uid, sealed_form, consent_version, digest, filed_at, due_at
)
VALUES (:ref, :account, :clinic, 'SUBMITTED', :uid, :form, :version, :digest, :now, :due)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: find_policy_request^
SELECT id, ref, account_id, clinic_id, status, uid, sealed_form, filed_at, due_at, claimed_by, claimed_until, verdict,
    verdict_reason, verdict_fields, verdict_days, ready, decided_by, final_at, correct_until, closed_at
FROM policy_requests WHERE id = :number;

-- name: find_policy_request_by_ref^
SELECT id, ref, account_id, clinic_id, status, uid, sealed_form, filed_at, due_at, claimed_by, claimed_until, verdict,
    verdict_reason, verdict_fields, verdict_days, ready, decided_by, final_at, correct_until, closed_at
FROM policy_requests WHERE ref = :ref;

-- name: list_policy_requests_of_account
SELECT id, ref, account_id, clinic_id, status, uid, sealed_form, filed_at, due_at, claimed_by, claimed_until, verdict,
    verdict_reason, verdict_fields, verdict_days, ready, decided_by, final_at, correct_until, closed_at
FROM policy_requests WHERE account_id = :account
ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, id DESC;

-- name: list_policy_requests_at_desk
-- Those of accounts whose consents are in force.
SELECT id, ref, account_id, clinic_id, status, uid, sealed_form, filed_at, due_at, claimed_by, claimed_until, verdict,
    verdict_reason, verdict_fields, verdict_days, ready, decided_by, final_at, correct_until, closed_at
FROM policy_requests
WHERE clinic_id = :clinic AND closed_at IS NULL AND verdict IS NULL AND status <> 'NEEDS_CORRECTION'
    AND EXISTS (
        SELECT 1 FROM consents own
            JOIN consents data ON data.account_id = own.account_id AND data.purpose = 'PATIENT'
        WHERE own.account_id = policy_requests.account_id AND own.purpose = 'REPRESENTATIVE'
            AND own.revoked_at IS NULL AND data.revoked_at IS NULL
    )
ORDER BY due_at, id;

-- name: claim_policy_request^
UPDATE policy_requests SET claimed_by = :member, claimed_until = :until, status = 'IN_REVIEW'
WHERE id = :number AND closed_at IS NULL AND verdict IS NULL AND status <> 'NEEDS_CORRECTION'
    AND (claimed_until IS NULL OR claimed_until <= :now OR claimed_by IS NULL OR claimed_by = :member)
RETURNING id;

-- name: save_policy_verdict^
UPDATE policy_requests SET verdict = :verdict, verdict_reason = :reason, verdict_fields = :fields,
    verdict_days = :days, ready = :ready, decided_by = :member, final_at = :final_at,
    claimed_by = NULL, claimed_until = NULL
WHERE id = :number AND closed_at IS NULL AND verdict IS NULL AND status = 'IN_REVIEW'
    AND claimed_by = :member AND claimed_until > :now
RETURNING id;

-- name: restore_policy_request!
UPDATE policy_requests SET verdict = NULL, verdict_reason = NULL, verdict_fields = '', verdict_days = 0, ready = NULL,
    decided_by = NULL, final_at = NULL
WHERE id = :number AND closed_at IS NULL;

-- name: list_final_policy_requests
SELECT id, ref, account_id, clinic_id, status, uid, sealed_form, filed_at, due_at, claimed_by, claimed_until, verdict,
    verdict_reason, verdict_fields, verdict_days, ready, decided_by, final_at, correct_until, closed_at
FROM policy_requests WHERE closed_at IS NULL AND final_at IS NOT NULL AND final_at <= :now
ORDER BY final_at, id LIMIT :limit;

-- name: close_policy_request!
UPDATE policy_requests SET status = :status, closed_at = :now, final_at = NULL, correct_until = NULL,
    claimed_by = NULL, claimed_until = NULL,
    verdict = CASE WHEN :status = 'WITHDRAWN' THEN NULL ELSE verdict END
WHERE id = :number AND closed_at IS NULL;

-- name: set_policy_request_to_correct!
UPDATE policy_requests SET status = 'NEEDS_CORRECTION', final_at = NULL, correct_until = :until
WHERE id = :number AND closed_at IS NULL;

-- name: request_policy_again!
UPDATE policy_requests SET status = 'SUBMITTED', sealed_form = :form, due_at = :due, late_told = 0,
    correct_until = NULL, verdict = NULL, verdict_reason = NULL, verdict_fields = '',
    verdict_days = 0, decided_by = NULL
WHERE id = :request AND closed_at IS NULL AND status = 'NEEDS_CORRECTION';

-- name: claim_late_policy_requests
UPDATE policy_requests SET late_told = 1
WHERE id IN (
    SELECT late.id FROM policy_requests late
    WHERE late.closed_at IS NULL AND late.verdict IS NULL AND late.late_told = 0
        AND late.status <> 'NEEDS_CORRECTION' AND late.due_at <= :now
        AND EXISTS (
            SELECT 1 FROM consents own
                JOIN consents data ON data.account_id = own.account_id AND data.purpose = 'PATIENT'
            WHERE own.account_id = late.account_id AND own.purpose = 'REPRESENTATIVE'
                AND own.revoked_at IS NULL AND data.revoked_at IS NULL
        )
    ORDER BY late.due_at LIMIT :limit
)
RETURNING id, ref, account_id, clinic_id, status, uid, sealed_form, filed_at, due_at, claimed_by, claimed_until, verdict,
    verdict_reason, verdict_fields, verdict_days, ready, decided_by, final_at, correct_until, closed_at;

-- name: list_uncorrected_policy_requests
SELECT id, ref, account_id, clinic_id, status, uid, sealed_form, filed_at, due_at, claimed_by, claimed_until, verdict,
    verdict_reason, verdict_fields, verdict_days, ready, decided_by, final_at, correct_until, closed_at
FROM policy_requests WHERE closed_at IS NULL AND correct_until IS NOT NULL AND correct_until <= :now
ORDER BY correct_until, id LIMIT :limit;

-- name: delete_old_policy_requests!
DELETE FROM policy_requests WHERE closed_at < :before;

-- name: add_policy_request_step!
INSERT INTO policy_request_steps (request_id, at, step, detail) VALUES (:number, :now, :step, :detail);

-- name: list_policy_request_steps
SELECT step, at, detail FROM policy_request_steps WHERE request_id = :number ORDER BY id;

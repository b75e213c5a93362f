-- name: failures
-- Of the account and of the number, the newest of each first.
SELECT subject, at FROM (
    SELECT 'ACCOUNT' AS subject, at FROM failed_checks
    WHERE account_id = :account AND at > :since ORDER BY at DESC LIMIT :limit
) AS of_account
UNION ALL
SELECT subject, at FROM (
    SELECT 'NUMBER' AS subject, at FROM failed_checks
    WHERE number_index = :number AND at > :since ORDER BY at DESC LIMIT :limit
) AS of_number
ORDER BY at DESC;

-- name: note_failure!
INSERT INTO failed_checks (account_id, number_index, at) VALUES (:account, :number, :now);

-- name: forget_failures!
DELETE FROM failed_checks WHERE at <= :before;

-- name: recorded_matters
SELECT matter, at FROM told WHERE patient_id = :patient;

-- name: record_matter!
INSERT INTO told (patient_id, matter, at) VALUES (:patient, :matter, :at)
ON CONFLICT (patient_id, matter) DO UPDATE SET at = excluded.at;

-- name: watched^
SELECT valid_until, closed_at FROM patients WHERE id = :patient;

-- name: set_next_look!
UPDATE patients SET next_look = :next_look WHERE id = :patient;

-- name: set_valid_until!
UPDATE patients SET valid_until = :valid_until WHERE id = :patient;

-- name: close!
UPDATE patients SET closed_at = :now WHERE id = :patient;

-- name: claim_looks
UPDATE patients SET next_look = :until
WHERE id IN (
    SELECT due.id FROM patients due
    WHERE due.next_look <= :now AND due.next_look IS NOT NULL
    ORDER BY due.next_look LIMIT :limit
)
RETURNING id;

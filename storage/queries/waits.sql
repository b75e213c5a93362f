-- Those who ask to be told when a clinic enrolls again.

-- name: upsert_enrollment_wait!
INSERT INTO enrollment_waits (account_id, patient_id, clinic_id, since, until)
VALUES (:account, :patient, :clinic, :now, :until)
ON CONFLICT (account_id, patient_id, clinic_id) DO UPDATE SET until = excluded.until;

-- name: find_enrollment_wait^
SELECT until FROM enrollment_waits
WHERE account_id = :account AND patient_id = :patient AND clinic_id = :clinic AND until > :now;

-- name: list_enrollment_waits_of_account
SELECT w.id, w.account_id, w.patient_id, w.clinic_id, w.until
FROM representations r
    JOIN enrollment_waits w ON w.account_id = r.account_id AND w.patient_id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL AND w.until > :now
ORDER BY w.id;

-- name: delete_enrollment_wait!
DELETE FROM enrollment_waits WHERE account_id = :account AND patient_id = :patient AND clinic_id = :clinic;

-- name: delete_answered_enrollment_waits
-- A clinic that has taken up enrollment is one with a moment; a row of an older release has none.
DELETE FROM enrollment_waits
WHERE id IN (
    SELECT w.id FROM enrollment_limits l
        CROSS JOIN enrollment_waits w
    WHERE l.clinic_id > 0 AND l.is_full = 0 AND w.clinic_id = l.clinic_id AND w.since <= l.opened_at AND w.until > :now
    LIMIT :limit
)
RETURNING id, account_id, patient_id, clinic_id, until;

-- name: delete_old_enrollment_waits!
DELETE FROM enrollment_waits WHERE until < :before;

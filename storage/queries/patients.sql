-- name: represented
-- Every patient of the account, or the one that is named.
SELECT p.id AS patient_id, p.uid, p.sealed_identity, p.sealed_person, p.clinic_id AS patient_clinic_id,
    p.status AS verification, p.reason AS rejection, p.correct, p.queued_at, p.checked_at, p.attempts
FROM representations r JOIN patients p ON p.id = r.patient_id
WHERE r.account_id = :account AND r.patient_id = coalesce(:patient, r.patient_id)
ORDER BY p.id;

-- name: identity^
SELECT uid, sealed_identity FROM patients WHERE id = :patient;

-- name: add^
INSERT INTO patients (uid, sealed_identity, policy_index, status, queued_at, next_check, created_at)
VALUES (:uid, :identity, :policy, 'QUEUED', :now, :now, :now)
RETURNING id;

-- name: represent!
INSERT INTO representations (account_id, patient_id, relationship, created_at)
VALUES (:account, :patient, :relationship, :now);

-- name: find_own^
SELECT p.id FROM patients p JOIN representations r ON r.patient_id = p.id
WHERE p.policy_index = :policy AND r.account_id = :account
ORDER BY p.id LIMIT 1;

-- name: set_identity!
UPDATE patients SET sealed_identity = :identity, policy_index = :policy WHERE id = :patient;

-- name: correction^
SELECT uid, sealed_correction FROM patients WHERE id = :patient;

-- name: set_correction!
UPDATE patients SET sealed_correction = :correction, correction_at = :now WHERE id = :patient;

-- name: drop_correction!
UPDATE patients SET sealed_correction = NULL, correction_at = NULL WHERE id = :patient;

-- name: forget_corrections!
UPDATE patients SET sealed_correction = NULL, correction_at = NULL WHERE correction_at <= :before;

-- name: set_verification!
UPDATE patients SET status = :status, reason = :reason, correct = :correct, queued_at = :queued_at,
    checked_at = :checked_at, attempts = :attempts, next_check = :next_check
WHERE id = :patient;

-- name: set_next_check!
UPDATE patients SET next_check = :next_check WHERE id = :patient;

-- name: set_person!
UPDATE patients SET sealed_person = :person, clinic_id = coalesce(CAST(:clinic AS INTEGER), clinic_id)
WHERE id = :patient;

-- name: record_verdict!
UPDATE patients SET sealed_person = :person, clinic_id = coalesce(CAST(:clinic AS INTEGER), clinic_id),
    status = :status, reason = :reason, correct = :correct, queued_at = :queued_at, checked_at = :checked_at,
    attempts = :attempts, next_check = NULL, next_look = :next_look,
    valid_until = CASE WHEN :is_insured THEN :valid_until ELSE valid_until END
WHERE id = :patient;

-- name: set_clinic!
UPDATE patients SET clinic_id = :clinic WHERE id = :patient;

-- name: details^
SELECT uid, sealed_details FROM patients WHERE id = :patient;

-- name: set_details!
UPDATE patients SET sealed_details = :details WHERE id = :patient;

-- name: list_visits_ahead
SELECT card.starts_at, card.zone, card.clinic_name, card.specialty_id, card.specialty_ref, card.code,
    card.specialty_name, card.needs_referral, card.min_age, card.max_age, card.sex
FROM representations r JOIN appointment_cards card ON card.patient_id = r.patient_id
WHERE r.account_id = :account AND r.patient_id = :patient
    AND card.status IN ('PENDING', 'BOOKED', 'CHECKED_IN') AND card.ends_at > :now
ORDER BY card.starts_at, card.id;

-- name: unlink!
DELETE FROM representations WHERE account_id = :account AND patient_id = :patient;

-- name: forget_orders!
DELETE FROM orders WHERE account_id = :account AND patient_id = :patient;

-- name: forget_matters!
DELETE FROM desk_matters WHERE account_id = :account AND patient_id = :patient;

-- name: erase_orphan!
DELETE FROM patients
WHERE id = :patient AND NOT EXISTS (SELECT 1 FROM representations r WHERE r.patient_id = :patient);

-- name: claim_checks
UPDATE patients SET next_check = :until
WHERE id IN (
    SELECT due.id FROM patients due
    WHERE due.next_check <= :now AND due.next_check IS NOT NULL
    ORDER BY due.next_check LIMIT :limit
)
RETURNING id;

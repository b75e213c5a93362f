-- Who may act for a patient, and what a clinic's desk settles.

-- name: representation^
SELECT account_id, patient_id, relationship, rights, created_at, papers_at FROM representations
WHERE account_id = :account AND patient_id = :patient;

-- name: list_of
-- The owner first, then the others in the order in which they were added.
SELECT account_id, patient_id, relationship, rights, created_at, papers_at FROM representations
WHERE patient_id = :patient
ORDER BY CASE rights WHEN 'OWNER' THEN 0 ELSE 1 END, created_at, account_id;

-- name: add!
INSERT INTO representations (account_id, patient_id, relationship, rights, created_at)
VALUES (:account, :patient, :relationship, 'CO_REPRESENTATIVE', :now)
ON CONFLICT DO NOTHING;

-- name: demote_owner!
UPDATE representations SET rights = 'CO_REPRESENTATIVE' WHERE patient_id = :patient AND rights = 'OWNER';

-- name: promote!
UPDATE representations SET rights = 'OWNER' WHERE account_id = :account AND patient_id = :patient;

-- name: set_papers!
UPDATE representations SET papers_at = :now WHERE account_id = :account AND patient_id = :patient;

-- name: give_news!
-- What waits to be told of the visits that change hands; the message it would edit is another's.
UPDATE outbox SET account_id = :heir, edits = NULL
WHERE status = 'QUEUED' AND account_id = :gone AND kind IN ('BOOKING', 'CANCELLATION', 'REMINDER')
    AND appointment_id IN (SELECT a.id FROM appointments a WHERE a.patient_id = :patient AND a.account_id = :gone);

-- name: give_visits!
UPDATE appointments SET account_id = :heir WHERE patient_id = :patient AND account_id = :gone;

-- name: merge_visits!
UPDATE appointments SET patient_id = :into WHERE patient_id = :card;

-- name: held_by^
SELECT p.id FROM patients p WHERE p.policy_index = :policy AND p.sealed_person IS NOT NULL;

-- name: add_matter!
INSERT INTO desk_matters (ref, kind, account_id, patient_id, opened_at)
VALUES (:ref, :kind, :account, :patient, :now)
ON CONFLICT DO NOTHING;

-- name: close_matter^
UPDATE desk_matters SET closed_at = :now WHERE ref = :ref AND kind = :kind AND closed_at IS NULL
RETURNING account_id, patient_id;

-- name: open_matter^
SELECT ref FROM desk_matters
WHERE account_id = :account AND patient_id = :patient AND kind = :kind AND closed_at IS NULL;

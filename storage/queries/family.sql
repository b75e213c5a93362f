-- name: representation^
SELECT account_id, patient_id, relationship, rights, created_at, papers_at FROM representations
WHERE account_id = :account AND patient_id = :patient;

-- name: list_of
-- The owner first, then whoever has come earlier.
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

-- name: add_request^
-- No row where a live one exists.
INSERT INTO access_requests (ref, patient_id, account_id, card_id, status, asked_at, until)
VALUES (:ref, :patient, :account, :card, 'ASKED', :now, :until)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: request^
SELECT * FROM access_requests WHERE id = :request;

-- name: last_request^
-- What an account has last asked for a patient.
SELECT * FROM access_requests WHERE patient_id = :patient AND account_id = :account ORDER BY id DESC LIMIT 1;

-- name: open_requests
-- One whose asker has removed his card waits for nothing.
SELECT * FROM access_requests
WHERE patient_id = :patient AND status = 'ASKED' AND until > :now AND card_id IS NOT NULL
ORDER BY id;

-- name: set_card!
UPDATE access_requests SET card_id = :card WHERE id = :request;

-- name: answer!
UPDATE access_requests SET status = :status, answered_at = :now WHERE id = :request;

-- name: drop_lapsed!
DELETE FROM access_requests
WHERE patient_id = :patient AND account_id = :account AND status = 'ASKED' AND until <= :now;

-- name: forget_requests!
DELETE FROM access_requests WHERE until < :before;

-- name: forget_invitations!
DELETE FROM invitations WHERE until < :before;

-- name: drop_invitations!
DELETE FROM invitations WHERE patient_id = :patient AND used_at IS NULL;

-- name: add_invitation!
INSERT INTO invitations (token_index, patient_id, account_id, made_at, until)
VALUES (:token, :patient, :account, :now, :until);

-- name: find_invitation^
SELECT * FROM invitations WHERE token_index = :token;

-- name: invitation^
SELECT * FROM invitations WHERE id = :invitation;

-- name: open_invitation!
UPDATE invitations SET opened_by = :account WHERE id = :invitation AND opened_by IS NULL;

-- name: use_invitation!
UPDATE invitations SET used_at = :now WHERE id = :invitation;

-- name: waiting_invitation^
-- The newest that this account has opened and neither taken nor refused.
SELECT * FROM invitations
WHERE opened_by = :account AND opened_by IS NOT NULL AND used_at IS NULL AND until > :now
ORDER BY id DESC LIMIT 1;

-- name: live_invitation^
SELECT * FROM invitations WHERE patient_id = :patient AND used_at IS NULL AND until > :now ORDER BY id DESC LIMIT 1;

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

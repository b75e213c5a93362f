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


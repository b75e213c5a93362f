-- name: add_request^
-- Returns no row if the Ref is in use or the account already has an open request for this patient.
INSERT INTO access_requests (ref, patient_id, account_id, card_id, status, asked_at, until)
VALUES (:ref, :patient, :account, :card, 'ASKED', :now, :until)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: find_request^
SELECT * FROM access_requests WHERE id = :request;

-- name: find_last_request^
-- The newest request of an account for a patient, whatever its status.
SELECT * FROM access_requests WHERE patient_id = :patient AND account_id = :account ORDER BY id DESC LIMIT 1;

-- name: list_open_requests
-- A request without a card needs no answer: its account has removed the card.
SELECT * FROM access_requests
WHERE patient_id = :patient AND status = 'ASKED' AND until > :now AND card_id IS NOT NULL
ORDER BY id;

-- name: set_request_card!
UPDATE access_requests SET card_id = :card WHERE id = :request;

-- name: answer_request!
UPDATE access_requests SET status = :status, answered_at = :now WHERE id = :request;

-- name: delete_expired_request!
DELETE FROM access_requests
WHERE patient_id = :patient AND account_id = :account AND status = 'ASKED' AND until <= :now;

-- name: delete_old_requests!
DELETE FROM access_requests WHERE until < :before;

-- name: delete_old_invitations!
DELETE FROM invitations WHERE until < :before;

-- name: delete_unused_invitations!
DELETE FROM invitations WHERE patient_id = :patient AND used_at IS NULL;

-- name: add_invitation!
INSERT INTO invitations (token_index, patient_id, account_id, made_at, until)
VALUES (:token, :patient, :account, :now, :until);

-- name: find_invitation_by_token^
SELECT * FROM invitations WHERE token_index = :token;

-- name: find_invitation^
SELECT * FROM invitations WHERE id = :invitation;

-- name: open_invitation!
UPDATE invitations SET opened_by = :account WHERE id = :invitation AND opened_by IS NULL;

-- name: use_invitation!
UPDATE invitations SET used_at = :now WHERE id = :invitation;

-- name: find_opened_invitation^
-- The newest invitation that this account has opened and neither accepted nor declined.
SELECT * FROM invitations
WHERE opened_by = :account AND used_at IS NULL AND until > :now
ORDER BY id DESC LIMIT 1;

-- name: find_unused_invitation^
SELECT * FROM invitations WHERE patient_id = :patient AND used_at IS NULL AND until > :now ORDER BY id DESC LIMIT 1;

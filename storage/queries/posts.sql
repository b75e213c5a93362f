-- name: add_post_invitation^
INSERT INTO staff_invitations (token_index, role, clinic_id, made_by, made_at, until)
VALUES (:token, :role, :clinic, :by, :now, :until)
RETURNING id;

-- name: find_post_invitation_by_token^
SELECT * FROM staff_invitations WHERE token_index = :token;

-- name: find_post_invitation^
SELECT * FROM staff_invitations WHERE id = :invitation;

-- name: list_open_post_invitations
SELECT * FROM staff_invitations WHERE clinic_id = :clinic AND outcome IS NULL AND until > :now ORDER BY id;

-- name: open_post_invitation!
UPDATE staff_invitations SET opened_by = :account WHERE id = :invitation AND opened_by IS NULL;

-- name: close_post_invitation!
UPDATE staff_invitations SET outcome = :outcome, ended_at = :now WHERE id = :invitation AND outcome IS NULL;

-- name: delete_old_post_invitations!
DELETE FROM staff_invitations WHERE until < :before;

-- name: list_menus_to_change
SELECT id, role FROM accounts
WHERE reachable = 1 AND (role IS NOT NULL OR menu IS NOT NULL) AND coalesce(role, '') <> coalesce(menu, '')
ORDER BY id;

-- name: set_menu!
UPDATE accounts SET menu = :menu WHERE id = :account;

-- name: set_digest_off!
UPDATE accounts SET digest_off = :off WHERE id = :account;

-- name: find_digest_off^
SELECT digest_off FROM accounts WHERE id = :account;

-- name: claim_digest^
-- Returns a row once for each clinic and day.
UPDATE clinics SET digest_day = :day WHERE id = :clinic AND (digest_day IS NULL OR digest_day < :day) RETURNING id;

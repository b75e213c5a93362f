-- --- accounts ---

-- name: find_account_by_telegram_id
-- One row for each consent in force; one row with NULLs if there is none.
SELECT a.id, a.language, a.heard AS telegram_language, a.reachable, a.role, a.clinic_id, a.telegram_index, a.named_clinic_id,
    c.purpose, c.version,
    p.account_id AS locked, p.open_until, p.paused_until, p.drops_at,
    (SELECT count(*) FROM representations r WHERE r.account_id = a.id AND r.suspended_until IS NULL) AS cards
FROM accounts a LEFT JOIN consents c ON c.account_id = a.id AND c.revoked_at IS NULL
    LEFT JOIN pins p ON p.account_id = a.id
WHERE a.telegram_index = :person;

-- name: find_account
-- The same columns as find_account_by_telegram_id.
SELECT a.id, a.language, a.heard AS telegram_language, a.reachable, a.role, a.clinic_id, a.telegram_index, a.named_clinic_id,
    c.purpose, c.version,
    p.account_id AS locked, p.open_until, p.paused_until, p.drops_at,
    (SELECT count(*) FROM representations r WHERE r.account_id = a.id AND r.suspended_until IS NULL) AS cards
FROM accounts a LEFT JOIN consents c ON c.account_id = a.id AND c.revoked_at IS NULL
    LEFT JOIN pins p ON p.account_id = a.id
WHERE a.id = :account;

-- name: list_accounts
-- The same columns for several accounts.
SELECT a.id, a.language, a.heard AS telegram_language, a.reachable, a.role, a.clinic_id, a.telegram_index, a.named_clinic_id,
    c.purpose, c.version,
    p.account_id AS locked, p.open_until, p.paused_until, p.drops_at,
    (SELECT count(*) FROM representations r WHERE r.account_id = a.id AND r.suspended_until IS NULL) AS cards
FROM accounts a LEFT JOIN consents c ON c.account_id = a.id AND c.revoked_at IS NULL
    LEFT JOIN pins p ON p.account_id = a.id
WHERE a.id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
)
ORDER BY a.id;

-- name: add_account!
-- "telegram_id" of older schemas has no meaning, but must be unique.
INSERT INTO accounts (telegram_id, uid, sealed_telegram, telegram_index, created_at)
VALUES (:filler, :uid, :sealed, :person, :now)
ON CONFLICT (telegram_index) DO NOTHING;

-- name: find_sealed_telegram^
SELECT uid, sealed_telegram FROM accounts WHERE id = :account;

-- name: restore_failed_checks!
-- Give a new account the failed checks that its Telegram user made before an erasure.
UPDATE failed_checks SET asker_index = NULL,
    account_id = (SELECT a.id FROM accounts a WHERE a.telegram_index = :person)
WHERE asker_index = :asker;

-- name: set_language!
UPDATE accounts SET language = :language WHERE id = :account;

-- name: set_telegram_language!
UPDATE accounts SET heard = :language WHERE id = :account;

-- name: set_reachable!
UPDATE accounts SET reachable = :reachable WHERE id = :account;

-- name: set_named_clinic!
UPDATE accounts SET named_clinic_id = :clinic WHERE id = :account;

-- name: set_role!
UPDATE accounts SET role = :role, clinic_id = :clinic WHERE id = :account;

-- name: list_staff_ids
SELECT id FROM accounts
WHERE role IS NOT NULL AND clinic_id IS NOT NULL AND (:clinic IS NULL OR clinic_id = :clinic)
ORDER BY clinic_id, id;

-- name: delete_sole_patients!
-- Patients without another representative. Foreign keys delete the rows that refer to a patient.
DELETE FROM patients WHERE id IN (
    SELECT r.patient_id FROM representations r
    WHERE r.account_id = :account AND NOT EXISTS (
        SELECT 1 FROM representations other
        WHERE other.patient_id = r.patient_id AND other.account_id <> :account
    )
);

-- name: index_failed_checks!
-- Failed checks outlive their account: they count for its Telegram user, found by a keyed hash.
UPDATE failed_checks SET asker_index = (SELECT a.telegram_index FROM accounts a WHERE a.id = :account)
WHERE account_id = :account;

-- name: delete_old_dialogs!
DELETE FROM dialogs WHERE asked_at < :before OR asked_at IS NULL;

-- name: list_accounts_without_consent
SELECT a.id FROM accounts a
WHERE a.created_at >= :since AND a.created_at < :before AND a.role IS NULL
    AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.account_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM representations r WHERE r.account_id = a.id)
ORDER BY a.created_at LIMIT :limit;

-- name: delete_account!
DELETE FROM accounts WHERE id = :account;

-- --- consents ---

-- name: add_consent!
INSERT INTO consents (account_id, purpose, version, digest, given_at)
VALUES (:account, :purpose, :version, :digest, :now)
ON CONFLICT (account_id, purpose, version) WHERE revoked_at IS NULL DO NOTHING;

-- name: revoke_consents!
UPDATE consents SET revoked_at = :now WHERE account_id = :account AND purpose = :purpose AND revoked_at IS NULL;

-- name: list_consents
-- The newest consent of each purpose.
SELECT c.purpose, c.version, c.given_at, c.revoked_at FROM consents c
WHERE c.account_id = :account AND c.id = (
    SELECT max(newest.id) FROM consents newest
    WHERE newest.account_id = :account AND newest.purpose = c.purpose
)
ORDER BY c.purpose;

-- name: list_withdrawn_accounts
-- Accounts that revoked a required consent and have not given it again. Without `revoked_at IS NOT NULL` SQLite would
-- take another index, which holds the consents in force, too.
SELECT DISTINCT c.account_id FROM consents c
WHERE c.revoked_at < :before AND c.revoked_at IS NOT NULL AND c.account_id IS NOT NULL
    AND c.purpose IN ('REPRESENTATIVE', 'PATIENT')
    AND NOT EXISTS (
        SELECT 1 FROM consents again
        WHERE again.account_id = c.account_id AND again.purpose = c.purpose
            AND (again.revoked_at IS NULL OR again.revoked_at >= :before)
    )
ORDER BY c.account_id LIMIT :limit;

-- name: delete_old_consents!
DELETE FROM consents WHERE revoked_at < :before;

-- --- contacts ---

-- name: find_contacts^
SELECT uid, sealed_phone, sealed_email FROM contacts WHERE account_id = :account;

-- name: list_contacts
SELECT account_id, uid, sealed_phone, sealed_email FROM contacts WHERE account_id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
);

-- name: find_phone_owner^
SELECT account_id FROM contacts WHERE phone_index = :phone;

-- name: add_contacts!
INSERT INTO contacts (account_id, uid) VALUES (:account, :uid)
ON CONFLICT (account_id) DO NOTHING;

-- name: set_phone!
UPDATE contacts SET sealed_phone = :sealed, phone_index = :phone WHERE account_id = :account;

-- name: set_email!
UPDATE contacts SET sealed_email = :sealed WHERE account_id = :account;

-- name: delete_empty_contacts!
DELETE FROM contacts WHERE account_id = :account AND sealed_phone IS NULL AND sealed_email IS NULL;

-- name: delete_contacts!
DELETE FROM contacts WHERE account_id = :account;

-- name: find_guesses^
SELECT guesses, guesses_until FROM contacts WHERE account_id = :account;

-- name: set_guesses!
UPDATE contacts SET guesses = :guesses, guesses_until = :until WHERE account_id = :account;

-- --- access codes ---

-- name: find_code^
SELECT salt, digest, sealed_digest, tries, open_until, paused_until, drops_at FROM pins WHERE account_id = :account;

-- name: set_code!
-- The empty digest is that of releases which did not seal it.
INSERT INTO pins (account_id, salt, digest, sealed_digest, keyed_by, open_until)
VALUES (:account, :salt, :bare, :sealed, :by, :until)
ON CONFLICT (account_id) DO UPDATE SET
    salt = excluded.salt, digest = excluded.digest, sealed_digest = excluded.sealed_digest, keyed_by = excluded.keyed_by,
    open_until = excluded.open_until, tries = 0, paused_until = NULL, drops_at = NULL;

-- name: restore_code!
-- The same code, sealed and keyed anew.
UPDATE pins SET digest = :bare, sealed_digest = :sealed, keyed_by = :by WHERE account_id = :account;

-- name: list_bare_codes
SELECT account_id, salt, digest FROM pins
WHERE account_id > 0 AND sealed_digest IS NULL
ORDER BY account_id LIMIT :limit;

-- name: set_sealed_code!
UPDATE pins SET digest = :bare, sealed_digest = :sealed
WHERE account_id = :account AND salt = :salt AND sealed_digest IS NULL;

-- name: unlock_account!
UPDATE pins SET open_until = :until, tries = 0, paused_until = NULL, drops_at = NULL WHERE account_id = :account;

-- name: lock_account!
UPDATE pins SET open_until = NULL WHERE account_id = :account;

-- name: count_wrong_code!
UPDATE pins SET tries = tries + 1 WHERE account_id = :account;

-- name: pause_code!
UPDATE pins SET paused_until = :until, open_until = NULL WHERE account_id = :account;

-- name: schedule_code_removal!
UPDATE pins SET drops_at = :drops_at WHERE account_id = :account;

-- name: delete_code!
DELETE FROM pins WHERE account_id = :account;

-- name: propose_code!
INSERT INTO offered_pins (account_id, salt, digest, sealed_digest, keyed_by, until)
VALUES (:account, :salt, :bare, :sealed, :by, :until)
ON CONFLICT (account_id) DO UPDATE SET
    salt = excluded.salt, digest = excluded.digest, sealed_digest = excluded.sealed_digest, keyed_by = excluded.keyed_by,
    until = excluded.until;

-- name: find_proposed_code^
SELECT salt, digest, sealed_digest FROM offered_pins WHERE account_id = :account AND until > :now;

-- name: delete_proposed_code!
DELETE FROM offered_pins WHERE account_id = :account;

-- name: delete_expired_proposals!
DELETE FROM offered_pins WHERE until <= :now;

-- name: delete_removed_codes!
DELETE FROM pins WHERE drops_at <= :before;

-- --- takeovers ---

-- name: add_takeover^
INSERT INTO takeovers (uid, sealed_phone, old_id, new_id, status, due_at)
VALUES (:uid, :phone, :old, :new, 'OFFERED', :due_at)
RETURNING id;

-- name: find_takeover^
SELECT id, uid, ref, sealed_phone, old_id, new_id, status, due_at FROM takeovers WHERE id = :takeover;

-- name: find_takeover_of_new^
SELECT id, uid, ref, sealed_phone, old_id, new_id, status, due_at FROM takeovers
WHERE new_id = :account AND status <> 'REFUSED';

-- name: find_takeover_of_old^
-- The takeover that the old account has to answer, else the one that it refused last.
SELECT id, uid, ref, sealed_phone, old_id, new_id, status, due_at FROM takeovers
WHERE old_id = :account AND status <> 'OFFERED'
ORDER BY status, due_at DESC LIMIT 1;

-- name: list_due_takeovers
-- Takeovers past their due_at, and takeovers whose old account was erased.
SELECT id, uid, ref, sealed_phone, old_id, new_id, status, due_at FROM takeovers
WHERE id IN (
    SELECT late.id FROM takeovers late WHERE late.due_at <= :now
    UNION ALL
    SELECT lost.id FROM takeovers lost WHERE lost.old_id IS NULL
)
ORDER BY id LIMIT :limit;

-- name: find_takeover_by_ref^
SELECT id, uid, ref, sealed_phone, old_id, new_id, status, due_at FROM takeovers WHERE ref = :ref;

-- name: list_takeovers_at_desk
-- Those with a number for the desk whose old account has a card of this clinic, or of none; with the old phone's index.
SELECT t.id, t.uid, t.ref, t.sealed_phone, t.old_id, t.new_id, t.status, t.due_at, c.phone_index
FROM takeovers t JOIN contacts c ON c.account_id = t.old_id
WHERE t.ref > '' AND c.phone_index IS NOT NULL AND EXISTS (
    SELECT 1 FROM representations r JOIN patients p ON p.id = r.patient_id
    WHERE r.account_id = t.old_id AND r.suspended_until IS NULL
        AND coalesce(p.register_clinic_id, p.clinic_id, :clinic) = :clinic
)
ORDER BY t.ref LIMIT :limit;

-- name: set_takeover_asked^
-- Returns no row if the ref is in use.
UPDATE takeovers SET status = 'ASKED', due_at = :due_at, ref = :ref
WHERE id = :takeover AND NOT EXISTS (SELECT 1 FROM takeovers other WHERE other.ref = :ref)
    AND NOT EXISTS (SELECT 1 FROM moves made WHERE made.ref = :ref)
    AND NOT EXISTS (SELECT 1 FROM desk_matters matter WHERE matter.ref = :ref)
RETURNING id;

-- name: set_takeover_status!
UPDATE takeovers SET status = :status, due_at = :due_at WHERE id = :takeover;

-- name: delete_takeover!
DELETE FROM takeovers WHERE id = :takeover;

-- name: delete_takeover_offer!
DELETE FROM takeovers WHERE new_id = :account AND status = 'OFFERED';

-- name: add^
INSERT INTO takeovers (uid, sealed_phone, old_id, new_id, status, due_at)
VALUES (:uid, :phone, :old, :new, 'OFFERED', :due_at)
RETURNING id;

-- name: get^
SELECT id, uid, sealed_phone, old_id, new_id, status, due_at FROM takeovers WHERE id = :takeover;

-- name: of_asker^
SELECT id, uid, sealed_phone, old_id, new_id, status, due_at FROM takeovers
WHERE new_id = :account AND status <> 'REFUSED';

-- name: of_owner^
-- The one that is asked of him, else the one that he refused last.
SELECT id, uid, sealed_phone, old_id, new_id, status, due_at FROM takeovers
WHERE old_id = :account AND status <> 'OFFERED'
ORDER BY status, due_at DESC LIMIT 1;

-- name: due
-- What has run its time, and what was asked of somebody who is gone.
SELECT id, uid, sealed_phone, old_id, new_id, status, due_at FROM takeovers
WHERE id IN (
    SELECT late.id FROM takeovers late WHERE late.due_at <= :now
    UNION ALL
    SELECT lost.id FROM takeovers lost WHERE lost.old_id IS NULL
)
ORDER BY id LIMIT :limit;

-- name: set_status!
UPDATE takeovers SET status = :status, due_at = :due_at WHERE id = :takeover;

-- name: drop!
DELETE FROM takeovers WHERE id = :takeover;

-- name: drop_offer!
DELETE FROM takeovers WHERE new_id = :account AND status = 'OFFERED';

-- name: drop_of_asker!
DELETE FROM takeovers WHERE new_id = :account;

-- name: doubles
-- Cards of one account that the register has not confirmed, beside the same policy's card of the other.
SELECT card.id AS card, kept.id AS kept
FROM representations r
    JOIN patients card ON card.id = r.patient_id
    JOIN patients kept ON kept.policy_index = card.policy_index AND kept.id <> card.id
    JOIN representations k ON k.patient_id = kept.id AND k.account_id = :keeper
WHERE r.account_id = :loser AND card.sealed_person IS NULL
ORDER BY card.id;

-- name: share_papers!
UPDATE representations SET papers_at = coalesce(papers_at, (
    SELECT other.papers_at FROM representations other
    WHERE other.account_id = :giver AND other.patient_id = representations.patient_id
))
WHERE account_id = :taker;

-- name: drop_weaker!
DELETE FROM representations
WHERE account_id = :loser AND EXISTS (
    SELECT 1 FROM representations kept
    WHERE kept.account_id = :keeper AND kept.patient_id = representations.patient_id AND kept.rights = 'OWNER'
);

-- name: drop_same!
DELETE FROM representations
WHERE account_id = :loser AND EXISTS (
    SELECT 1 FROM representations kept
    WHERE kept.account_id = :keeper AND kept.patient_id = representations.patient_id
);

-- name: give_representations!
UPDATE representations SET account_id = :new WHERE account_id = :old;

-- name: give_orders!
UPDATE orders SET account_id = :new WHERE account_id = :old;

-- name: give_appointments!
UPDATE appointments SET account_id = :new WHERE account_id = :old;

-- name: give_drafts!
UPDATE drafts SET account_id = :new WHERE account_id = :old;

-- name: give_failed_checks!
UPDATE failed_checks SET account_id = :new WHERE account_id = :old;

-- name: drop_same_requests!
DELETE FROM access_requests
WHERE account_id = :new AND status = 'ASKED' AND EXISTS (
    SELECT 1 FROM access_requests kept
    WHERE kept.account_id = :old AND kept.patient_id = access_requests.patient_id AND kept.status = 'ASKED'
);

-- name: give_requests!
UPDATE access_requests SET account_id = :new WHERE account_id = :old;

-- name: drop_answered_requests!
-- Nobody asks for a patient whom he represents.
DELETE FROM access_requests
WHERE account_id = :new AND status = 'ASKED' AND EXISTS (
    SELECT 1 FROM representations mine
    WHERE mine.account_id = access_requests.account_id AND mine.patient_id = access_requests.patient_id
);

-- name: give_invitations!
UPDATE invitations SET account_id = :new WHERE account_id = :old;

-- name: give_opened_invitations!
UPDATE invitations SET opened_by = :new WHERE opened_by = :old AND opened_by IS NOT NULL;

-- name: drop_own_invitations!
DELETE FROM invitations WHERE account_id = :new AND opened_by = :new AND used_at IS NULL;

-- name: drop_same_matters!
DELETE FROM desk_matters
WHERE account_id = :new AND closed_at IS NULL AND EXISTS (
    SELECT 1 FROM desk_matters kept
    WHERE kept.account_id = :old AND kept.patient_id = desk_matters.patient_id AND kept.kind = desk_matters.kind
        AND kept.closed_at IS NULL
);

-- name: give_matters!
UPDATE desk_matters SET account_id = :new WHERE account_id = :old;

-- name: withdraw_told_to_both!
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL
WHERE account_id = :old AND status IN ('QUEUED', 'CLAIMED') AND EXISTS (
    SELECT 1 FROM outbox other
    WHERE other.appointment_id = outbox.appointment_id AND other.kind = outbox.kind AND other.account_id = :new
        AND other.status IN ('QUEUED', 'CLAIMED')
);

-- name: give_queue!
-- The message that one of them would have edited is in the other's chat.
UPDATE outbox SET account_id = :new, edits = NULL WHERE account_id = :old AND status = 'QUEUED';

-- name: flying
SELECT id FROM outbox WHERE account_id = :old AND status = 'CLAIMED';

-- name: withdraw_flying!
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL WHERE account_id = :old AND status = 'CLAIMED';

-- name: tell_again!
-- The facts are sealed for their uid, so the copy has the same one.
INSERT INTO outbox (
    uid, account_id, appointment_id, kind, sealed_facts, urgency, dedup, due_at, expires_at, status, created_at
)
SELECT uid, :new, appointment_id, kind, sealed_facts, urgency, dedup, due_at, expires_at, 'QUEUED', created_at
FROM outbox WHERE id = :message;

-- name: forget_dialogs!
DELETE FROM dialogs WHERE telegram_id = (SELECT a.telegram_id FROM accounts a WHERE a.id = :old);

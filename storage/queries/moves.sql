-- --- the moves ---

-- name: add_move!
-- A takeover that moves the rest later keeps its first moment and may be undone for longer.
INSERT INTO moves (takeover_id, uid, ref, sealed_phone, old_id, new_id, moved_at, until)
VALUES (:takeover, :uid, :ref, :phone, :old, :new, :now, :until)
ON CONFLICT (takeover_id) DO UPDATE SET until = excluded.until;

-- name: find_move^
SELECT takeover_id, uid, ref, sealed_phone, old_id, new_id, moved_at, until FROM moves WHERE takeover_id = :takeover;

-- name: find_move_by_ref^
SELECT takeover_id, uid, ref, sealed_phone, old_id, new_id, moved_at, until FROM moves WHERE ref = :ref;

-- name: list_moves_of_old
-- The newest first.
SELECT takeover_id, uid, ref, sealed_phone, old_id, new_id, moved_at, until FROM moves
WHERE old_id = :account AND until > :now
ORDER BY takeover_id DESC;

-- name: delete_move!
DELETE FROM moves WHERE takeover_id = :takeover;

-- name: delete_old_moves!
DELETE FROM moves WHERE until <= :now;

-- --- giving ---

-- name: add_successor!
-- The new account acts as the old one; a suspended representation of its own is revived. It is the owner once the old
-- account's is suspended.
INSERT INTO representations (account_id, patient_id, relationship, rights, created_at, papers_at, takeover_id)
SELECT :new, patient_id, relationship, 'CO_REPRESENTATIVE', :now, papers_at, :takeover FROM representations
WHERE account_id = :old AND patient_id = :patient AND suspended_until IS NULL
ON CONFLICT (account_id, patient_id) DO UPDATE SET
    rights = excluded.rights, created_at = excluded.created_at, suspended_until = NULL,
    takeover_id = excluded.takeover_id
WHERE representations.suspended_until IS NOT NULL;

-- name: find_rights^
-- Also of a suspended representation.
SELECT rights FROM representations WHERE account_id = :account AND patient_id = :patient;

-- name: promote_successor!
UPDATE representations SET rights = 'OWNER'
WHERE account_id = :account AND patient_id = :patient AND suspended_until IS NULL;

-- name: set_suspended!
UPDATE representations SET suspended_until = :until, takeover_id = :takeover
WHERE account_id = :account AND patient_id = :patient AND suspended_until IS NULL;

-- name: list_twins
-- Cards that the new account alone has of the patient's policy; one that the register has confirmed is put aside only
-- for another confirmed one.
SELECT twin.id FROM patients card
    JOIN patients twin ON twin.policy_index = card.policy_index AND twin.id <> card.id
    JOIN representations r ON r.patient_id = twin.id AND r.account_id = :new AND r.suspended_until IS NULL
WHERE card.id = :patient AND (card.sealed_person IS NOT NULL OR twin.sealed_person IS NULL) AND NOT EXISTS (
    SELECT 1 FROM representations other WHERE other.patient_id = twin.id AND other.account_id <> r.account_id
)
ORDER BY twin.id;

-- name: record_visits!
INSERT INTO moved_rows (takeover_id, kind, row_id, account_id, patient_id)
SELECT :takeover, 'VISIT', id, account_id, patient_id FROM appointments
WHERE patient_id = :patient AND account_id = :account
ON CONFLICT DO NOTHING;

-- name: withdraw_duplicate_messages!
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL
WHERE account_id = :old AND status IN ('QUEUED', 'CLAIMED')
    AND appointment_id IN (SELECT v.id FROM appointments v WHERE v.patient_id = :patient)
    AND EXISTS (
        SELECT 1 FROM outbox other
        WHERE other.appointment_id = outbox.appointment_id AND other.kind = outbox.kind AND other.account_id = :new
            AND other.status IN ('QUEUED', 'CLAIMED')
    );

-- name: move_queued_messages!
-- The message to edit is in the old account's chat.
UPDATE outbox SET account_id = :new, edits = NULL
WHERE account_id = :old AND status = 'QUEUED'
    AND appointment_id IN (SELECT v.id FROM appointments v WHERE v.patient_id = :patient);

-- name: list_claimed_messages
SELECT id FROM outbox
WHERE account_id = :old AND status = 'CLAIMED'
    AND appointment_id IN (SELECT v.id FROM appointments v WHERE v.patient_id = :patient);

-- name: withdraw_moved_message!
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL WHERE id = :message;

-- name: copy_message!
-- The facts are sealed for their uid, so the copy keeps it.
INSERT INTO outbox (
    uid, account_id, appointment_id, kind, sealed_facts, urgency, dedup, due_at, planned_at, expires_at, status,
    created_at
)
SELECT uid, :new, appointment_id, kind, sealed_facts, urgency, dedup, due_at, planned_at, expires_at, 'QUEUED',
    created_at
FROM outbox WHERE id = :message;

-- name: list_other_messages
-- Live news about no visit; what is said of the account itself, or to a member of a clinic's staff, stays with it.
SELECT id, uid, kind, status, sealed_facts FROM outbox
WHERE account_id = :account AND status IN ('QUEUED', 'CLAIMED') AND appointment_id IS NULL AND kind NOT IN (
    'TAKEOVER_ASKED', 'TAKEOVER_REFUSED', 'TAKEOVER_MADE', 'TAKEN_OVER', 'NOTHING_TO_TAKE_OVER', 'TAKEOVER_LAPSED',
    'TAKEOVER_PAPERS_DECLINED', 'TAKEOVER_UNDONE', 'PIN_DROPS', 'PIN_DROPPED', 'POST_TAKEN', 'MORNING_DIGEST',
    'DESK_IS_LATE', 'DIGITS_GUESSED', 'APPLICATION_IS_LATE', 'POLICY_REQUEST_IS_LATE'
)
ORDER BY id;

-- name: list_subjects
-- What news may name in place of the patient: its applications, and the requests for access to it.
SELECT 'application' AS fact, id FROM applications WHERE patient_id = :patient
UNION ALL
SELECT 'request' AS fact, id FROM access_requests WHERE patient_id = :patient;

-- name: move_message!
-- The message to edit is in the old account's chat.
UPDATE outbox SET account_id = :new, edits = NULL WHERE id = :message;

-- name: move_visits!
UPDATE appointments SET account_id = :new WHERE patient_id = :patient AND account_id = :old;

-- name: move_twins_visits!
UPDATE appointments SET patient_id = :patient WHERE patient_id = :twin;

-- name: record_matters!
-- Questions for the desk that the new account has not asked itself.
INSERT INTO moved_rows (takeover_id, kind, row_id, account_id, patient_id)
SELECT :takeover, 'MATTER', m.id, m.account_id, m.patient_id FROM desk_matters m
WHERE m.account_id = :old AND m.patient_id = :patient AND m.closed_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM desk_matters other
    WHERE other.account_id = :new AND other.patient_id = m.patient_id AND other.kind = m.kind
        AND other.closed_at IS NULL
)
ON CONFLICT DO NOTHING;

-- name: record_requests!
-- Open requests for access that were made with this card, unless the new account has made the same itself.
INSERT INTO moved_rows (takeover_id, kind, row_id, account_id, patient_id)
SELECT :takeover, 'REQUEST', q.id, q.account_id, q.card_id FROM access_requests q
WHERE q.account_id = :old AND q.card_id = :patient AND q.status = 'ASKED' AND NOT EXISTS (
    SELECT 1 FROM access_requests other
    WHERE other.account_id = :new AND other.patient_id = q.patient_id AND other.status = 'ASKED'
) AND NOT EXISTS (
    SELECT 1 FROM representations mine
    WHERE mine.account_id = :new AND mine.patient_id = q.patient_id AND mine.suspended_until IS NULL
)
ON CONFLICT DO NOTHING;

-- name: record_drafts!
INSERT INTO moved_rows (takeover_id, kind, row_id, account_id, patient_id)
SELECT :takeover, 'DRAFT', id, account_id, NULL FROM drafts WHERE account_id = :old
ON CONFLICT DO NOTHING;

-- name: record_policy_requests!
INSERT INTO moved_policy_requests (takeover_id, request_id, account_id)
SELECT :takeover, id, account_id FROM policy_requests WHERE account_id = :old
ON CONFLICT DO NOTHING;

-- name: add_successor_waits!
-- The new account waits too for what the old one waits for; the old one's wish is silent while it is suspended.
INSERT INTO enrollment_waits (account_id, patient_id, clinic_id, since, until)
SELECT :new, CAST(:patient AS INTEGER), w.clinic_id, w.since, w.until FROM enrollment_waits w
WHERE w.account_id = :account AND w.patient_id = :card
ON CONFLICT (account_id, patient_id, clinic_id) DO NOTHING;

-- name: move_recorded_matters!
UPDATE desk_matters SET account_id = :new
WHERE account_id = :old AND id IN (
    SELECT r.row_id FROM moved_rows r WHERE r.takeover_id = :takeover AND r.kind = 'MATTER'
);

-- name: move_recorded_requests!
UPDATE access_requests SET account_id = :new
WHERE account_id = :old AND id IN (
    SELECT r.row_id FROM moved_rows r WHERE r.takeover_id = :takeover AND r.kind = 'REQUEST'
);

-- name: move_recorded_drafts!
UPDATE drafts SET account_id = :new
WHERE account_id = :old AND id IN (
    SELECT r.row_id FROM moved_rows r WHERE r.takeover_id = :takeover AND r.kind = 'DRAFT'
);

-- name: move_recorded_policy_requests!
UPDATE policy_requests SET account_id = :new
WHERE account_id = :old AND id IN (
    SELECT r.request_id FROM moved_policy_requests r WHERE r.takeover_id = :takeover
);

-- --- giving back ---

-- name: list_suspended
-- The patients for whom this takeover has suspended the account: those that it gave, or cards that it put aside.
SELECT patient_id, rights FROM representations
WHERE account_id = :account AND takeover_id = :takeover AND suspended_until IS NOT NULL
ORDER BY patient_id;

-- name: demote_present_owner!
UPDATE representations SET rights = 'CO_REPRESENTATIVE'
WHERE patient_id = :patient AND rights = 'OWNER' AND suspended_until IS NULL;

-- name: restore_representation!
UPDATE representations SET suspended_until = NULL, takeover_id = NULL
WHERE account_id = :account AND patient_id = :patient AND suspended_until IS NOT NULL;

-- name: list_let_in_since
-- Representatives since a moment, suspended ones too; without :everybody only those who came by a takeover.
SELECT account_id, suspended_until FROM representations
WHERE patient_id = :patient AND account_id <> :account AND created_at >= :since
    AND (CAST(:everybody AS INTEGER) = 1 OR takeover_id IS NOT NULL)
ORDER BY account_id;

-- name: delete_let_in!
DELETE FROM representations WHERE account_id = :account AND patient_id = :patient;

-- name: delete_shared_since!
-- Sharing of the patient's visits that the new account has begun.
DELETE FROM shared_cards WHERE card_id = :patient AND since >= :since;

-- name: restore_news!
-- Queued news of the visits that were the old account's.
UPDATE outbox SET account_id = :old, edits = NULL
WHERE status = 'QUEUED' AND account_id = :new AND kind IN ('BOOKING', 'CANCELLATION', 'REMINDER')
    AND appointment_id IN (
        SELECT r.row_id FROM moved_rows r
        WHERE r.takeover_id = :takeover AND r.kind = 'VISIT' AND r.account_id = :old
    );

-- name: restore_visits!
-- Only to a patient for whom that account acts again.
UPDATE appointments SET
    account_id = (
        SELECT r.account_id FROM moved_rows r
        WHERE r.takeover_id = :takeover AND r.kind = 'VISIT' AND r.row_id = appointments.id
    ),
    patient_id = (
        SELECT r.patient_id FROM moved_rows r
        WHERE r.takeover_id = :takeover AND r.kind = 'VISIT' AND r.row_id = appointments.id
    )
WHERE id IN (
    SELECT r.row_id FROM moved_rows r
        JOIN representations acts ON acts.account_id = r.account_id AND acts.patient_id = r.patient_id
            AND acts.suspended_until IS NULL
    WHERE r.takeover_id = :takeover AND r.kind = 'VISIT'
);

-- --- the end of a suspension ---

-- name: list_lapsed_suspensions
SELECT account_id, patient_id FROM representations WHERE suspended_until <= :now
ORDER BY suspended_until, account_id, patient_id LIMIT :limit;

-- name: delete_lapsed_suspension!
DELETE FROM representations WHERE account_id = :account AND patient_id = :patient AND suspended_until <= :now;

-- name: delete_orders_of!
DELETE FROM orders WHERE account_id = :account AND patient_id = :patient;

-- name: delete_matters_of!
DELETE FROM desk_matters WHERE account_id = :account AND patient_id = :patient;

-- name: delete_waits_of!
DELETE FROM enrollment_waits WHERE account_id = :account AND patient_id = :patient;

-- name: delete_lapsed_patient!
DELETE FROM patients
WHERE id = :patient AND NOT EXISTS (SELECT 1 FROM representations r WHERE r.patient_id = :patient);

-- name: add_message^
-- Returns no row if a live message with this deduplication key, or a live reminder of this appointment, exists.
INSERT INTO outbox (
    uid, account_id, appointment_id, kind, sealed_facts, urgency, dedup, due_at, planned_at, expires_at, edits, status,
    created_at
) VALUES (
    :uid, :account, :appointment, :kind, :facts, :urgency, :dedup, :due_at, :due_at, :expires_at, :edits, 'QUEUED',
    :now
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: add_messages*!
INSERT INTO outbox (
    uid, account_id, appointment_id, kind, sealed_facts, urgency, dedup, due_at, planned_at, expires_at, edits, status,
    created_at
) VALUES (
    :uid, :account, :appointment, :kind, :facts, :urgency, :dedup, :due_at, :due_at, :expires_at, :edits, 'QUEUED',
    :now
);

-- name: withdraw_messages_of_appointments!
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL
WHERE kind = :kind AND status IN ('QUEUED', 'CLAIMED') AND appointment_id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9,
    :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17, :v18, :v19,
    :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29,
    :v30, :v31, :v32, :v33, :v34, :v35, :v36, :v37, :v38, :v39,
    :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
);

-- name: find_untried_message^
-- What was tried may have arrived.
SELECT uid, sealed_facts FROM outbox
WHERE dedup = :dedup AND status IN ('QUEUED', 'CLAIMED') AND status = 'QUEUED' AND attempts = 0;

-- name: list_sent_of_key
SELECT sent_at, uid, sealed_facts FROM outbox
WHERE account_id = :account AND kind = :kind AND dedup = :dedup AND status = 'SENT' AND sent_at IS NOT NULL
ORDER BY sent_at;

-- name: list_live_facts
SELECT id, uid, sealed_facts FROM outbox
WHERE appointment_id = :appointment AND status IN ('QUEUED', 'CLAIMED')
ORDER BY id;

-- name: set_facts!
UPDATE outbox SET sealed_facts = :facts WHERE id = :message;

-- name: withdraw_message^
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL
WHERE dedup = :dedup AND status IN ('QUEUED', 'CLAIMED')
RETURNING id;

-- name: mark_shown!
UPDATE outbox SET status = 'SENT', message_id = :message, sent_at = :now, lease_until = NULL
WHERE dedup = :dedup AND status IN ('QUEUED', 'CLAIMED');

-- name: list_messages_of_appointment
SELECT o.account_id, o.kind, o.status, o.due_at, o.sent_at, a.reachable
FROM outbox o JOIN accounts a ON a.id = o.account_id
WHERE o.appointment_id = :appointment AND o.status <> 'WITHDRAWN'
ORDER BY o.id;

-- name: hasten_retry!
-- Its earlier attempts were not failures: there was no answer to report yet.
UPDATE outbox SET due_at = :now, attempts = 0
WHERE dedup = :dedup AND status IN ('QUEUED', 'CLAIMED') AND attempts > 0 AND due_at > :now;

-- name: clear_edits!
UPDATE outbox SET edits = NULL WHERE appointment_id = :appointment AND status IN ('QUEUED', 'CLAIMED');

-- name: withdraw_messages_of_appointment!
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL
WHERE appointment_id = :appointment AND kind = :kind AND status IN ('QUEUED', 'CLAIMED');

-- name: withdraw_reminder!
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL
WHERE appointment_id = :appointment AND account_id = :account AND kind = 'REMINDER'
    AND status IN ('QUEUED', 'CLAIMED');

-- name: withdraw_messages_of_account!
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL
WHERE account_id = :account AND kind = :kind AND status IN ('QUEUED', 'CLAIMED');

-- name: refresh_queue
-- Requeue messages whose lease has expired; expire messages whose time to be sent is over. Returns both.
UPDATE outbox SET
    status = CASE WHEN expires_at <= :now THEN 'EXPIRED' ELSE 'QUEUED' END,
    lease_until = NULL
WHERE id IN (
    SELECT lapsed.id FROM outbox lapsed WHERE lapsed.status = 'CLAIMED' AND lapsed.lease_until <= :wall
    UNION ALL
    SELECT late.id FROM outbox late WHERE late.status = 'QUEUED' AND late.expires_at <= :now
)
RETURNING id, kind, status, attempts, error;

-- name: claim_due
-- The order of the returned rows is undefined. The list of urgencies limits the part of the index that is read.
UPDATE outbox SET status = 'CLAIMED', lease_until = :until, attempts = attempts + 1
WHERE id IN (
    SELECT due.id
    FROM outbox due
    WHERE due.status = 'QUEUED' AND due.urgency IN ('0', '1', '2') AND due.due_at <= :now
        AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = due.account_id AND a.reachable = 1)
        AND (due.edits IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM dialogs d
            WHERE d.account_id = due.account_id AND d.asked_at > :prompted_since AND d.asked_at <= :now
        ))
        AND NOT EXISTS (
            SELECT 1 FROM outbox flying WHERE flying.account_id = due.account_id AND flying.status = 'CLAIMED'
        )
        AND NOT EXISTS (
            SELECT 1 FROM outbox first
            WHERE first.account_id = due.account_id AND first.status = 'QUEUED' AND first.due_at <= :now
                AND (first.urgency, first.due_at, first.id) < (due.urgency, due.due_at, due.id)
        )
    ORDER BY due.urgency, due.due_at, due.id LIMIT :limit
)
RETURNING id, uid, account_id, (SELECT a.uid FROM accounts a WHERE a.id = outbox.account_id) AS account_uid,
    (SELECT a.sealed_telegram FROM accounts a WHERE a.id = outbox.account_id) AS sealed_telegram,
    (SELECT coalesce(a.language, a.heard) FROM accounts a WHERE a.id = outbox.account_id) AS language, kind,
    sealed_facts, urgency, due_at, coalesce(planned_at, due_at) AS planned_at, attempts, edits,
    (SELECT v.starts_at FROM appointments v WHERE v.id = outbox.appointment_id) AS starts_at,
    (
        SELECT max(said.message_id)
        FROM appointments v
            JOIN appointments chain ON chain.ref = v.ref
            JOIN outbox said ON said.appointment_id = chain.id AND said.account_id = outbox.account_id
        WHERE v.id = outbox.appointment_id
    ) AS replies_to,
    coalesce(
        (SELECT c.zone FROM appointments v JOIN clinics c ON c.id = v.clinic_id WHERE v.id = outbox.appointment_id),
        (
            SELECT c.zone
            FROM representations r
                JOIN patients p ON p.id = r.patient_id
                JOIN clinics c ON c.id = coalesce(p.clinic_id, p.register_clinic_id)
            WHERE r.account_id = outbox.account_id AND r.suspended_until IS NULL
            LIMIT 1
        )
    ) AS zone;

-- name: release_all_leases!
-- Every claimed message has a lease; the condition on it searches its index.
UPDATE outbox SET status = 'QUEUED', lease_until = NULL WHERE status = 'CLAIMED' AND lease_until > 0;

-- name: mark_sent!
UPDATE outbox SET status = 'SENT', message_id = :message_id, sent_at = :now, lease_until = NULL, error = NULL
WHERE id = :message AND status <> 'SENT';

-- name: schedule_retry!
UPDATE outbox SET status = 'QUEUED', due_at = :due_at, lease_until = NULL, error = :error
WHERE id = :message AND status = 'CLAIMED';

-- name: schedule_again!
-- The claim was no attempt.
UPDATE outbox SET status = 'QUEUED', due_at = :due_at, lease_until = NULL, attempts = attempts - 1, error = :error
WHERE id = :message AND status = 'CLAIMED';

-- name: finish_message!
UPDATE outbox SET status = :status, lease_until = NULL, error = :error
WHERE id = :message AND status IN ('QUEUED', 'CLAIMED');

-- name: finish_late_message^
-- Returns no row if the message is not live any more.
UPDATE outbox SET status = 'EXPIRED', lease_until = NULL
WHERE id = :message AND status IN ('QUEUED', 'CLAIMED')
RETURNING id, kind, status, attempts, error;

-- name: find_due_time^
SELECT min(due_at) AS due_at FROM outbox
WHERE appointment_id = :appointment AND kind = :kind AND account_id = :account AND status IN ('QUEUED', 'CLAIMED');

-- name: find_planned^
SELECT id FROM outbox
WHERE appointment_id = :appointment AND kind = :kind AND account_id = :account
    AND status IN ('QUEUED', 'CLAIMED', 'SENT')
LIMIT 1;

-- name: find_later_message^
SELECT id FROM outbox WHERE account_id = :account AND message_id > :message LIMIT 1;

-- name: find_next_due_time^
SELECT min(next.due_at) AS due_at FROM (
    SELECT (SELECT min(o.due_at) FROM outbox o WHERE o.status = 'QUEUED' AND o.urgency = line.urgency) AS due_at
    FROM (SELECT '0' AS urgency UNION ALL SELECT '1' UNION ALL SELECT '2') AS line
) AS next;

-- name: delete_unsent_messages!
-- The list of urgencies searches the index of the queue.
DELETE FROM outbox WHERE status = 'QUEUED' AND urgency IN ('0', '1', '2') AND due_at < :before;

-- name: delete_old_messages!
DELETE FROM outbox WHERE due_at < :before AND status NOT IN ('QUEUED', 'CLAIMED');

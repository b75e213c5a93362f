-- expands: yes, rows that the release before reads as its own.
-- Everybody who sees a visit and agreed to reminders has one: a queued reminder is copied for each of them. Its facts are
-- sealed for their uid, so the copy keeps it.

INSERT INTO outbox (
    uid, account_id, appointment_id, kind, sealed_facts, urgency, dedup, due_at, planned_at, expires_at, status,
    created_at
)
SELECT o.uid, v.account_id, o.appointment_id, o.kind, o.sealed_facts, o.urgency,
    'reminder:' || o.appointment_id || ':' || v.account_id, o.due_at, o.planned_at, o.expires_at, 'QUEUED', o.created_at
FROM outbox o
    JOIN appointments a ON a.id = o.appointment_id
    JOIN visit_viewers v ON v.patient_id = a.patient_id AND v.account_id <> o.account_id
WHERE o.kind = 'REMINDER' AND o.status IN ('QUEUED', 'CLAIMED') AND a.status IN ('BOOKED', 'CHECKED_IN')
    AND EXISTS (
        SELECT 1 FROM consents c
        WHERE c.account_id = v.account_id AND c.purpose = 'REMINDERS' AND c.revoked_at IS NULL
    )
GROUP BY o.appointment_id, v.account_id
ON CONFLICT DO NOTHING;

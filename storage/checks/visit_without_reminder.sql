-- A visit two days ahead has a reminder in the queue for everybody who keeps its card and agreed to reminders.
-- leeway: 0, both are written in one transaction. A visit nearer than that may have been reminded of, or be too near.
SELECT 'visit ' || a.id AS place
FROM temp.changed_visits n
    CROSS JOIN appointments a ON a.id = n.id
    JOIN representations r ON r.patient_id = a.patient_id AND r.suspended_until IS NULL
WHERE a.status = 'BOOKED' AND a.cancelling = 0 AND a.starts_at > :now + 2 * 86400
    AND EXISTS (
        SELECT 1 FROM consents c
        WHERE c.account_id = r.account_id AND c.purpose = 'REMINDERS' AND c.revoked_at IS NULL
    )
    AND NOT EXISTS (
        SELECT 1 FROM outbox o
        WHERE o.appointment_id = a.id AND o.account_id = r.account_id AND o.kind = 'REMINDER'
            AND o.status IN ('QUEUED', 'CLAIMED')
    );

-- A reminder waits only for a visit that takes place.
-- leeway: 0, it is withdrawn in the transaction that ends the visit.
SELECT 'message ' || o.id AS place
FROM temp.changed_visits n
    CROSS JOIN appointments a ON a.id = n.id
    JOIN outbox o ON o.appointment_id = a.id AND o.kind = 'REMINDER' AND o.status IN ('QUEUED', 'CLAIMED')
WHERE a.status NOT IN ('PENDING', 'BOOKED', 'CHECKED_IN');

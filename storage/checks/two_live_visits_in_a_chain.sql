-- A visit that was moved is one visit: the earlier one ends when the later one is booked, unless its clinic puts it back.
-- leeway: 0, both are written in one transaction.
SELECT 'visit ' || a.id AS place
FROM temp.changed_visits n
    CROSS JOIN appointments a ON a.id = n.id
    JOIN appointments earlier ON earlier.id = a.replaces
WHERE a.status IN ('BOOKED', 'CHECKED_IN') AND earlier.status IN ('BOOKED', 'CHECKED_IN')
    AND NOT EXISTS (
        SELECT 1 FROM audit e WHERE e.subject = 'appointment ' || earlier.id AND e.action = 'changed by the clinic'
    );

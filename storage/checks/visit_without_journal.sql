-- Whoever asked for a visit stands in the journal.
-- leeway: 0, the entry is written with the visit and kept longer than it.
SELECT 'visit ' || a.id AS place
FROM temp.changed_visits n CROSS JOIN appointments a ON a.id = n.id
WHERE NOT EXISTS (SELECT 1 FROM audit e WHERE e.subject = 'appointment ' || a.id);

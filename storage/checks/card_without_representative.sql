-- A card belongs to somebody: it is erased with its last representative.
-- leeway: 0, both are done in one transaction.
SELECT 'card ' || p.id AS place
FROM temp.changed_cards n CROSS JOIN patients p ON p.id = n.id
WHERE NOT EXISTS (SELECT 1 FROM representations r WHERE r.patient_id = p.id);

-- Of those who act for a patient one is the owner, who lets others in.
-- leeway: 0, the next owner is named in the transaction in which the last one leaves.
SELECT 'card ' || r.patient_id AS place
FROM temp.changed_cards n CROSS JOIN representations r ON r.patient_id = n.id
WHERE r.suspended_until IS NULL
GROUP BY r.patient_id HAVING sum(r.rights = 'OWNER') <> 1;

-- An account has one verified card of a policy.
-- leeway: 0, it is looked for in the transaction that verifies.
SELECT 'card ' || max(p.id) AS place
FROM temp.changed_cards n
    CROSS JOIN representations mine ON mine.patient_id = n.id AND mine.suspended_until IS NULL
    JOIN representations r ON r.account_id = mine.account_id AND r.suspended_until IS NULL
    JOIN patients p ON p.id = r.patient_id AND p.status = 'VERIFIED'
GROUP BY r.account_id, p.policy_index HAVING count(DISTINCT p.id) > 1;

-- A message that is being sent has a lease: else no worker would ever send it again.
-- leeway: 0, both are written in one statement.
SELECT 'message ' || o.id AS place
FROM temp.changed_messages n CROSS JOIN outbox o ON o.id = n.id
WHERE (o.status = 'CLAIMED') <> (o.lease_until IS NOT NULL);

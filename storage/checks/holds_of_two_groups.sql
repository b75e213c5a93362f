-- Whoever acts for a person holds one time, or one group of times: else somebody could hold a whole week.
-- leeway: 0, a new hold deletes the old ones in one transaction.
SELECT 'person ' || b.person_id AS place
FROM registry_bookings b
WHERE b.status = 'HELD'
GROUP BY b.person_id, b.holder
HAVING count(DISTINCT b.hold_group) > 1 OR (min(b.hold_group) = '' AND count(*) > 1);

-- A time that is reserved for an offer is free: else the offer cannot be taken.
-- leeway: 0, what takes or blocks a time ends its reservation in the same transaction.
SELECT 'slot ' || s.id AS place
FROM registry_reservations r JOIN registry_slots s ON s.id = r.slot_id
WHERE s.status <> 'FREE';

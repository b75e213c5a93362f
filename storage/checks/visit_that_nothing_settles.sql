-- What was asked of a clinic is asked again until it is answered.
-- leeway: 0, the next try is written with the request.
SELECT 'visit ' || a.id AS place
FROM temp.changed_visits n CROSS JOIN appointments a ON a.id = n.id
WHERE (a.status = 'PENDING' OR a.cancelling = 1) AND a.next_try IS NULL;

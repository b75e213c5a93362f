-- A visit keeps its number when it is moved: people read it aloud.
-- leeway: 0, the number is copied when the visit is added.
SELECT 'visit ' || a.id AS place
FROM temp.changed_visits n
    CROSS JOIN appointments a ON a.id = n.id
    JOIN appointments earlier ON earlier.id = a.replaces
WHERE a.ref <> earlier.ref;

-- A policy and an application that were decided by one press stand and fall together, and nobody is enrolled otherwise.
-- leeway: 21600, a card that is corrected takes its check from the desk, and the job takes the other decision back.
-- whole: it is about what nothing has changed.
SELECT 'application ' || a.id AS place FROM applications a JOIN desk_checks d ON d.id = a.desk_check_id
WHERE a.closed_at IS NULL AND a.verdict IS NOT NULL AND d.decision IS NULL AND a.final_at < :now - :leeway
UNION ALL
SELECT 'application ' || a.id FROM applications a JOIN desk_checks d ON d.id = a.desk_check_id
WHERE a.status = 'APPROVED' AND (d.closed_at IS NULL OR d.decision IS NULL OR d.decision <> 'MATCHED');

-- A policy that was sent to a desk goes on: a decision is done when its minute is over, and a late one is told once.
-- leeway: 21600, the job looks every few seconds, but the register may be silent.
-- whole: it is about what nothing has changed.
SELECT 'desk check ' || id AS place FROM desk_checks
WHERE closed_at IS NULL AND decision IS NOT NULL
    AND (decided_at IS NULL OR final_at IS NULL OR final_at < :now - :leeway)
UNION ALL
SELECT 'desk check ' || id FROM desk_checks
WHERE closed_at IS NULL AND decision IS NULL AND late_told = 0 AND due_at < :now - :leeway;

-- An application goes on: a decision is done when its minute is over, a late one is told once, and a closed one is closed.
-- leeway: 21600, the job looks every few seconds, but the registry may be silent.
-- whole: it is about what nothing has changed.
SELECT 'application ' || id AS place FROM applications
WHERE closed_at IS NULL AND status IN ('SUBMITTED', 'IN_REVIEW') AND verdict IS NOT NULL
    AND (final_at IS NULL OR final_at < :now - :leeway)
UNION ALL
SELECT 'application ' || id FROM applications
WHERE closed_at IS NULL AND status IN ('SUBMITTED', 'IN_REVIEW') AND verdict IS NULL AND late_told = 0
    AND due_at < :now - :leeway
UNION ALL
SELECT 'application ' || id FROM applications
WHERE closed_at IS NULL AND status = 'NEEDS_CORRECTION'
    AND (correct_until IS NULL OR correct_until < :now - :leeway)
UNION ALL
SELECT 'application ' || id FROM applications
WHERE closed_at IS NULL AND status IN ('APPROVED', 'REFUSED', 'WITHDRAWN')
UNION ALL
SELECT 'policy request ' || id FROM policy_requests
WHERE closed_at IS NULL AND status IN ('SUBMITTED', 'IN_REVIEW') AND verdict IS NOT NULL
    AND (final_at IS NULL OR final_at < :now - :leeway)
UNION ALL
SELECT 'policy request ' || id FROM policy_requests
WHERE closed_at IS NULL AND status IN ('SUBMITTED', 'IN_REVIEW') AND verdict IS NULL AND late_told = 0
    AND due_at < :now - :leeway
UNION ALL
SELECT 'policy request ' || id FROM policy_requests
WHERE closed_at IS NULL AND status = 'NEEDS_CORRECTION'
    AND (correct_until IS NULL OR correct_until < :now - :leeway)
UNION ALL
SELECT 'policy request ' || id FROM policy_requests
WHERE closed_at IS NULL AND status IN ('APPROVED', 'REFUSED', 'WITHDRAWN');

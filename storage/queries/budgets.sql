-- name: take_tokens^
INSERT INTO budgets (account_id, budget, full_at) VALUES (:account, :budget, :now + :cost)
ON CONFLICT (account_id, budget) DO UPDATE
SET full_at = :cost + CASE WHEN budgets.full_at > :now THEN budgets.full_at ELSE :now END
WHERE budgets.full_at + :cost <= :latest
RETURNING full_at;

-- name: find_budget^
SELECT full_at FROM budgets WHERE account_id = :account AND budget = :budget;

-- name: delete_full_budgets!
DELETE FROM budgets WHERE full_at <= :now;

-- name: take_tokens^
INSERT INTO budgets (account_id, budget, full_at) VALUES (:account, :budget, :now + :cost)
ON CONFLICT (account_id, budget) DO UPDATE SET full_at = max(budgets.full_at, :now) + :cost
WHERE max(budgets.full_at, :now) + :cost <= :latest
RETURNING full_at;

-- name: find_budget^
SELECT full_at FROM budgets WHERE account_id = :account AND budget = :budget;

-- name: delete_full_budgets!
DELETE FROM budgets WHERE full_at <= :now;

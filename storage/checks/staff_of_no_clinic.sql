-- A member of the staff works at a clinic: each right is one at that clinic.
-- leeway: 0, both are written in one statement.
SELECT 'account ' || a.id AS place FROM accounts a WHERE a.role IS NOT NULL AND a.clinic_id IS NULL;

-- A consent in force is somebody's: it ends when its account is erased, or it would be kept for ever.
-- leeway: 0, both are done in one transaction.
SELECT 'consent ' || c.id AS place FROM consents c WHERE c.account_id IS NULL AND c.revoked_at IS NULL;

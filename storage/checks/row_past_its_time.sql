-- What a person has stored is deleted when its time is over (bot/privacy/lifetimes.py).
-- leeway: 86400, the job runs every hour, and a bot may be stopped for some hours.
-- whole: it is about old rows, not about what has changed.
SELECT 'order ' || id AS place FROM orders WHERE created_at < :now - 2 * 86400 - :leeway
UNION ALL
SELECT 'draft ' || id FROM drafts WHERE changed_at < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'failed check ' || id FROM failed_checks WHERE at < :now - 3600 - :leeway
UNION ALL
SELECT 'visit ' || id FROM appointments WHERE ends_at < :now - 365 * 86400 - :leeway
UNION ALL
SELECT 'request ' || id FROM access_requests WHERE until < :now - 30 * 86400 - :leeway;

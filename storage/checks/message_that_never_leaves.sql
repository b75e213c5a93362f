-- A message in the queue leaves it at its end: it is sent, or it expires.
-- leeway: 900, messages are looked at every second, but the queue may be long or Telegram away.
SELECT 'message ' || o.id AS place
FROM temp.changed_messages n CROSS JOIN outbox o ON o.id = n.id
WHERE o.status = 'QUEUED' AND o.expires_at < :now - :leeway;

-- expands: yes, the column may be left out: then the moment at which a message is due counts.
-- When a message was first due: retries move due_at, and how long it is worth telling counts from here.

ALTER TABLE outbox ADD COLUMN planned_at INTEGER;
UPDATE outbox SET planned_at = due_at;

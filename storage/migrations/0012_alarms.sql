-- expands: yes, a new table.
-- What the operator was told about alarms, so that a bot that is restarted again and again does not repeat itself.

CREATE TABLE alarms (
    code TEXT PRIMARY KEY,
    started_at INTEGER NOT NULL,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1))
) STRICT;

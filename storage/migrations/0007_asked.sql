-- expands: yes, a column that may be left out.
-- Since when a person is being asked something: for a while he is told nothing else.

ALTER TABLE dialogs ADD COLUMN asked_at INTEGER;

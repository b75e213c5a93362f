-- expands: yes, both columns may be left out: then the desk can undo nothing.
-- What the desk changes it may undo until that moment. was_slot is the slot that the visit had before: another one if it
-- was moved, its own if it was cancelled.

ALTER TABLE registry_changes ADD COLUMN was_slot INTEGER;
ALTER TABLE registry_changes ADD COLUMN undo_until INTEGER;

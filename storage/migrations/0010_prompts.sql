-- expands: yes, the release before only forgets the prompts that are open.
-- A prompt is its data alone: aiogram's state of it said the same thing twice.

DELETE FROM dialogs WHERE sealed_state IS NULL OR sealed_data IS NULL;
UPDATE dialogs SET sealed_state = NULL WHERE sealed_state IS NOT NULL;

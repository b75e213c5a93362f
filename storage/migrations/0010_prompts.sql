-- expands: yes, the release before only forgets the prompts that are open.
-- A prompt is stored in sealed_data alone: aiogram's state repeated the same information.

DELETE FROM dialogs WHERE sealed_state IS NULL OR sealed_data IS NULL;
UPDATE dialogs SET sealed_state = NULL WHERE sealed_state IS NOT NULL;

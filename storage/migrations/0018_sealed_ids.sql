-- expands: no, the release before cannot find an account whose Telegram id is sealed.
-- Telegram ids are sealed and found by a keyed index. SQL has no keys, so the program fills the new columns at its next
-- start (storage/account/sealing.py) and overwrites accounts.telegram_id. That column stays: a table with children is
-- not rebuilt.

ALTER TABLE accounts ADD COLUMN uid BLOB;
ALTER TABLE accounts ADD COLUMN sealed_telegram BLOB;
ALTER TABLE accounts ADD COLUMN telegram_index BLOB;
CREATE UNIQUE INDEX one_account_a_person ON accounts (telegram_index);
CREATE INDEX accounts_to_seal ON accounts (id) WHERE telegram_index IS NULL;

ALTER TABLE dialogs ADD COLUMN account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE;
UPDATE dialogs SET account_id = (SELECT a.id FROM accounts a WHERE a.telegram_id = dialogs.telegram_id);
DROP INDEX dialogs_of_person;
ALTER TABLE dialogs DROP COLUMN telegram_id;
CREATE INDEX dialogs_of_account ON dialogs (account_id);

-- Work with the keys that a migration has left to the program, until it is finished.
CREATE TABLE unfinished_steps (
    step TEXT PRIMARY KEY
) STRICT;
INSERT INTO unfinished_steps (step) SELECT 'seal_telegram_ids' WHERE EXISTS (SELECT 1 FROM accounts);

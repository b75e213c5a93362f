-- expands: yes, columns that may be left out and new tables.
-- A takeover has a number for the desk, and wrong access codes that other accounts type are counted at the phone's
-- owner, apart from the owner's own tries.

ALTER TABLE takeovers ADD COLUMN ref TEXT;
CREATE UNIQUE INDEX takeovers_by_ref ON takeovers (ref) WHERE ref IS NOT NULL;
ALTER TABLE contacts ADD COLUMN guesses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN guesses_until INTEGER;

-- A takeover that was made and can be undone until "until". "takeover_id" is a plain number: its row is gone.
CREATE TABLE moves (
    takeover_id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    ref TEXT NOT NULL UNIQUE,
    sealed_phone BLOB NOT NULL,
    old_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    new_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    moved_at INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX moves_of_old ON moves (old_id);
CREATE INDEX moves_of_new ON moves (new_id);
CREATE INDEX moves_by_end ON moves (until);

-- Where a moved row belongs if the move is undone. "row_id", "account_id" and "patient_id" are plain numbers: the row may
-- be gone by then.
CREATE TABLE moved_rows (
    takeover_id INTEGER NOT NULL REFERENCES moves (takeover_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('VISIT', 'DRAFT', 'REQUEST', 'MATTER')),
    row_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    patient_id INTEGER,
    PRIMARY KEY (takeover_id, kind, row_id)
) STRICT;

CREATE INDEX representations_by_end ON representations (suspended_until) WHERE suspended_until IS NOT NULL;

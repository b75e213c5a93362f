-- expands: yes, a new table.
-- Clinics that an account has kept to find them again.

CREATE TABLE favourites (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id) ON DELETE CASCADE,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, clinic_id)
) STRICT;

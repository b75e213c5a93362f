-- expands: yes, new tables and columns that may be left out.
-- One-time links that make a person a member of a clinic's staff. Only the keyed index of the token is stored. made_by is
-- empty if the operator has made the link, or if that account is gone.

CREATE TABLE staff_invitations (
    id INTEGER PRIMARY KEY,
    token_index BLOB NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('REGISTRAR', 'HEAD', 'ADMIN')),
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    made_by INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    made_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    opened_by INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
    ended_at INTEGER,
    outcome TEXT CHECK (outcome IN ('ACCEPTED', 'DECLINED', 'WITHDRAWN'))
) STRICT;
CREATE INDEX staff_invitations_of_clinic ON staff_invitations (clinic_id, until);
CREATE INDEX staff_invitations_by_end ON staff_invitations (until);
CREATE INDEX staff_invitations_of_maker ON staff_invitations (made_by) WHERE made_by IS NOT NULL;
CREATE INDEX staff_invitations_opened ON staff_invitations (opened_by) WHERE opened_by IS NOT NULL;

-- Messages with whole names that are deleted from the chat at delete_at.
CREATE TABLE passing_messages (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    message_id INTEGER NOT NULL,
    shown_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, message_id)
) STRICT;
CREATE INDEX passing_messages_by_end ON passing_messages (delete_at);
CREATE INDEX passing_messages_by_age ON passing_messages (shown_at);

-- menu: the role whose commands the chat shows. digest_off: the member wants no digest in the morning. digest_day: the
-- last local day for which the clinic's digest was planned.
ALTER TABLE accounts ADD COLUMN menu TEXT;
ALTER TABLE accounts ADD COLUMN digest_off INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clinics ADD COLUMN digest_day TEXT;
CREATE INDEX accounts_with_menu ON accounts (reachable) WHERE role IS NOT NULL OR menu IS NOT NULL;
CREATE INDEX open_matters ON desk_matters (opened_at) WHERE closed_at IS NULL;

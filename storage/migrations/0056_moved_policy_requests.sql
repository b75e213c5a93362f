-- expands: yes, a new table only.
-- The applications for a policy that a takeover has moved; account_id is where they return to if it is undone.
CREATE TABLE moved_policy_requests (
    takeover_id INTEGER NOT NULL REFERENCES moves (takeover_id) ON DELETE CASCADE,
    request_id INTEGER NOT NULL REFERENCES policy_requests (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL,
    PRIMARY KEY (takeover_id, request_id)
) STRICT;
CREATE INDEX moved_policy_requests_of ON moved_policy_requests (request_id);

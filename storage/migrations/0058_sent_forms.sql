-- expands: yes, a new table only.
-- What the desk was sent with an application for a policy, each time: names, date of birth and the masked SNILS, sealed.
CREATE TABLE policy_request_versions (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL UNIQUE,
    request_id INTEGER NOT NULL REFERENCES policy_requests (id) ON DELETE CASCADE,
    sent_at INTEGER NOT NULL,
    sealed_data BLOB NOT NULL
) STRICT;
CREATE INDEX policy_request_versions_of ON policy_request_versions (request_id, id);

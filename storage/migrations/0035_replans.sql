-- expands: yes, a new table that an older release leaves alone.
-- Practices whose slots are to be brought up to their template: an import marks them in the transaction that writes the
-- file, and opens their days afterwards in short units of work. What a killed import has left, the bot goes on with.
CREATE TABLE registry_replans (
    doctor_id INTEGER PRIMARY KEY REFERENCES registry_doctors (id),
    marked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX registry_replans_by_time ON registry_replans (marked_at);

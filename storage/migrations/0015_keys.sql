-- expands: yes, new tables and columns that may be left out; the release before refuses access codes that are set since.
-- Each key has a canary, so that a start with a wrong key stops. Access codes are sealed as well.

CREATE TABLE secret_canaries (
    id TEXT PRIMARY KEY,
    sealed_canary BLOB NOT NULL
) STRICT;

-- ACTIVE: everything is indexed by this key. MOVING: reindexing to it has begun and not ended. OLD: it was active until
-- "moved_at" and still finds what was made before and cannot be recomputed.
CREATE TABLE index_canaries (
    canary BLOB PRIMARY KEY,
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'MOVING', 'OLD')),
    moved_at INTEGER
) STRICT;
CREATE UNIQUE INDEX one_active_index_key ON index_canaries (state) WHERE state = 'ACTIVE';

-- Where sealed_digest has a value, digest is empty. "keyed_by" is the canary of the index key of the digest, unless it
-- was made by an earlier release.
ALTER TABLE pins ADD COLUMN sealed_digest BLOB;
ALTER TABLE pins ADD COLUMN keyed_by BLOB;
ALTER TABLE offered_pins ADD COLUMN sealed_digest BLOB;
ALTER TABLE offered_pins ADD COLUMN keyed_by BLOB;

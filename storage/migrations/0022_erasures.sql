-- expands: yes, a new table and triggers that fill it.
-- The numbers of erased accounts and cards, until they stand in erasures.log beside the database: a copy of the database
-- that was made before an erasure is erased again by that file when it is restored.

CREATE TABLE erased (
    kind TEXT NOT NULL CHECK (kind IN ('account', 'patient')),
    row_id INTEGER NOT NULL,
    PRIMARY KEY (kind, row_id)
) STRICT;

CREATE TRIGGER account_erased AFTER DELETE ON accounts BEGIN
    INSERT INTO erased (kind, row_id) VALUES ('account', OLD.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER patient_erased AFTER DELETE ON patients BEGIN
    INSERT INTO erased (kind, row_id) VALUES ('patient', OLD.id) ON CONFLICT DO NOTHING;
END;

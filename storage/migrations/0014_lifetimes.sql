-- expands: yes, indexes, and moments in rows that no release reads.
-- Everything that is kept for a time only is found by its age; consents of erased accounts end with their account.

CREATE INDEX accounts_by_age ON accounts (created_at);
CREATE INDEX dialogs_by_age ON dialogs (asked_at);
CREATE INDEX matters_by_age ON desk_matters (opened_at);
UPDATE consents SET revoked_at = coalesce((SELECT max(a.at) FROM audit a), given_at)
WHERE account_id IS NULL AND revoked_at IS NULL;

-- name: give!
INSERT INTO consents (account_id, purpose, version, digest, given_at)
VALUES (:account, :purpose, :version, :digest, :now)
ON CONFLICT (account_id, purpose, version) WHERE revoked_at IS NULL DO NOTHING;

-- name: revoke!
UPDATE consents SET revoked_at = :now WHERE account_id = :account AND purpose = :purpose AND revoked_at IS NULL;

-- name: list_of
SELECT c.purpose, c.version, c.given_at, c.revoked_at FROM consents c
WHERE c.account_id = :account AND c.id = (
    SELECT max(newest.id) FROM consents newest
    WHERE newest.account_id = :account AND newest.purpose = c.purpose
)
ORDER BY c.purpose;

-- name: withdrawn_before
SELECT DISTINCT c.account_id FROM consents c
WHERE c.revoked_at < :moment AND c.revoked_at IS NOT NULL AND c.account_id IS NOT NULL
    AND c.purpose IN ('REPRESENTATIVE', 'PATIENT')
    AND NOT EXISTS (
        SELECT 1 FROM consents again
        WHERE again.account_id = c.account_id AND again.purpose = c.purpose
            AND (again.revoked_at IS NULL OR again.revoked_at >= :moment)
    )
ORDER BY c.account_id LIMIT :limit;

-- name: forget!
DELETE FROM consents WHERE revoked_at < :before AND revoked_at IS NOT NULL;

-- What was sent with an application, each time.

-- name: add_application_version!
INSERT INTO application_versions (uid, application_id, sent_at, sealed_data)
VALUES (:uid, :application, :now, :data);

-- name: list_application_versions
SELECT uid, sent_at, sealed_data FROM application_versions WHERE application_id = :application ORDER BY id;

-- name: add_policy_request_version!
INSERT INTO policy_request_versions (uid, request_id, sent_at, sealed_data)
VALUES (:uid, :request, :now, :data);

-- name: list_policy_request_versions
SELECT uid, sent_at, sealed_data FROM policy_request_versions WHERE request_id = :request ORDER BY id;

-- People, their seats in workspaces, sign-ins and keys.

-- A person. Not a tenant table: one person may sit in several workspaces.
CREATE TABLE users (
    id             uuid PRIMARY KEY,
    email          text NOT NULL,
    name           text NOT NULL,
    password_hash  text NOT NULL,
    locale         text NOT NULL DEFAULT 'en',
    time_zone      text NOT NULL DEFAULT 'UTC',
    theme          text NOT NULL DEFAULT 'auto' CHECK (theme IN ('auto', 'light', 'dark')),
    created_at     timestamptz NOT NULL,
    -- Since when it is known that the person reads this address: they followed a link sent there.
    email_proven_at timestamptz,
    deactivated_at timestamptz
);
CREATE UNIQUE INDEX users_email ON users (lower(email));
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO socialsync_people;

CREATE TABLE memberships (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role         text NOT NULL CHECK (role IN ('viewer', 'agent', 'admin', 'owner')),
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);
CALL make_tenant_table('memberships', 'people', 'system');

-- Members of a workspace see each other's names; never the hash, and nobody else.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY people ON users TO socialsync_people USING (true) WITH CHECK (true);
CREATE POLICY members ON users FOR SELECT TO socialsync_app
    USING (EXISTS (SELECT FROM memberships WHERE user_id = users.id));
GRANT SELECT (id, email, name, locale, time_zone) ON users TO socialsync_app;

CREATE TABLE invitations (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    email        text NOT NULL,
    role         text NOT NULL CHECK (role IN ('viewer', 'agent', 'admin', 'owner')),
    token_hash   bytea NOT NULL UNIQUE,
    invited_by   uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    accepted_at  timestamptz,
    revoked_at   timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX invitations_email ON invitations (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
CALL make_tenant_table('invitations', 'people');

-- One sign-in: a browser's cookie session or a client's family of refresh tokens.
CREATE TABLE sessions (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind          text NOT NULL CHECK (kind IN ('browser', 'api')),
    workspace_id  uuid REFERENCES workspaces ON DELETE SET NULL,
    -- SHA-256 of the cookie's secret; a browser session only.
    secret_hash   bytea UNIQUE,
    user_agent    text NOT NULL DEFAULT '',
    address       text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    revoke_reason text
);
CREATE INDEX sessions_user ON sessions (user_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO socialsync_people;

-- The refresh tokens of a session, one generation after the other.
CREATE TABLE refresh_tokens (
    session_id  uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    generation  integer NOT NULL,
    token_hash  bytea NOT NULL UNIQUE,
    -- The successor, sealed, so that parallel refreshes of one token get the same answer.
    successor   bytea,
    successor_key text,
    created_at  timestamptz NOT NULL,
    used_at     timestamptz,
    PRIMARY KEY (session_id, generation)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_tokens TO socialsync_people;

CREATE TABLE password_resets (
    token_hash bytea PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO socialsync_people;

-- Failed sign-ins by account and by address, for limits that survive a restart.
CREATE TABLE sign_in_attempts (
    subject    text NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_subject ON sign_in_attempts (subject, at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO socialsync_people;

CREATE TABLE api_keys (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    name         text NOT NULL,
    role         text NOT NULL CHECK (role IN ('viewer', 'agent', 'admin', 'owner')),
    -- The first characters, to recognise it by.
    hint         text NOT NULL,
    key_hash     bytea NOT NULL UNIQUE,
    created_by   uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CALL make_tenant_table('api_keys', 'people');

-- Answers of writes that carried an Idempotency-Key, kept for a day.
CREATE TABLE idempotency_keys (
    workspace_id  uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    caller        text NOT NULL,
    key           text NOT NULL,
    request_hash  bytea NOT NULL,
    -- Absent while the first request is still running.
    status        integer,
    content_type  text,
    body          bytea,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, caller, key)
);
CALL make_tenant_table('idempotency_keys');

-- Who changed what: members, roles, channels, settings.
CREATE TABLE audit_log (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    at           timestamptz NOT NULL,
    actor        text NOT NULL,
    action       text NOT NULL,
    subject      text NOT NULL,
    details      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (workspace_id, id)
);
CALL make_tenant_table('audit_log');

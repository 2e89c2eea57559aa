-- Roles, the tenant policy, workspaces, processes and the webhook journal.
--
-- Three roles besides the owner, none of which can log in or owns a table:
--   socialsync_app     every tenant transaction; sees the rows of one workspace
--   socialsync_people  people, their seats, sign-ins and keys; nothing of a workspace's business
--   socialsync_system  the few named cross-tenant questions of lib/db
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['socialsync_app', 'socialsync_people', 'socialsync_system'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
        BEGIN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        EXCEPTION WHEN unique_violation THEN NULL;
        END;
    END LOOP;
END $$;

CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS unaccent;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO socialsync_app, socialsync_people, socialsync_system;

-- The workspace of this transaction. A transaction-local setting reads back as '' once its
-- transaction is over, hence NULLIF: no workspace means no row.
CREATE FUNCTION current_workspace() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('socialsync.workspace', true), '')::uuid;

-- Makes a table a tenant table: row level security, forced also for its owner, one policy for
-- the tenant, and, where named, one for the roles that look across tenants.
CREATE PROCEDURE make_tenant_table(target regclass, VARIADIC across text[] DEFAULT '{}')
    LANGUAGE plpgsql AS $$
DECLARE role_name text;
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY tenant ON %s TO socialsync_app
            USING (workspace_id = (SELECT current_workspace()))
            WITH CHECK (workspace_id = (SELECT current_workspace()))', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO socialsync_app', target);
    FOREACH role_name IN ARRAY across LOOP
        EXECUTE format('CREATE POLICY %I ON %s TO socialsync_%s USING (true) WITH CHECK (true)', role_name, target, role_name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO socialsync_%s', target, role_name);
    END LOOP;
END $$;

-- A tenant.
CREATE TABLE workspaces (
    workspace_id uuid PRIMARY KEY,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    locale       text NOT NULL DEFAULT 'en',
    time_zone    text NOT NULL DEFAULT 'UTC',
    created_at   timestamptz NOT NULL,
    -- Since when the list of first steps is put away.
    first_steps_dismissed_at timestamptz
);
CALL make_tenant_table('workspaces', 'people', 'system');

-- One running process. It also holds a session-level advisory lock on lock_key for as long as it
-- lives, so that its end is known at once.
CREATE TABLE processes (
    id         uuid PRIMARY KEY,
    lock_key   bigint NOT NULL UNIQUE,
    host       text NOT NULL,
    pid        integer NOT NULL,
    roles      text[] NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON processes TO socialsync_system;

-- The journal: every webhook body that was answered 200, word for word.
CREATE TABLE webhook_events (
    id           uuid PRIMARY KEY,
    platform     text NOT NULL CHECK (platform IN ('instagram', 'whatsapp')),
    body         bytea NOT NULL,
    received_at  timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'pending'
                 CHECK (state IN ('pending', 'running', 'done', 'parked')),
    due_at       timestamptz NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    lease_owner  uuid,
    lease_token  bigint NOT NULL DEFAULT 0,
    leased_at    timestamptz,
    finished_at  timestamptz,
    -- What became of it: counts of events taken in, and those of accounts nobody connected.
    events       integer NOT NULL DEFAULT 0,
    unrouted     integer NOT NULL DEFAULT 0,
    error        text,
    -- The workspaces it touched, so that their admins may see it.
    workspaces   uuid[] NOT NULL DEFAULT '{}'
);
CREATE INDEX webhook_events_open ON webhook_events (due_at) WHERE state IN ('pending', 'running');
CREATE INDEX webhook_events_parked ON webhook_events (received_at) WHERE state = 'parked';
CREATE INDEX webhook_events_received ON webhook_events (received_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_events TO socialsync_system;

-- When each recurring task ran last, and which tick it was.
CREATE TABLE schedule_ticks (
    task     text PRIMARY KEY,
    tick_at  timestamptz NOT NULL,
    ran_at   timestamptz NOT NULL,
    outcome  text NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON schedule_ticks TO socialsync_system;

-- Work beside requests: a mail to send, a document to read, a tick of the schedule. A row is there
-- for as long as the work is to be done; one that failed for good stays until a person decides.
CREATE TABLE jobs (
    -- In whose name it runs. NULL: of the installation, or of a person as such.
    workspace_id uuid REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    kind         text NOT NULL,
    -- 0 high, 1 default, 2 low.
    priority     smallint NOT NULL CHECK (priority BETWEEN 0 AND 2),
    -- Of the jobs with one serial key one runs at a time, in the order they came.
    serial_key   text,
    -- Of the jobs with one job key one waits at a time; a later one takes its place.
    job_key      text,
    payload      jsonb NOT NULL,
    state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'failed')),
    attempts     integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL CHECK (max_attempts >= 1),
    due_at       timestamptz NOT NULL,
    lease_owner  uuid,
    lease_token  bigint NOT NULL DEFAULT 0,
    leased_at    timestamptz,
    -- What the last attempt ended with.
    error        text,
    created_at   timestamptz NOT NULL,
    failed_at    timestamptz,
    UNIQUE NULLS NOT DISTINCT (workspace_id, id)
);
CREATE INDEX jobs_due ON jobs (priority, due_at) WHERE state = 'pending';
CREATE INDEX jobs_serial ON jobs (serial_key, id)
    WHERE serial_key IS NOT NULL AND state IN ('pending', 'running');
CREATE UNIQUE INDEX jobs_one_of_a_series ON jobs (workspace_id, serial_key) NULLS NOT DISTINCT
    WHERE serial_key IS NOT NULL AND state = 'running';
CREATE UNIQUE INDEX jobs_one_of_a_key ON jobs (workspace_id, kind, job_key) NULLS NOT DISTINCT
    WHERE job_key IS NOT NULL AND state = 'pending';
CREATE INDEX jobs_key ON jobs (kind, job_key) WHERE job_key IS NOT NULL;
CREATE INDEX jobs_held ON jobs (lease_owner) WHERE state = 'running';
CREATE INDEX jobs_id ON jobs (id);
CALL make_tenant_table('jobs', 'system');
-- People's transactions leave jobs behind (the mail of a reset link), and see none.
CREATE POLICY people ON jobs FOR INSERT TO socialsync_people WITH CHECK (workspace_id IS NULL);
GRANT INSERT ON jobs TO socialsync_people;

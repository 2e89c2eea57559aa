-- Connected accounts and the ledger of writes to the outside world.

CREATE TABLE social_accounts (
    workspace_id   uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id             uuid NOT NULL,
    platform       text NOT NULL CHECK (platform IN ('instagram', 'whatsapp')),
    -- What webhooks name: the professional account id, or the phone number id.
    external_id    text NOT NULL,
    -- Instagram: the app-scoped id. WhatsApp: the business account (WABA) id.
    parent_id      text,
    username       text NOT NULL DEFAULT '',
    name           text NOT NULL DEFAULT '',
    picture_url    text,
    state          text NOT NULL DEFAULT 'connected'
                   CHECK (state IN ('connected', 'reconnect', 'disconnected')),
    -- Why people must act, as a stable key and the platform's own words.
    state_reason   text,
    token_sealed   bytea,
    token_key_id   text,
    token_expires_at   timestamptz,
    token_refreshed_at timestamptz,
    scopes         text[] NOT NULL DEFAULT '{}',
    automation     boolean NOT NULL DEFAULT true,
    -- Rate budget as the platform last told it: percent used, and a stop until.
    usage_percent  integer NOT NULL DEFAULT 0,
    paused_until   timestamptz,
    last_webhook_at timestamptz,
    last_checked_at timestamptz,
    health_error   text,
    connected_by   uuid,
    connected_at   timestamptz NOT NULL,
    disconnected_at timestamptz,
    PRIMARY KEY (workspace_id, id)
);
-- An account answers in one workspace at a time.
CREATE UNIQUE INDEX social_accounts_external ON social_accounts (platform, external_id)
    WHERE state <> 'disconnected';
CREATE UNIQUE INDEX social_accounts_own ON social_accounts (workspace_id, platform, external_id);
CREATE INDEX social_accounts_parent ON social_accounts (platform, parent_id);
CALL make_tenant_table('social_accounts', 'system');

-- A connect that was begun: ties the platform's answer to the person who asked.
CREATE TABLE oauth_states (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    state_hash   bytea NOT NULL,
    platform     text NOT NULL,
    user_id      uuid NOT NULL,
    redirect_uri text NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    PRIMARY KEY (workspace_id, state_hash)
);
CALL make_tenant_table('oauth_states', 'system');

-- What the platforms asked us to delete, and how far that is.
CREATE TABLE data_deletions (
    code          text PRIMARY KEY,
    platform      text NOT NULL,
    subject_hash  bytea NOT NULL,
    requested_at  timestamptz NOT NULL,
    finished_at   timestamptz,
    accounts      integer NOT NULL DEFAULT 0
);
GRANT SELECT, INSERT, UPDATE ON data_deletions TO socialsync_system;

-- Every write to the outside world: a row first, one attempt, then the outcome.
CREATE TABLE effects (
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id              uuid NOT NULL,
    kind            text NOT NULL,
    -- What it acts on; one effect of a kind for a subject, ever.
    subject         text NOT NULL,
    account_id      uuid NOT NULL,
    -- Effects of one lane are sent one after the other, in order of seq.
    lane            text NOT NULL,
    seq             bigint GENERATED ALWAYS AS IDENTITY,
    conversation_id uuid,
    message_id      uuid,
    -- The conversation's epoch that it was written for; null when a person wrote it.
    epoch           bigint,
    request         jsonb NOT NULL,
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN
                    ('pending', 'in_flight', 'confirmed', 'failed', 'unknown', 'cancelled')),
    due_at          timestamptz NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    lease_owner     uuid,
    lease_token     bigint NOT NULL DEFAULT 0,
    leased_at       timestamptz,
    -- When the last attempt may have reached the platform.
    attempted_at    timestamptz,
    -- How often an unknown outcome was asked for.
    checks          integer NOT NULL DEFAULT 0,
    -- An unknown outcome that only a person can settle; it no longer holds up its lane.
    resting         boolean NOT NULL DEFAULT false,
    provider_id     text,
    error_class     text,
    error           text,
    created_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, kind, subject),
    FOREIGN KEY (workspace_id, account_id) REFERENCES social_accounts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX effects_open ON effects (due_at) WHERE state IN ('pending', 'in_flight', 'unknown');
CREATE INDEX effects_lane ON effects (workspace_id, lane, seq) WHERE state IN ('pending', 'in_flight', 'unknown');
CREATE INDEX effects_conversation ON effects (workspace_id, conversation_id) WHERE state IN ('pending', 'in_flight', 'unknown');
CREATE INDEX effects_provider ON effects (workspace_id, account_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX effects_message ON effects (workspace_id, message_id);
CREATE INDEX effects_recent ON effects (workspace_id, created_at);
CALL make_tenant_table('effects', 'system');

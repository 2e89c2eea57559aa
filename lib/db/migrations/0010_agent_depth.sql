-- The agent at full depth: settings in versions, drafts in shadow, and what models cost.

-- The migrating role owns these tables and may not pass over their policies.
ALTER TABLE ai_settings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_channel_modes NO FORCE ROW LEVEL SECURITY;

-- Settings are one document, written whole, so that a version is exactly what was in force. Keys
-- are no part of it.
ALTER TABLE ai_settings
    ADD COLUMN settings jsonb,
    -- The key of a moderation that differs from the model's provider.
    ADD COLUMN moderation_key_sealed bytea,
    ADD COLUMN moderation_key_id text;
UPDATE ai_settings s SET settings = jsonb_build_object(
    'mode', s.mode,
    'channel_modes', (SELECT coalesce(jsonb_object_agg(m.account_id, m.mode), '{}')
                      FROM ai_channel_modes m WHERE m.workspace_id = s.workspace_id),
    'base_url', s.base_url,
    'model', s.model,
    'fallback_models', s.fallback_models,
    'temperature', s.temperature,
    'top_p', s.top_p,
    'max_output_tokens', s.max_output_tokens,
    'instructions', s.instructions,
    'tone', s.tone,
    'language', s.language,
    'confidence', s.confidence,
    'blocked_keywords', s.blocked_keywords,
    'blocked_phrases', s.blocked_phrases,
    'ignore_examples', s.ignore_examples,
    'business_hours', s.business_hours,
    'outside_hours', s.outside_hours,
    'escalation_notice', s.escalation_notice,
    'notify_emails', s.notify_emails
);
ALTER TABLE ai_settings
    ALTER COLUMN settings SET NOT NULL,
    DROP COLUMN mode,
    DROP COLUMN base_url,
    DROP COLUMN model,
    DROP COLUMN fallback_models,
    DROP COLUMN temperature,
    DROP COLUMN top_p,
    DROP COLUMN max_output_tokens,
    DROP COLUMN instructions,
    DROP COLUMN tone,
    DROP COLUMN language,
    DROP COLUMN confidence,
    DROP COLUMN blocked_keywords,
    DROP COLUMN blocked_phrases,
    DROP COLUMN ignore_examples,
    DROP COLUMN business_hours,
    DROP COLUMN outside_hours,
    DROP COLUMN escalation_notice,
    DROP COLUMN notify_emails;
DROP TABLE ai_channel_modes;

-- Every save, never changed again.
CREATE TABLE ai_settings_versions (
    workspace_id  uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id            uuid NOT NULL,
    -- Counts up from 1 within the workspace; runs and decisions name it.
    version       integer NOT NULL,
    settings      jsonb NOT NULL,
    -- The fields that differ from the version before.
    changed       text[] NOT NULL DEFAULT '{}',
    note          text NOT NULL DEFAULT '',
    -- The version that was returned to.
    restores      integer,
    -- The evaluation on whose strength it was released.
    evaluation_id uuid,
    -- A member or a key; neither is the product itself.
    saved_by      uuid,
    saved_by_key  uuid,
    saved_at      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, version)
);
INSERT INTO ai_settings_versions (workspace_id, id, version, settings, saved_by, saved_at)
    SELECT workspace_id, uuidv7(), version, settings, updated_by, updated_at FROM ai_settings;
CALL make_tenant_table('ai_settings_versions');
ALTER TABLE ai_settings FORCE ROW LEVEL SECURITY;

-- Every call to a model: what it used, and what it cost in millionths of a US dollar.
CREATE TABLE ai_usage (
    workspace_id      uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id                uuid NOT NULL,
    at                timestamptz NOT NULL,
    run_id            uuid,
    -- answer, moderation, and what else features ask models for.
    purpose           text NOT NULL,
    -- The provider's host.
    provider          text NOT NULL,
    model             text NOT NULL,
    prompt_tokens     integer NOT NULL DEFAULT 0,
    completion_tokens integer NOT NULL DEFAULT 0,
    cached_tokens     integer NOT NULL DEFAULT 0,
    reasoning_tokens  integer NOT NULL DEFAULT 0,
    -- Absent: nobody knows.
    micro_usd         bigint,
    -- Who says so: the provider's answer, the workspace's own prices, the provider's list, nobody.
    price_source      text NOT NULL CHECK (price_source IN ('provider', 'manual', 'list', 'unknown')),
    -- The class of the error, when there was no answer.
    error             text,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX ai_usage_recent ON ai_usage (workspace_id, at DESC, id DESC);
CREATE INDEX ai_usage_run ON ai_usage (workspace_id, run_id) WHERE run_id IS NOT NULL;
CALL make_tenant_table('ai_usage');

-- The sums of the ledger above, so that a budget is looked up by one key.
CREATE TABLE ai_spend (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    period       text NOT NULL CHECK (period IN ('day', 'month')),
    -- Its first day in the workspace's time zone.
    starts_on    date NOT NULL,
    calls        integer NOT NULL DEFAULT 0,
    -- Calls whose price nobody knows.
    unpriced     integer NOT NULL DEFAULT 0,
    micro_usd    bigint NOT NULL DEFAULT 0,
    -- When people were told that the budget is spent.
    told_at      timestamptz,
    PRIMARY KEY (workspace_id, period, starts_on)
);
CALL make_tenant_table('ai_spend');

-- Drafts of the shadow mode, beside what a person then answered.
CREATE TABLE shadow_drafts (
    workspace_id    uuid NOT NULL,
    -- The run that wrote it.
    id              uuid NOT NULL,
    conversation_id uuid NOT NULL,
    -- The customer's last message that it is about.
    message_id      uuid NOT NULL,
    -- What the agent would have done: send, suggest, escalate.
    would           text NOT NULL CHECK (would IN ('send', 'suggest', 'escalate')),
    reason          text NOT NULL,
    -- Empty when it would have asked a person.
    text            text NOT NULL DEFAULT '',
    sources         jsonb NOT NULL DEFAULT '[]',
    confidence      real,
    settings_version integer NOT NULL,
    created_at      timestamptz NOT NULL,
    -- The first answer of a person after that message.
    answer_id       uuid,
    answered_at     timestamptz,
    -- How alike draft and answer are, 0 to 1.
    likeness        real,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX shadow_drafts_recent ON shadow_drafts (workspace_id, created_at DESC, id DESC);
CREATE INDEX shadow_drafts_unanswered ON shadow_drafts (workspace_id, conversation_id) WHERE answer_id IS NULL;
CALL make_tenant_table('shadow_drafts');

-- A message that was only drafted for in shadow has an outcome of its own.
ALTER TABLE ai_decisions
    DROP CONSTRAINT ai_decisions_outcome_check,
    ADD CONSTRAINT ai_decisions_outcome_check
        CHECK (outcome IN ('answered', 'suggested', 'escalated', 'silent', 'shadowed', 'failed'));

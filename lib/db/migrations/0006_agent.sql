-- The agent: settings, runs, decisions and escalations.

CREATE TABLE ai_settings (
    workspace_id      uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    -- off: nothing is drafted. suggest: drafts wait for a person. auto: confident ones are sent.
    mode              text NOT NULL DEFAULT 'suggest' CHECK (mode IN ('off', 'suggest', 'auto')),
    -- Where the model is reached; absent means the built-in extractive mode.
    base_url          text,
    key_sealed        bytea,
    key_id            text,
    model             text NOT NULL DEFAULT '',
    fallback_models   text[] NOT NULL DEFAULT '{}',
    temperature       real NOT NULL DEFAULT 0.3,
    top_p             real NOT NULL DEFAULT 1.0,
    max_output_tokens integer NOT NULL DEFAULT 600,
    instructions      text NOT NULL DEFAULT '',
    tone              text NOT NULL DEFAULT 'friendly',
    -- 'auto' answers in the customer's language.
    language          text NOT NULL DEFAULT 'auto',
    confidence        real NOT NULL DEFAULT 0.7 CHECK (confidence BETWEEN 0 AND 1),
    -- Guardrails checked before a model is called.
    blocked_keywords  text[] NOT NULL DEFAULT '{}',
    blocked_phrases   text[] NOT NULL DEFAULT '{}',
    ignore_examples   text[] NOT NULL DEFAULT '{}',
    -- Weekly opening, as [{"day": 1, "from": "09:00", "to": "18:00"}]; empty means always.
    business_hours    jsonb NOT NULL DEFAULT '[]',
    outside_hours     text NOT NULL DEFAULT 'answer' CHECK (outside_hours IN ('answer', 'silent')),
    escalation_notice jsonb NOT NULL DEFAULT '{}',
    notify_emails     text[] NOT NULL DEFAULT '{}',
    version           integer NOT NULL DEFAULT 1,
    updated_by        uuid,
    updated_at        timestamptz NOT NULL
);
CALL make_tenant_table('ai_settings');

-- Modes that differ from the workspace's on one channel.
CREATE TABLE ai_channel_modes (
    workspace_id uuid NOT NULL,
    account_id   uuid NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('off', 'suggest', 'auto')),
    PRIMARY KEY (workspace_id, account_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES social_accounts (workspace_id, id) ON DELETE CASCADE
);
CALL make_tenant_table('ai_channel_modes');

-- One pass of the agent over a conversation; a ledger: claimed by workers, steps kept.
CREATE TABLE agent_runs (
    workspace_id    uuid NOT NULL,
    id              uuid NOT NULL,
    conversation_id uuid NOT NULL,
    -- The conversation's epoch it works for (set again when it starts).
    epoch           bigint NOT NULL,
    state           text NOT NULL DEFAULT 'pending'
                    CHECK (state IN ('pending', 'running', 'done', 'superseded', 'failed')),
    due_at          timestamptz NOT NULL,
    -- A talkative customer is answered by then all the same.
    latest_at       timestamptz NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    lease_owner     uuid,
    lease_token     bigint NOT NULL DEFAULT 0,
    leased_at       timestamptz,
    settings_version integer,
    mode            text,
    model           text,
    outcome         text,
    reason          text,
    language        text,
    confidence      real,
    prompt_tokens   integer NOT NULL DEFAULT 0,
    completion_tokens integer NOT NULL DEFAULT 0,
    cost_usd        numeric(14, 8) NOT NULL DEFAULT 0,
    answer          text,
    error           text,
    created_at      timestamptz NOT NULL,
    started_at      timestamptz,
    finished_at     timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
-- At most one waits and at most one works for a conversation.
CREATE UNIQUE INDEX agent_runs_pending ON agent_runs (workspace_id, conversation_id) WHERE state = 'pending';
CREATE UNIQUE INDEX agent_runs_running ON agent_runs (workspace_id, conversation_id) WHERE state = 'running';
CREATE INDEX agent_runs_open ON agent_runs (due_at) WHERE state IN ('pending', 'running');
CREATE INDEX agent_runs_conversation ON agent_runs (workspace_id, conversation_id, created_at DESC);
CALL make_tenant_table('agent_runs', 'system');

-- The checkpoints of a run: what each step did and got, so that nothing is paid for twice.
CREATE TABLE agent_steps (
    workspace_id uuid NOT NULL,
    run_id       uuid NOT NULL,
    ordinal      integer NOT NULL,
    kind         text NOT NULL,
    details      jsonb NOT NULL,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, run_id, ordinal),
    FOREIGN KEY (workspace_id, run_id) REFERENCES agent_runs (workspace_id, id) ON DELETE CASCADE
);
CALL make_tenant_table('agent_steps');

-- Why each inbound message was answered, or not: exactly one for each.
CREATE TABLE ai_decisions (
    workspace_id    uuid NOT NULL,
    id              uuid NOT NULL,
    message_id      uuid NOT NULL,
    conversation_id uuid NOT NULL,
    run_id          uuid,
    -- answered, suggested, escalated, silent, failed
    outcome         text NOT NULL CHECK (outcome IN ('answered', 'suggested', 'escalated', 'silent', 'failed')),
    -- A stable key such as human_owns, mode_off, low_confidence, customer_asked_for_human.
    reason          text NOT NULL,
    -- Rules tried, gates passed, chunks with scores, tool calls, tokens, cost, versions.
    explanation     jsonb NOT NULL,
    confidence      real,
    reply_message_id uuid,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, message_id),
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ai_decisions_recent ON ai_decisions (workspace_id, created_at DESC, id DESC);
CREATE INDEX ai_decisions_conversation ON ai_decisions (workspace_id, conversation_id, created_at DESC);
CALL make_tenant_table('ai_decisions');

CREATE TABLE support_escalations (
    workspace_id    uuid NOT NULL,
    id              uuid NOT NULL,
    conversation_id uuid NOT NULL,
    run_id          uuid,
    category        text NOT NULL,
    reason          text NOT NULL,
    state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    created_at      timestamptz NOT NULL,
    closed_at       timestamptz,
    closed_by       uuid,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX support_escalations_open ON support_escalations (workspace_id, conversation_id) WHERE state = 'open';
CALL make_tenant_table('support_escalations');

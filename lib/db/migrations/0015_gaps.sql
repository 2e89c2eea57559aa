-- What customers ask and nobody has written down, grouped by meaning.

-- A group of questions. What it asks is what its questions ask: nothing of it is kept here.
CREATE TABLE knowledge_gaps (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    -- Nobody wants to see it: new questions like these stay out of sight, too.
    dismissed_at timestamptz,
    dismissed_by uuid,
    -- The answer that somebody wrote for it, and when. Only questions that came later and find no
    -- answer open it again.
    faq_id       uuid,
    closed_at    timestamptz,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, faq_id) REFERENCES faq_qa (workspace_id, id) ON DELETE SET NULL (faq_id)
);
CREATE INDEX knowledge_gaps_faq ON knowledge_gaps (workspace_id, faq_id) WHERE faq_id IS NOT NULL;
CALL make_tenant_table('knowledge_gaps');

-- A question that was asked. Its words stay in the message, and it goes with the message.
CREATE TABLE gap_questions (
    workspace_id uuid NOT NULL,
    -- The customer's message; the last of those that were decided about together.
    id           uuid NOT NULL,
    gap_id       uuid,
    -- unanswered: nothing known answered it. corrected: a person marked the answer wrong. replaced:
    -- a person answered something else than the draft. answered: it was answered; only to see what
    -- a new answer would change.
    kind         text NOT NULL CHECK (kind IN ('unanswered', 'corrected', 'replaced', 'answered')),
    asked_at     timestamptz NOT NULL,
    language     text NOT NULL,
    -- How near it is to the others of its group, on average.
    centrality   real NOT NULL DEFAULT 0,
    -- Passages that were used for an answer that a person did not want.
    blamed       uuid[] NOT NULL DEFAULT '{}',
    -- Whether the knowledge answers it by now, how sure its best passage is, and the state of the
    -- knowledge (knowledge_state.stamp) that was asked.
    answered     boolean NOT NULL DEFAULT false,
    score        real NOT NULL DEFAULT 0,
    stamp        uuid,
    -- The question as a vector and the model that made it.
    model        text,
    vector       real[],
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, gap_id) REFERENCES knowledge_gaps (workspace_id, id) ON DELETE SET NULL (gap_id)
);
CREATE INDEX gap_questions_gap ON gap_questions (workspace_id, gap_id);
CALL make_tenant_table('gap_questions');

-- When questions were grouped last.
CREATE TABLE gap_state (
    workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    -- Since when somebody waits for it.
    wanted_at    timestamptz,
    refreshed_at timestamptz,
    -- Of the knowledge, then.
    stamp        uuid,
    -- Whether by meaning; else by words alone.
    by_meaning   boolean NOT NULL DEFAULT false
);
CALL make_tenant_table('gap_state', 'system');

-- Which workspaces have something new to group.
CREATE INDEX agent_runs_reason ON agent_runs (workspace_id, reason, finished_at);

-- What was asked in a message that was decided about: with those that were decided about together.
CREATE FUNCTION asked_text(message uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(string_agg(m.text, E'\n' ORDER BY m.sent_at, m.id), '')
    FROM ai_decisions own
    JOIN ai_decisions d ON d.workspace_id = own.workspace_id
        AND d.conversation_id = own.conversation_id
        AND (d.message_id = own.message_id OR d.run_id = own.run_id)
    JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
    WHERE own.workspace_id = (SELECT current_workspace()) AND own.message_id = message
        AND m.deleted_at IS NULL AND m.text <> ''
$$;

-- What a person answered to a message: their first words within two weeks and those behind them, up
-- to the customer's next word.
CREATE FUNCTION answered_by_person(message uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(o.text, E'\n' ORDER BY o.sent_at, o.id)
    FROM messages m
    CROSS JOIN LATERAL (
        SELECT f.sent_at FROM messages f
        WHERE f.workspace_id = m.workspace_id AND f.conversation_id = m.conversation_id
            AND f.direction = 'outbound' AND f.author IN ('human', 'native') AND f.text <> ''
            AND f.deleted_at IS NULL AND f.state NOT IN ('failed', 'cancelled')
            AND f.sent_at >= m.sent_at AND f.sent_at < m.sent_at + interval '14 days'
        ORDER BY f.sent_at, f.id LIMIT 1) first
    JOIN messages o ON o.workspace_id = m.workspace_id AND o.conversation_id = m.conversation_id
        AND o.direction = 'outbound' AND o.author IN ('human', 'native') AND o.text <> ''
        AND o.deleted_at IS NULL AND o.state NOT IN ('failed', 'cancelled')
        AND o.sent_at >= first.sent_at AND o.sent_at < first.sent_at + interval '1 hour'
    WHERE m.workspace_id = (SELECT current_workspace()) AND m.id = message
        AND NOT EXISTS (SELECT FROM messages n
            WHERE n.workspace_id = m.workspace_id AND n.conversation_id = m.conversation_id
                AND n.direction = 'inbound' AND n.sent_at > first.sent_at AND n.sent_at <= o.sent_at)
$$;

-- Comments under the business's posts: what was written, what was decided, what was answered.

CREATE TABLE posts (
    workspace_id  uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id            uuid NOT NULL,
    account_id    uuid NOT NULL,
    -- The platform's media id.
    external_id   text NOT NULL,
    -- FEED, REELS, STORY, AD, LIVE, …, as the platform names it; empty when it does not.
    kind          text NOT NULL DEFAULT '',
    caption       text NOT NULL DEFAULT '',
    permalink     text,
    first_seen_at timestamptz NOT NULL,
    -- When the platform was last asked for its words; absent when never.
    read_at       timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, external_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES social_accounts (workspace_id, id) ON DELETE CASCADE
);
CALL make_tenant_table('posts');

CREATE TABLE comments (
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id              uuid NOT NULL,
    account_id      uuid NOT NULL,
    -- Absent while the platform has not named it.
    post_id         uuid,
    external_id     text NOT NULL,
    -- The comment that it answers.
    parent_external_id text,
    -- The platform's id of the comment directly under the post that it stands with: often itself.
    thread          text NOT NULL,
    author_id       text,
    author_username text NOT NULL DEFAULT '',
    text            text NOT NULL DEFAULT '',
    live            boolean NOT NULL DEFAULT false,
    -- Written by the account itself, elsewhere than here.
    own             boolean NOT NULL DEFAULT false,
    written_at      timestamptz NOT NULL,
    received_at     timestamptz NOT NULL,
    hidden          boolean NOT NULL DEFAULT false,
    -- Since when it is known to be deleted.
    gone_at         timestamptz,
    -- waiting: nobody has decided yet. suggested: a draft waits. needs_person. answered. done.
    state           text NOT NULL CHECK (state IN
                    ('waiting', 'suggested', 'needs_person', 'answered', 'done')),
    -- Raised by whatever makes a draft yesterday's: what a person answered, here or elsewhere.
    epoch           bigint NOT NULL DEFAULT 1,
    epoch_cause     text NOT NULL DEFAULT 'inbound',
    -- What waits for a person's approval.
    draft           text,
    -- How many replies were made, and how often it was hidden or shown: each is an effect of its own.
    reply_turns     bigint NOT NULL DEFAULT 0,
    hide_turns      bigint NOT NULL DEFAULT 0,
    -- What is asked of the platform and not yet confirmed.
    hiding          boolean,
    hide_error      text,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, external_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES social_accounts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, post_id) REFERENCES posts (workspace_id, id) ON DELETE SET NULL (post_id)
);
CREATE INDEX comments_thread ON comments (workspace_id, account_id, thread);
CREATE INDEX comments_post ON comments (workspace_id, post_id);
CREATE INDEX comments_author ON comments (workspace_id, author_id) WHERE author_id IS NOT NULL;
CREATE INDEX comments_list ON comments (workspace_id, id DESC) WHERE NOT own;
CREATE INDEX comments_state ON comments (workspace_id, state, id DESC) WHERE NOT own;
CALL make_tenant_table('comments');

-- What the business answers here, the AI or a person: each is one write to the platform.
CREATE TABLE comment_replies (
    workspace_id uuid NOT NULL,
    id           uuid NOT NULL,
    comment_id   uuid NOT NULL,
    turn         bigint NOT NULL,
    author       text NOT NULL CHECK (author IN ('ai', 'human')),
    user_id      uuid,
    text         text NOT NULL,
    state        text NOT NULL DEFAULT 'queued' CHECK (state IN
                 ('queued', 'sent', 'failed', 'unknown', 'cancelled')),
    -- What happened, for people; why it was withdrawn, as a stable key.
    error        text,
    effect_id    uuid NOT NULL,
    external_id  text,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, comment_id, turn),
    FOREIGN KEY (workspace_id, comment_id) REFERENCES comments (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX comment_replies_effect ON comment_replies (workspace_id, effect_id);
CALL make_tenant_table('comment_replies');

-- Why each inbound comment was answered, or not: exactly one for each.
CREATE TABLE comment_decisions (
    workspace_id uuid NOT NULL,
    id           uuid NOT NULL,
    comment_id   uuid NOT NULL,
    outcome      text NOT NULL CHECK (outcome IN
                 ('answered', 'suggested', 'escalated', 'silent', 'shadowed', 'failed')),
    reason       text NOT NULL,
    -- Rules tried, passages with scores, tool calls, tokens, cost, versions.
    explanation  jsonb NOT NULL,
    -- What was answered, offered, or considered.
    text         text,
    confidence   real,
    model        text,
    settings_version integer NOT NULL,
    -- In millionths of a US dollar; absent when nobody knows.
    micro_usd    bigint,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, comment_id),
    FOREIGN KEY (workspace_id, comment_id) REFERENCES comments (workspace_id, id) ON DELETE CASCADE
);
CALL make_tenant_table('comment_decisions');

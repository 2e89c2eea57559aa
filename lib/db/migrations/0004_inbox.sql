-- Contacts, conversations and messages.

CREATE TABLE contacts (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    platform     text NOT NULL CHECK (platform IN ('instagram', 'whatsapp')),
    name         text NOT NULL DEFAULT '',
    username     text NOT NULL DEFAULT '',
    phone        text NOT NULL DEFAULT '',
    picture_url  text,
    language     text,
    -- WhatsApp: the person asked for no more marketing.
    marketing_stopped boolean NOT NULL DEFAULT false,
    notes        text NOT NULL DEFAULT '',
    profile_checked_at timestamptz,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX contacts_name ON contacts
    USING gin (workspace_id, (name || ' ' || username || ' ' || phone) gin_trgm_ops);
CREATE INDEX contacts_unchecked ON contacts (first_seen_at) WHERE platform = 'instagram' AND profile_checked_at IS NULL;
CALL make_tenant_table('contacts', 'system');

-- The workspace's contacts whose name, handle or number is like this, at most so many. ILIKE is not
-- leakproof, so under the tenant policy PostgreSQL reads every contact instead of the index; this
-- function passes over the policy and names the workspace itself.
CREATE FUNCTION find_contacts(pattern text, most integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT id FROM contacts
        WHERE workspace_id = current_workspace()
          AND (name || ' ' || username || ' ' || phone) ILIKE pattern
        LIMIT most
    $$;
GRANT CREATE ON SCHEMA public TO socialsync_system;
ALTER FUNCTION find_contacts OWNER TO socialsync_system;
REVOKE CREATE ON SCHEMA public FROM socialsync_system;
REVOKE ALL ON FUNCTION find_contacts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_contacts TO socialsync_app;

-- How a platform names a contact. A WhatsApp person may have a number, a business-scoped user id
-- or both; scope is the Instagram account or the WhatsApp business account that sees the id.
CREATE TABLE contact_identities (
    workspace_id uuid NOT NULL,
    platform     text NOT NULL,
    scope        text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('igsid', 'wa_id', 'user_id', 'group')),
    value        text NOT NULL,
    contact_id   uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, platform, scope, kind, value),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_identities_contact ON contact_identities (workspace_id, contact_id);
CALL make_tenant_table('contact_identities', 'system');

-- Erased contacts, as a hash: a replayed webhook can't bring the person back.
CREATE TABLE erased_contacts (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    identity_hash bytea NOT NULL,
    erased_at    timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, identity_hash)
);
CALL make_tenant_table('erased_contacts');

CREATE TABLE conversations (
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id              uuid NOT NULL,
    account_id      uuid NOT NULL,
    contact_id      uuid NOT NULL,
    status          text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved')),
    -- Who answers: the AI, or people (after take-over, native reply or escalation).
    owner           text NOT NULL DEFAULT 'ai' CHECK (owner IN ('ai', 'human')),
    owner_reason    text,
    assignee_id     uuid,
    ai_enabled      boolean NOT NULL DEFAULT true,
    -- Raised by every inbound message, human reply, native-app reply and change of owner.
    epoch           bigint NOT NULL DEFAULT 0,
    epoch_cause     text NOT NULL DEFAULT 'created',
    -- Another application holds the thread (Instagram standby): shown, not answered.
    standby         boolean NOT NULL DEFAULT false,
    unread_count    integer NOT NULL DEFAULT 0,
    -- The badge of the list: waiting, ai_replied, replied, suggested, escalated, resolved, failed.
    badge           text NOT NULL DEFAULT 'waiting',
    last_inbound_at timestamptz,
    last_message_at timestamptz NOT NULL,
    -- The words of the last message, and what kind of thing it is (empty: there is none yet).
    last_preview    text NOT NULL DEFAULT '',
    last_kind       text NOT NULL DEFAULT '',
    last_direction  text NOT NULL DEFAULT 'inbound',
    created_at      timestamptz NOT NULL,
    resolved_at     timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, contact_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES social_accounts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX conversations_recent ON conversations (workspace_id, last_message_at DESC, id DESC);
CREATE INDEX conversations_by_status ON conversations (workspace_id, status, last_message_at DESC, id DESC);
CREATE INDEX conversations_unread ON conversations (workspace_id) WHERE unread_count > 0;
CREATE INDEX conversations_contact ON conversations (workspace_id, contact_id);
CALL make_tenant_table('conversations', 'system');

CREATE TABLE messages (
    workspace_id    uuid NOT NULL,
    id              uuid NOT NULL,
    conversation_id uuid NOT NULL,
    account_id      uuid NOT NULL,
    direction       text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    -- Who wrote it: the customer, the AI, a member, the platform's own app, or a notice of ours.
    author          text NOT NULL CHECK (author IN ('customer', 'ai', 'human', 'native', 'notice')),
    author_user_id  uuid,
    -- text, image, video, audio, file, sticker, share, story_reply, story_mention, location,
    -- contacts, quick_reply, postback, interactive, button, order, referral, system, unsupported, …
    kind            text NOT NULL,
    text            text NOT NULL DEFAULT '',
    -- Attachments, referral, payloads, location, cards, the raw part of an unsupported kind.
    details         jsonb NOT NULL DEFAULT '{}',
    external_id     text,
    reply_to        text,
    -- The platform's time for inbound ones, ours for outbound ones.
    sent_at         timestamptz NOT NULL,
    -- received for inbound; queued, sending, sent, delivered, read, played, failed, unknown,
    -- cancelled for outbound. Receipts only move it forward.
    state           text NOT NULL,
    delivered_at    timestamptz,
    read_at         timestamptz,
    error           text,
    reactions       jsonb NOT NULL DEFAULT '[]',
    edited_at       timestamptz,
    -- What it said before its writer changed it, the oldest first: a list of {text, at}.
    earlier         jsonb NOT NULL DEFAULT '[]',
    deleted_at      timestamptz,
    run_id          uuid,
    epoch           bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX messages_external ON messages (workspace_id, account_id, external_id);
CREATE INDEX messages_run ON messages (workspace_id, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX messages_thread ON messages (workspace_id, conversation_id, sent_at DESC, id DESC);
CALL make_tenant_table('messages');

-- Files of messages that are kept in the blob store: copies of what customers sent, and pictures
-- that people send. A file that no message has any more is removed when its time is up.
CREATE TABLE message_media (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    message_id   uuid,
    -- Which of the message's files it is.
    place        integer NOT NULL DEFAULT 0,
    media_type   text NOT NULL DEFAULT '',
    size         bigint NOT NULL DEFAULT 0,
    sha256       text NOT NULL DEFAULT '',
    -- The platform no longer has it: there is no blob.
    gone         boolean NOT NULL DEFAULT false,
    uploaded_by  uuid,
    -- Without a message it is removed then.
    keep_until   timestamptz,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id)
        ON DELETE SET NULL (message_id)
);
CREATE UNIQUE INDEX message_media_place ON message_media (workspace_id, message_id, place);
CREATE INDEX message_media_unused ON message_media (keep_until) WHERE message_id IS NULL;
CALL make_tenant_table('message_media', 'system');

-- Receipts, reactions, edits and unsends of messages that have not arrived yet: order does not
-- matter, so they wait here and are applied when the message comes.
CREATE TABLE early_updates (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    account_id   uuid NOT NULL,
    external_id  text NOT NULL,
    update       jsonb NOT NULL,
    received_at  timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX early_updates_target ON early_updates (workspace_id, account_id, external_id);
CALL make_tenant_table('early_updates');

-- A draft that waits for a person: written by the AI in suggest mode.
CREATE TABLE suggestions (
    workspace_id    uuid NOT NULL,
    id              uuid NOT NULL,
    conversation_id uuid NOT NULL,
    run_id          uuid NOT NULL,
    epoch           bigint NOT NULL,
    text            text NOT NULL,
    sources         jsonb NOT NULL DEFAULT '[]',
    confidence      real NOT NULL,
    state           text NOT NULL DEFAULT 'open'
                    CHECK (state IN ('open', 'approved', 'edited', 'dismissed', 'stale')),
    created_at      timestamptz NOT NULL,
    decided_by      uuid,
    decided_at      timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX suggestions_open ON suggestions (workspace_id, conversation_id) WHERE state = 'open';
CALL make_tenant_table('suggestions');

-- What a member is told in the product; gone with the seat.
CREATE TABLE notifications (
    workspace_id uuid NOT NULL,
    id           uuid NOT NULL,
    user_id      uuid NOT NULL,
    kind         text NOT NULL,
    subject      text NOT NULL,
    details      jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    read_at      timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) ON DELETE CASCADE
);
CREATE INDEX notifications_user ON notifications (workspace_id, user_id, created_at DESC, id DESC);
CREATE INDEX notifications_unread ON notifications (workspace_id, user_id, created_at DESC, id DESC)
    WHERE read_at IS NULL;
CREATE INDEX notifications_subject ON notifications (workspace_id, subject);
CALL make_tenant_table('notifications');

-- 100,000 conversations of 20 messages each, over the last 200 days.
SET session_replication_role = replica;

CREATE TEMPORARY TABLE shop AS
    SELECT workspace_id, id AS account_id FROM social_accounts WHERE external_id = '{account}';

CREATE TEMPORARY TABLE people AS
    SELECT n, gen_random_uuid() AS contact_id, gen_random_uuid() AS conversation_id,
           now() - make_interval(secs => n * 172.8) AS last_at
    FROM generate_series(1, 100000) AS n;

INSERT INTO contacts (workspace_id, id, platform, name, username, first_seen_at, last_seen_at)
SELECT workspace_id, contact_id, 'instagram', 'Person ' || n, 'person.' || n, last_at, last_at
FROM people, shop;

INSERT INTO contact_identities (workspace_id, platform, scope, kind, value, contact_id, created_at)
SELECT workspace_id, 'instagram', '{account}', 'igsid', (7000000000000 + n)::text, contact_id, last_at
FROM people, shop;

INSERT INTO conversations (workspace_id, id, account_id, contact_id, status, owner, unread_count,
    badge, last_inbound_at, last_message_at, last_preview, last_kind, last_direction, created_at)
SELECT workspace_id, conversation_id, account_id, contact_id,
    CASE WHEN n % 3 = 0 THEN 'resolved' ELSE 'open' END,
    CASE WHEN n % 10 = 0 THEN 'human' ELSE 'ai' END,
    CASE WHEN n % 50 = 0 THEN 2 ELSE 0 END,
    CASE WHEN n % 3 = 0 THEN 'resolved' ELSE 'ai_replied' END,
    last_at - interval '1 minute', last_at, 'We deliver within three days.', 'text', 'outbound',
    last_at
FROM people, shop;

INSERT INTO messages (workspace_id, id, conversation_id, account_id, direction, author, kind, text,
    external_id, sent_at, state, created_at)
SELECT workspace_id, uuidv7(), conversation_id, account_id,
    CASE WHEN m % 2 = 0 THEN 'inbound' ELSE 'outbound' END,
    CASE WHEN m % 2 = 0 THEN 'customer' ELSE 'ai' END,
    'text',
    'Message ' || m || ' of person ' || n || ': how long does the delivery of the lamp take?',
    'mid.' || n || '.' || m,
    last_at - make_interval(mins => m),
    CASE WHEN m % 2 = 0 THEN 'received' ELSE 'read' END,
    last_at
FROM people, shop, generate_series(1, 20) AS m;

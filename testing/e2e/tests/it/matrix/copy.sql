-- Copies what the tables of our workspace hold into theirs, under ids of its own (the last digit of
-- each is the next one). What has to be unique across workspaces gets another value, too.
DO $copy$
DECLARE
    one text;
    names text;
    expressions text;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR one IN
        SELECT c.table_name FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id'
          AND t.table_type = 'BASE TABLE'
          AND c.table_name NOT IN ('workspaces', 'sessions', 'memberships',
                                   'idempotency_keys', 'jobs')
    LOOP
        SELECT string_agg(quote_ident(column_name), ', '),
            string_agg(CASE
                WHEN column_name = 'workspace_id' THEN quote_literal($theirs)
                WHEN column_name IN ('created_by', 'invited_by', 'user_id', 'author_user_id',
                                     'assignee_id', 'decided_by', 'actor_id', 'closed_by', 'saved_by', 'marked_by')
                    THEN quote_ident(column_name)
                WHEN data_type = 'uuid' THEN format(
                    '(left(%1$I::text, 35) || translate(right(%1$I::text, 1),
                      ''0123456789abcdef'', ''123456789abcdef0''))::uuid', column_name)
                WHEN data_type = 'bytea' THEN format('sha256(%1$I || ''x'')', column_name)
                WHEN column_name IN ('external_id', 'provider_id')
                    THEN format('%1$I || ''x''', column_name)
                ELSE quote_ident(column_name)
            END, ', ')
        INTO names, expressions
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = one
          AND is_generated = 'NEVER' AND is_identity = 'NO';
        EXECUTE format(
            'INSERT INTO %I (%s) SELECT %s FROM %I WHERE workspace_id = %L ON CONFLICT DO NOTHING',
            one, names, expressions, one, $ours);
    END LOOP;
END
$copy$

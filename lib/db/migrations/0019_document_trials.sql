-- Documents that are tried before they are put to use. They stand apart from `files`, so that no
-- search, no answer, no embedder and no count can see them.

CREATE TABLE document_trials (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    -- The document that it would be a new version of. No reference: when that document is removed
    -- the trial stays and says so, and does not become a document of its own.
    file_id      uuid,
    -- What its content is kept under; it keeps that key once it is put to use.
    content_id   uuid NOT NULL,
    name         text NOT NULL,
    media_type   text NOT NULL,
    size         bigint NOT NULL,
    sha256       bytea NOT NULL,
    state        text NOT NULL DEFAULT 'queued'
                 CHECK (state IN ('queued', 'reading', 'ready', 'failed')),
    error        text,
    error_detail text,
    language     text,
    title        text NOT NULL DEFAULT '',
    pages        integer,
    -- [{heading, content, page}]: its passages, in order.
    pieces       jsonb NOT NULL DEFAULT '[]',
    uploaded_by  uuid,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CALL make_tenant_table('document_trials');

ALTER TABLE evaluations
    -- {trial, content, document, name}: the document that is tried instead of other settings.
    ADD COLUMN document jsonb;

-- A comparison ends, too, when the document that it tries is put to use or discarded meanwhile.
ALTER TABLE evaluations
    DROP CONSTRAINT evaluations_ended_check,
    ADD CONSTRAINT evaluations_ended_check
        CHECK (ended IN ('', 'person', 'budget', 'model', 'broken', 'trial_over'));

-- What the business knows: documents, FAQ entries and the passages that are searched.

-- The text-search configuration for a language: English, French and Spanish have their own.
CREATE FUNCTION search_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE language WHEN 'en' THEN 'pg_catalog.english'::regconfig
                         WHEN 'fr' THEN 'pg_catalog.french'::regconfig
                         WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
                         ELSE 'pg_catalog.simple'::regconfig END;

CREATE TABLE files (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    name         text NOT NULL,
    media_type   text NOT NULL,
    size         bigint NOT NULL,
    sha256       bytea NOT NULL,
    blob_key     text NOT NULL,
    language     text,
    state        text NOT NULL DEFAULT 'queued'
                 CHECK (state IN ('queued', 'reading', 'ready', 'failed')),
    error        text,
    chunks       integer NOT NULL DEFAULT 0,
    uploaded_by  uuid,
    created_at   timestamptz NOT NULL,
    ready_at     timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX files_hash ON files (workspace_id, sha256);
CALL make_tenant_table('files');

CREATE TABLE faq_qa (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    -- The first phrasing is the title.
    questions    text[] NOT NULL CHECK (cardinality(questions) >= 1),
    answer       text NOT NULL,
    language     text NOT NULL,
    enabled      boolean NOT NULL DEFAULT true,
    updated_by   uuid,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CALL make_tenant_table('faq_qa');

-- A passage: part of a document, or one FAQ entry. Search reads this table only.
CREATE TABLE knowledge_chunks (
    workspace_id uuid NOT NULL,
    id           uuid NOT NULL,
    file_id      uuid,
    faq_id       uuid,
    ordinal      integer NOT NULL DEFAULT 0,
    title        text NOT NULL DEFAULT '',
    heading      text NOT NULL DEFAULT '',
    -- What is shown and quoted; for an FAQ entry, its answer.
    content      text NOT NULL,
    -- For an FAQ entry, its phrasings one a line.
    phrasings    text NOT NULL DEFAULT '',
    language     text NOT NULL,
    lexemes      tsvector NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CHECK ((file_id IS NULL) <> (faq_id IS NULL)),
    FOREIGN KEY (workspace_id, file_id) REFERENCES files (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, faq_id) REFERENCES faq_qa (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX knowledge_chunks_lexemes ON knowledge_chunks USING gin (lexemes);
CREATE INDEX knowledge_chunks_phrasings ON knowledge_chunks USING gin (phrasings gin_trgm_ops);
CREATE INDEX knowledge_chunks_workspace ON knowledge_chunks (workspace_id, language);
CALL make_tenant_table('knowledge_chunks');

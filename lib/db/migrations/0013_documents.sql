-- Documents have versions, and may be the pages of a web site that is read again and again.

CREATE TABLE web_sources (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    url          text NOT NULL,
    -- Whether the pages that it leads to on the same host are read too.
    whole_site   boolean NOT NULL,
    most_pages   integer NOT NULL,
    -- How many links a page may be away from the first.
    depth        integer NOT NULL,
    -- How often it is read again.
    every        text NOT NULL CHECK (every IN ('never', 'day', 'week', 'month')),
    state        text NOT NULL DEFAULT 'queued'
                 CHECK (state IN ('queued', 'reading', 'ready', 'failed')),
    error        text,
    -- How far the reading is that goes on, or how far the last one came.
    pages_read   integer NOT NULL DEFAULT 0,
    pages_waiting integer NOT NULL DEFAULT 0,
    -- What the last reading found: pages added, changed, removed and left out with reasons.
    report       jsonb,
    created_by   uuid,
    created_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    next_at      timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX web_sources_url ON web_sources (workspace_id, url);
CALL make_tenant_table('web_sources');

CREATE TABLE file_versions (
    workspace_id uuid NOT NULL,
    file_id      uuid NOT NULL,
    number       integer NOT NULL,
    -- What its content is kept under in the blob store.
    content_id   uuid NOT NULL,
    name         text NOT NULL,
    media_type   text NOT NULL,
    size         bigint NOT NULL,
    sha256       bytea NOT NULL,
    -- What was read in it, to be compared with other versions; none when it was never read.
    words        text,
    uploaded_by  uuid,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, file_id, number),
    FOREIGN KEY (workspace_id, file_id) REFERENCES files (workspace_id, id) ON DELETE CASCADE
);

ALTER TABLE files
    -- The version that is wanted, and the one whose passages are searched.
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN serving integer,
    ADD COLUMN pages integer,
    -- What stands in for the name in the sentence about the error.
    ADD COLUMN error_detail text,
    -- For a page of the web: where it stands, and how the site names this version of it.
    ADD COLUMN source_id uuid,
    ADD COLUMN url text,
    ADD COLUMN etag text,
    ADD COLUMN last_modified text,
    ADD FOREIGN KEY (workspace_id, source_id) REFERENCES web_sources (workspace_id, id)
        ON DELETE CASCADE,
    ADD CHECK ((source_id IS NULL) = (url IS NULL)),
    DROP COLUMN blob_key;
CREATE UNIQUE INDEX files_url ON files (workspace_id, source_id, url) WHERE source_id IS NOT NULL;

-- The owner of the tables sees what is there only without the force.
ALTER TABLE files NO FORCE ROW LEVEL SECURITY;
UPDATE files SET serving = 1 WHERE state = 'ready';
INSERT INTO file_versions (workspace_id, file_id, number, content_id, name, media_type, size,
                           sha256, uploaded_by, created_at)
SELECT workspace_id, id, 1, id, name, media_type, size, sha256, uploaded_by, created_at FROM files;
ALTER TABLE files FORCE ROW LEVEL SECURITY;
CALL make_tenant_table('file_versions');

ALTER TABLE knowledge_chunks ADD COLUMN page integer;

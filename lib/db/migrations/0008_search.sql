-- Search by terms and by vectors. Both are ranked outside of PostgreSQL from what stands here; the
-- vectors of large workspaces are ranked here.

DROP INDEX knowledge_chunks_phrasings;
ALTER TABLE knowledge_chunks DROP COLUMN lexemes;
DROP FUNCTION search_config;

-- What a workspace's knowledge is at the moment, and by which model's vectors it is searched.
CREATE TABLE knowledge_state (
    workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    -- A new one with each change: what was read under one stamp is true as long as it stands.
    stamp        uuid NOT NULL,
    -- What makes vectors: chosen here, or nothing for what the installation usually has.
    embedder     jsonb,
    -- The model whose vectors are searched, and the embedder that makes it; none as long as words
    -- alone are searched.
    model        text,
    served       jsonb
);
CALL make_tenant_table('knowledge_state');

CREATE TABLE knowledge_vectors (
    workspace_id uuid NOT NULL,
    chunk_id     uuid NOT NULL,
    model        text NOT NULL,
    -- Several vectors may stand for one passage: the passage, and each phrasing of an FAQ entry.
    part         integer NOT NULL,
    -- How it was embedded: as a passage that answers, or as a question that asks.
    task         text NOT NULL CHECK (task IN ('passage', 'question')),
    dimensions   integer NOT NULL,
    -- Of norm 1.
    embedding    vector NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, model, chunk_id, part),
    FOREIGN KEY (workspace_id, chunk_id) REFERENCES knowledge_chunks (workspace_id, id)
        ON DELETE CASCADE
);
CREATE INDEX knowledge_vectors_chunk ON knowledge_vectors (workspace_id, chunk_id);
-- One graph for each length that the embedders here give.
CREATE INDEX knowledge_vectors_384 ON knowledge_vectors
    USING hnsw ((embedding::halfvec(384)) halfvec_cosine_ops) WHERE dimensions = 384;
CREATE INDEX knowledge_vectors_768 ON knowledge_vectors
    USING hnsw ((embedding::halfvec(768)) halfvec_cosine_ops) WHERE dimensions = 768;
CREATE INDEX knowledge_vectors_1536 ON knowledge_vectors
    USING hnsw ((embedding::halfvec(1536)) halfvec_cosine_ops) WHERE dimensions = 1536;
CALL make_tenant_table('knowledge_vectors');

-- Names are found without regard to accents: "Lea" finds Léa, and "Léa" finds Lea.

-- A text as it is compared. PostgreSQL calls unaccent() stable because somebody might exchange its
-- dictionary; this installation's never is.
CREATE FUNCTION plain_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(unaccent('unaccent'::regdictionary, name));

DROP INDEX contacts_name;
CREATE INDEX contacts_name ON contacts
    USING gin (workspace_id, plain_name(name || ' ' || username || ' ' || phone) gin_trgm_ops);

-- As before (0004), by the plain names.
CREATE OR REPLACE FUNCTION find_contacts(pattern text, most integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT id FROM contacts
        WHERE workspace_id = current_workspace()
          AND plain_name(name || ' ' || username || ' ' || phone) LIKE plain_name(pattern)
        LIMIT most
    $$;

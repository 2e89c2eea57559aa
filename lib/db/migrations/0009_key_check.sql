-- One word, sealed: by it a process sees whether it has the key that the installation's secrets are
-- sealed with.
CREATE TABLE key_check (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    key_id   text NOT NULL,
    sealed   bytea NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON key_check TO socialsync_system;

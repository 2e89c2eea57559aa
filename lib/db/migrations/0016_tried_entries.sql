-- An entry of the FAQ that is tried over past questions before it is kept.

ALTER TABLE evaluations
    -- {entry, draft, before}: the entry that it changes, what it would say, what it said; absent when
    -- settings are compared.
    ADD COLUMN entry jsonb,
    -- The entry that was kept on the strength of it; absent again once that was taken back.
    ADD COLUMN released_entry uuid;

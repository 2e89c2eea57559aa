-- Comparing accounts with the platform: up to when nothing is missing, and when a comparison last
-- found what no webhook had told. (last_checked_at says when the last comparison began.)
ALTER TABLE social_accounts
    ADD COLUMN checked_through timestamptz,
    ADD COLUMN last_gap_at timestamptz;

-- Running a comparison: who judges beside the rules, and why it ended before its end.

ALTER TABLE evaluations
    -- The model that is asked which answer is better; absent: nobody is.
    ADD COLUMN judge text,
    -- Why it ended before its end: person, budget, model (nothing but failures), broken. Empty else.
    ADD COLUMN ended text NOT NULL DEFAULT ''
        CHECK (ended IN ('', 'person', 'budget', 'model', 'broken'));
ALTER TABLE evaluation_results
    -- What the judge said: better (baseline, candidate, same), why, the model, what it cost.
    ADD COLUMN judged jsonb;

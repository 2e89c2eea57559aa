-- What people think of decisions, and comparisons of two versions of the agent over questions.

-- A person's word on what was decided about a message. It holds also when the decision is replaced.
CREATE TABLE decision_marks (
    workspace_id   uuid NOT NULL,
    -- The customer's message.
    id             uuid NOT NULL,
    mark           text NOT NULL CHECK (mark IN ('right', 'wrong')),
    -- The better answer; may be empty.
    better         text NOT NULL DEFAULT '',
    -- Nothing should have been answered; a person should have been asked.
    should_abstain boolean NOT NULL DEFAULT false,
    marked_by      uuid,
    marked_at      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE
);
CALL make_tenant_table('decision_marks');

-- Questions to compare two versions of the agent with.
CREATE TABLE evaluation_sets (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    id           uuid NOT NULL,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    -- marks: what people marked, kept up to date. past: out of conversations. upload: brought along.
    kind         text NOT NULL CHECK (kind IN ('marks', 'past', 'upload')),
    created_by   uuid,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
-- The set of marks is one.
CREATE UNIQUE INDEX evaluation_sets_marks ON evaluation_sets (workspace_id) WHERE kind = 'marks';
CALL make_tenant_table('evaluation_sets');

CREATE TABLE evaluation_cases (
    workspace_id   uuid NOT NULL,
    id             uuid NOT NULL,
    set_id         uuid NOT NULL,
    question       text NOT NULL,
    -- What was said before: a list of {from, text}.
    thread         jsonb NOT NULL DEFAULT '[]',
    -- The answer that would be right; empty: nobody knows.
    expected       text NOT NULL DEFAULT '',
    should_abstain boolean NOT NULL DEFAULT false,
    language       text,
    -- The customer's message that it is made from: it goes with it.
    message_id     uuid,
    -- When it was asked, which opening hours go by.
    asked_at       timestamptz,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, set_id) REFERENCES evaluation_sets (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX evaluation_cases_set ON evaluation_cases (workspace_id, set_id, id);
CREATE UNIQUE INDEX evaluation_cases_message ON evaluation_cases (workspace_id, set_id, message_id)
    WHERE message_id IS NOT NULL;
CREATE INDEX evaluation_cases_of_message ON evaluation_cases (workspace_id, message_id)
    WHERE message_id IS NOT NULL;
CALL make_tenant_table('evaluation_cases');

-- A comparison of two versions over a set.
CREATE TABLE evaluations (
    workspace_id     uuid NOT NULL,
    id               uuid NOT NULL,
    set_id           uuid NOT NULL,
    -- Settings in full, as they were when it began.
    baseline         jsonb NOT NULL,
    candidate        jsonb NOT NULL,
    -- The versions' numbers; the candidate's is absent when nobody had saved it.
    baseline_version integer NOT NULL,
    candidate_version integer,
    -- The baseline is what this earlier comparison found for its candidate: the knowledge of then.
    baseline_evaluation uuid,
    state            text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'stopped')),
    -- How many cases there are, and how many are done.
    cases            integer NOT NULL,
    done             integer NOT NULL DEFAULT 0,
    note             text NOT NULL DEFAULT '',
    -- The version that was released on its strength.
    released_version integer,
    created_by       uuid,
    created_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, set_id) REFERENCES evaluation_sets (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX evaluations_recent ON evaluations (workspace_id, created_at DESC, id DESC);
CREATE INDEX evaluations_set ON evaluations (workspace_id, set_id);
CALL make_tenant_table('evaluations');

-- What a comparison found for one case.
CREATE TABLE evaluation_results (
    workspace_id  uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    case_id       uuid NOT NULL,
    -- Each side with its outcome, answer, marks and cost; absent when it could not be played.
    baseline      jsonb,
    candidate     jsonb,
    verdict       text NOT NULL CHECK (verdict IN ('same', 'better', 'worse', 'different', 'failed')),
    finished_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, evaluation_id, case_id),
    FOREIGN KEY (workspace_id, evaluation_id) REFERENCES evaluations (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, case_id) REFERENCES evaluation_cases (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX evaluation_results_case ON evaluation_results (workspace_id, case_id);
CALL make_tenant_table('evaluation_results');

//! The list of evaluations, the sets, and the drafts of the shadow mode by topic.

use askama::Template;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{EvaluationId, Limit, Page};
use web::i18n::Message;
use web::ui::{FieldErrors, Shell};
use web::{Html, ListQuery, Member, Problem, Query, member_shell};

use super::begin::Typed;
use super::words;
use crate::evaluation::comparison;
use crate::evaluation::set::{self, Set};
use crate::evaluation::{Comparison, State};
use crate::settings::versions::{self, Version};
use crate::shadow::{self, Topic};
use crate::{Agent, why};

/// How many sets and versions there are to choose from.
const CHOICES: u16 = 100;

/// A version or a set to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
}

#[derive(Template)]
#[template(path = "evaluations.html")]
pub(super) struct Overview {
    shell: Shell,
    rows: Vec<Comparison>,
    sets: Vec<Set>,
    versions: Vec<Choice>,
    topics: Vec<Topic>,
    typed: Typed,
    errors: FieldErrors,
    /// What is wrong with the lines of a file.
    faults: Vec<(String, String)>,
    next: Option<String>,
}

impl Overview {
    pub(super) async fn new(
        tx: &mut TenantTx,
        shell: Shell,
        typed: Typed,
        after: Option<(DateTime<Utc>, EvaluationId)>,
        limit: Limit,
    ) -> DbResult<Self> {
        let Page { items, next_cursor } = comparison::list(tx, after, limit).await?;
        let sets = set::list(tx, None, Limit::new(CHOICES)).await?.items;
        let versions = versions::list(tx, None, Limit::new(CHOICES)).await?.items;
        Ok(Self {
            rows: items,
            next: next_cursor
                .map(|cursor| format!("/agent/evaluations?cursor={}", cursor.as_str())),
            sets,
            versions: versions.iter().map(|one| choice(&shell, one)).collect(),
            topics: shadow::topics(tx).await?,
            typed,
            errors: FieldErrors::default(),
            faults: Vec::new(),
            shell,
        })
    }

    /// The page again, with what is wrong.
    pub(super) fn refused(
        mut self,
        errors: FieldErrors,
        faults: Vec<(String, String)>,
    ) -> Response {
        self.errors = errors;
        self.faults = faults;
        (StatusCode::UNPROCESSABLE_ENTITY, Html(self)).into_response()
    }

    fn title(&self, row: &Comparison) -> String {
        words::title(&self.shell, row)
    }

    fn of_set(&self, row: &Comparison) -> String {
        words::set_name(&self.shell, row.set_kind, &row.set_name)
    }

    fn set_name(&self, set: &Set) -> String {
        words::set_name(&self.shell, set.kind, &set.name)
    }

    fn set_size(&self, set: &Set) -> String {
        words::set_size(&self.shell, set)
    }

    fn is_set(&self, set: &Set) -> bool {
        self.typed.set == set.id.to_string()
    }

    fn is_removable(set: &Set) -> bool {
        set.kind != set::SetKind::Marks
    }

    fn topic(&self, topic: &Topic) -> String {
        let reason = topic.reason.as_deref().unwrap_or_default();
        let named = topic.title.clone();
        named
            .unwrap_or_else(|| Message::new(self.shell.locale, why::reason_key(reason)).to_string())
    }

    fn likeness(&self, topic: &Topic) -> String {
        let share = topic.likeness.map(|share| self.shell.percent(share));
        share.unwrap_or_else(|| "–".to_owned())
    }

    fn state_key(state: State) -> &'static str {
        words::state_key(state)
    }

    fn state_tone(state: State) -> &'static str {
        words::state_tone(state)
    }
}

fn choice(shell: &Shell, version: &Version) -> Choice {
    let label = shell.t("agent.versions.number").with("n", version.version);
    let label = if version.note.is_empty() {
        label.to_string()
    } else {
        format!("{label} · {}", version.note)
    };
    Choice {
        value: version.version.to_string(),
        label,
    }
}

/// Everything about evaluations.
pub(super) async fn show(
    Extract(agent): Extract<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = Overview::new(&mut tx, shell, typed, query.after()?, query.limit()).await?;
    Ok(Html(page).into_response())
}

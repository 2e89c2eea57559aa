//! The first steps for people.

use accounts::workspaces;
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use http::{HeaderMap, Method};
use kernel::Role;
use web::ui::Shell;
use web::{Access, Html, Member, Problem, Routes, member_shell};

use super::{FirstSteps, Progress, Step, StepState, progress};

pub(super) fn routes() -> Routes<FirstSteps> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .page(Method::GET, "/welcome", admin, show)
        .page(Method::POST, "/welcome/dismiss", admin, dismiss)
        .page(Method::POST, "/welcome/resume", admin, resume)
}

#[derive(Template)]
#[template(path = "first_steps.html")]
struct FirstStepsPage {
    shell: Shell,
    progress: Progress,
    rows: Vec<Row>,
}

/// A step as the page shows it, in keys of the catalogue.
struct Row {
    state: &'static str,
    title: &'static str,
    text: &'static str,
    action: &'static str,
    link: &'static str,
}

impl Row {
    fn of(one: StepState, next: Option<Step>) -> Self {
        let (title, text, action, link) = words(one.step);
        let state = match one.done {
            true => "done",
            false if next == Some(one.step) => "current",
            false => "open",
        };
        Self {
            state,
            title,
            text,
            action,
            link,
        }
    }
}

/// What a step is called, what it is for, what to press, and where that leads.
const fn words(step: Step) -> (&'static str, &'static str, &'static str, &'static str) {
    match step {
        Step::Channel => (
            "first_steps.channel.title",
            "first_steps.channel.text",
            "first_steps.channel.action",
            "/channels",
        ),
        Step::Knowledge => (
            "first_steps.knowledge.title",
            "first_steps.knowledge.text",
            "first_steps.knowledge.action",
            "/knowledge",
        ),
        Step::Agent => (
            "first_steps.agent.title",
            "first_steps.agent.text",
            "first_steps.agent.action",
            "/agent",
        ),
        Step::Colleague => (
            "first_steps.colleague.title",
            "first_steps.colleague.text",
            "first_steps.colleague.action",
            "/settings#invite",
        ),
        Step::Answer => (
            "first_steps.answer.title",
            "first_steps.answer.text",
            "first_steps.answer.action",
            "/inbox",
        ),
    }
}

async fn show(
    State(steps): State<FirstSteps>,
    member: Member,
    headers: HeaderMap,
) -> Result<Html<FirstStepsPage>, Problem> {
    let mut tx = steps.db.tenant(&member.scope).await?;
    let progress = progress(&mut tx).await?;
    let shell = member_shell(&member, "welcome", &headers);
    let rows = progress.steps.iter();
    let rows = rows.map(|one| Row::of(*one, progress.next())).collect();
    Ok(Html(FirstStepsPage {
        shell,
        progress,
        rows,
    }))
}

async fn dismiss(State(steps): State<FirstSteps>, member: Member) -> Result<Redirect, Problem> {
    let mut tx = steps.db.tenant(&member.scope).await?;
    workspaces::dismiss_first_steps(&mut tx, steps.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/welcome"))
}

async fn resume(State(steps): State<FirstSteps>, member: Member) -> Result<Redirect, Problem> {
    let mut tx = steps.db.tenant(&member.scope).await?;
    workspaces::resume_first_steps(&mut tx).await?;
    tx.commit().await?;
    Ok(Redirect::to("/welcome"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::i18n::{Locale, Message};

    #[test]
    fn every_step_says_what_it_is_in_every_language() {
        for step in [
            Step::Channel,
            Step::Knowledge,
            Step::Agent,
            Step::Colleague,
            Step::Answer,
        ] {
            let (title, text, action, _) = words(step);
            for key in [title, text, action] {
                for locale in [Locale::En, Locale::Fr] {
                    assert_ne!(Message::new(locale, key).to_string(), key);
                }
            }
        }
    }
}

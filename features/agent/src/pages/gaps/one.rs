//! One gap: its questions, the draft of an answer, and what that would change.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::GapId;
use knowledge::faq::{Draft, FaqError};
use knowledge::language::Language;
use serde::Deserialize;
use web::ui::{FieldErrors, Shell, told};
use web::{Form, Html, Member, Path, Problem, member_shell};

use super::GapsPage;
use super::language::{name, names};
use crate::Agent;
use crate::gaps::close::{self, CloseError};
use crate::gaps::detail::{GapDetail, GapQuestion, detail};
use crate::gaps::draft::{self, DraftSource, GapDraft};
use crate::gaps::personal::{MARK, Personal};
use crate::gaps::preview::{GapPreview, PreviewError, Previewed};
use crate::gaps::question::Kind;
use crate::gaps::{self, GapState};
use crate::settings;

#[derive(Template)]
#[template(path = "gap.html")]
struct GapPage {
    shell: Shell,
    it: GapDetail,
    typed: Typed,
    /// Where the draft comes from; absent once somebody typed.
    notes: Option<GapDraft>,
    errors: FieldErrors,
    preview: Option<GapPreview>,
    preview_error: String,
    /// Whether a model can be asked to write.
    can_write: bool,
}

/// What stands in the form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Typed {
    questions: String,
    answer: String,
    language: String,
}

impl Typed {
    fn of(draft: &GapDraft) -> Self {
        Self {
            questions: draft.questions.join("\n"),
            answer: draft.answer.clone(),
            language: draft.language.as_str().to_owned(),
        }
    }

    fn draft(&self) -> Draft {
        let known = !self.language.is_empty();
        Draft {
            questions: self.questions.lines().map(str::to_owned).collect(),
            answer: self.answer.clone(),
            language: known.then(|| Language::from_tag(&self.language)),
            enabled: true,
        }
    }
}

impl GapPage {
    /// The page with what somebody typed, else with the draft that is made of the gap.
    async fn new(
        agent: &Agent,
        member: &Member,
        headers: &HeaderMap,
        id: GapId,
        typed: Option<Typed>,
    ) -> Result<Self, Problem> {
        let mut tx = agent.db.tenant(&member.scope).await?;
        let it = detail(&mut tx, id).await?;
        let (typed, notes) = if let Some(typed) = typed {
            (typed, None)
        } else {
            let notes = draft::draft(&mut tx, id, None).await?;
            (Typed::of(&notes), Some(notes))
        };
        let stored = settings::load(&mut tx).await?;
        let can_write = agent.provider_of(&tx, &stored).is_some();
        Ok(Self {
            shell: member_shell(member, "knowledge", headers),
            it,
            typed,
            notes,
            errors: FieldErrors::default(),
            preview: None,
            preview_error: String::new(),
            can_write,
        })
    }

    fn is_dismissed(&self) -> bool {
        self.it.gap.state == GapState::Dismissed
    }

    fn share(score: f32) -> f64 {
        score.into()
    }

    fn is_marked(notes: &GapDraft) -> bool {
        notes.answer.contains(MARK)
    }

    const fn kind_key(question: &GapQuestion) -> Option<&'static str> {
        match question.kind {
            Kind::Corrected => Some("gaps.corrected"),
            Kind::Replaced => Some("gaps.replaced"),
            Kind::Unanswered | Kind::Answered => None,
        }
    }

    const fn source_key(source: DraftSource) -> &'static str {
        match source {
            DraftSource::Nobody => "gaps.nobody",
            DraftSource::Person => "gaps.from_person",
            DraftSource::Model => "gaps.from_model",
        }
    }

    fn trouble(&self) -> Option<&'static str> {
        let trouble = self.notes.as_ref()?.trouble.as_deref()?;
        Some(match trouble {
            "no_model" => "gaps.trouble.no_model",
            "nobody_answered" => "gaps.trouble.nobody_answered",
            "budget_spent" => "gaps.trouble.budget_spent",
            "not_grounded" => "gaps.trouble.not_grounded",
            _ => "gaps.trouble.model_failed",
        })
    }

    fn removed(&self, notes: &GapDraft) -> String {
        let word = |what: &Personal| {
            let key = match what {
                Personal::Name => "gaps.personal.name",
                Personal::Email => "gaps.personal.email",
                Personal::Phone => "gaps.personal.phone",
                Personal::Number => "gaps.personal.number",
            };
            self.shell.t(key).to_string()
        };
        let words: Vec<String> = notes.removed.iter().map(word).collect();
        words.join(", ")
    }

    /// The languages that an entry can have.
    fn languages(&self) -> Vec<(&'static str, String)> {
        let named = |language: Language| (language.as_str(), name(&self.shell, language));
        Language::ALL.map(named).to_vec()
    }

    /// The languages of the gap.
    fn spoken(&self) -> String {
        names(&self.shell, &self.it.gap.languages)
    }

    /// The parts of a preview: heading, tone, questions.
    fn parts(found: &GapPreview) -> [(&'static str, &'static str, &[Previewed]); 3] {
        [
            ("gaps.would_answer", "ok", &found.answers),
            ("gaps.would_miss", "neutral", &found.misses),
            ("gaps.would_take", "warn", &found.takes),
        ]
    }
}

pub(super) async fn show(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<GapId>,
) -> Result<Response, Problem> {
    Ok(Html(GapPage::new(&agent, &member, &headers, id, None).await?).into_response())
}

/// The page again, with what was typed and the keys of what is wrong with it.
fn mistaken(
    mut page: GapPage,
    mistakes: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Response {
    let mut sentences = Vec::new();
    for (field, key) in mistakes {
        let text = page.shell.t(key).to_string();
        page.errors.add(field, &text);
        sentences.push(text);
    }
    page.preview_error = sentences.join(" ");
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}

/// Shows what the typed answer would change.
pub(super) async fn preview(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<GapId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let played = agent.preview_gap(&member.scope, id, &typed.draft()).await;
    let mut page = GapPage::new(&agent, &member, &headers, id, Some(typed)).await?;
    match played {
        Ok(found) => {
            page.preview = Some(found);
            Ok(Html(page).into_response())
        }
        Err(PreviewError::Draft(FaqError::Invalid(mistakes))) => Ok(mistaken(page, mistakes)),
        Err(error) => Err(error.into()),
    }
}

/// Lets the model write the answer into the form. What was typed is kept when it can't.
pub(super) async fn write(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<GapId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let language = typed.draft().language;
    let written = agent.write_gap_draft(&member.scope, id, language).await?;
    let typed = if written.trouble.is_some() {
        typed
    } else {
        Typed {
            answer: written.answer.clone(),
            ..typed
        }
    };
    let mut page = GapPage::new(&agent, &member, &headers, id, Some(typed)).await?;
    page.notes = Some(written);
    Ok(Html(page).into_response())
}

/// Keeps the answer.
pub(super) async fn answer(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<GapId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let kept = close::close(&mut tx, id, typed.draft(), agent.clock.now()).await;
    let mistakes = match kept {
        Ok(_) => {
            tx.commit().await?;
            return Ok(told("gaps.done.saved", "/knowledge/gaps"));
        }
        Err(CloseError::Marked) => vec![("answer", "gaps.fill")],
        Err(CloseError::Entry(FaqError::Invalid(mistakes))) => mistakes.into_iter().collect(),
        Err(error) => return Err(error.into()),
    };
    drop(tx);
    let page = GapPage::new(&agent, &member, &headers, id, Some(typed)).await?;
    Ok(mistaken(page, mistakes))
}

pub(super) async fn dismiss(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<GapId>,
) -> Result<Redirect, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    gaps::dismiss(&mut tx, id, agent.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/knowledge/gaps?dismissed={id}")))
}

pub(super) async fn restore(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<GapId>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    gaps::restore(&mut tx, id).await?;
    tx.commit().await?;
    Ok(told("gaps.done.restored", "/knowledge/gaps"))
}

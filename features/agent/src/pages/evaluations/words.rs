//! The words and colours of evaluations.

use web::i18n::Message;
use web::ui::Frame;

use knowledge::faq::Draft;

use crate::evaluation::set::{Set, SetKind};
use crate::evaluation::tried::Tried;
use crate::evaluation::{Comparison, Ended, State, Verdict};
use crate::pages::versions::Changed;

/// The key of a verdict's name.
pub(crate) const fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "evaluations.same",
        Verdict::Better => "evaluations.better",
        Verdict::Worse => "evaluations.worse",
        Verdict::Different => "evaluations.different",
        Verdict::Failed => "evaluations.failed",
    }
}

/// The colour of a verdict.
pub(crate) const fn verdict_tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "neutral",
        Verdict::Better => "ok",
        Verdict::Worse => "danger",
        Verdict::Different => "info",
        Verdict::Failed => "warn",
    }
}

/// The key of a state's name.
pub(crate) const fn state_key(state: State) -> &'static str {
    match state {
        State::Running => "evaluations.running",
        State::Done => "evaluations.done",
        State::Stopped => "evaluations.stopped",
    }
}

/// The colour of a state.
pub(crate) const fn state_tone(state: State) -> &'static str {
    match state {
        State::Running => "info",
        State::Done => "ok",
        State::Stopped => "warn",
    }
}

/// The key of why it ended before its end.
pub(crate) const fn ended_key(ended: Ended) -> &'static str {
    match ended {
        Ended::Person => "evaluations.ended_person",
        Ended::Budget => "evaluations.ended_budget",
        Ended::Model => "evaluations.ended_model",
        Ended::Broken => "evaluations.ended_broken",
        Ended::TrialOver => "evaluations.ended_trial_over",
    }
}

/// What a set is called: that of the marks in the reader's language.
pub(crate) fn set_name(frame: &Frame, kind: SetKind, name: &str) -> String {
    match kind {
        SetKind::Marks => frame.t("evaluations.marks").to_string(),
        SetKind::Past | SetKind::Upload => name.to_owned(),
    }
}

/// How many questions a set has, and of how many the right answer is known.
pub(crate) fn set_size(frame: &Frame, set: &Set) -> String {
    let cases = frame.t("evaluations.questions").count(set.cases);
    let known = frame.t("evaluations.known").with("n", set.known);
    format!("{cases} · {known}")
}

/// What an entry that is tried changes.
pub(crate) fn entry_changes(frame: &Frame, tried: &Tried) -> Vec<Changed> {
    let lines =
        |draft: Option<&Draft>| draft.map_or_else(String::new, |one| one.questions.join("\n"));
    let answer = |draft: Option<&Draft>| draft.map_or_else(String::new, |one| one.answer.clone());
    let used = |draft: Option<&Draft>| {
        let key = if draft.is_some_and(|draft| draft.enabled) {
            "evaluations.in_use"
        } else {
            "evaluations.rests"
        };
        frame.t(key).to_string()
    };
    let (before, after) = (tried.before.as_ref(), Some(&tried.draft));
    let changed = |key, of: &dyn Fn(Option<&Draft>) -> String| Changed {
        label: frame.t(key).to_string(),
        before: of(before),
        after: of(after),
    };
    let all = [
        changed("knowledge.questions", &lines),
        changed("knowledge.answer", &answer),
        changed("knowledge.enabled", &used),
    ];
    all.into_iter()
        .filter(|one| one.before != one.after)
        .collect()
}

/// What is compared with what, in a line.
pub(crate) fn title(frame: &Frame, one: &Comparison) -> String {
    if !one.note.is_empty() {
        return one.note.clone();
    }
    if let Some(tried) = &one.entry {
        let question = tried.draft.questions.first().map_or("", String::as_str);
        return frame
            .t("evaluations.entry")
            .with("question", question)
            .to_string();
    }
    if let Some(tried) = &one.document {
        let name = tried.name.as_str();
        return frame
            .t("evaluations.document")
            .with("name", name)
            .to_string();
    }
    let number = |version: i32| {
        Message::new(frame.locale, "agent.versions.number")
            .with("n", version)
            .to_string()
    };
    let baseline = match one.baseline_evaluation {
        Some(_) => frame.t("evaluations.then").to_string(),
        None => number(one.baseline_version),
    };
    let candidate = match (one.baseline_evaluation, one.candidate_version) {
        (Some(_), _) => frame.t("evaluations.now").to_string(),
        (None, Some(version)) => number(version),
        (None, None) => frame.t("evaluations.unsaved").to_string(),
    };
    format!("{baseline} → {candidate}")
}

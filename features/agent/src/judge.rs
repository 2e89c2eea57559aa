//! Decide: what is done with what the agent came up with.

use kernel::ChunkId;
use serde::{Deserialize, Serialize};

use crate::doubt::Doubt;
use crate::settings::Mode;

/// What the agent came up with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Proposal {
    Answer(Draft),
    Escalate { reason: String },
    Silent { reason: String },
}

/// An answer before it was judged.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) text: String,
    /// The language's tag, as far as it is known.
    pub(crate) language: Option<String>,
    pub(crate) confidence: f32,
    pub(crate) sources: Vec<ChunkId>,
    /// Whether all its claims have sources that were found in this run.
    pub(crate) sourced: bool,
    /// Whether it is in the language it should be in.
    pub(crate) language_fits: bool,
    /// Whether it is a passage, or a courtesy of ours, word for word.
    pub(crate) quoted: bool,
    /// The reason that is recorded when it is used.
    pub(crate) reason: &'static str,
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    Send {
        draft: Draft,
        reason: String,
    },
    Suggest {
        draft: Draft,
        reason: String,
    },
    Escalate {
        draft: Option<Draft>,
        reason: String,
    },
    /// Nothing is sent and nobody is asked: what would have been done is kept.
    Shadow {
        would: Would,
        draft: Option<Draft>,
        reason: String,
    },
    Silent {
        reason: String,
    },
}

/// What would have been done in the mode that answers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Would {
    /// The answer would have been sent.
    Send,
    /// It would have been offered to a person.
    Suggest,
    /// A person would have been asked.
    Escalate,
}

impl Would {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Suggest => "suggest",
            Self::Escalate => "escalate",
        }
    }
}

/// Judges a proposal by the mode, the confidence that is asked for, and the doubts about it.
pub(crate) fn judge(proposal: Proposal, mode: Mode, threshold: f32, doubts: &[Doubt]) -> Verdict {
    if mode == Mode::Shadow {
        return shadow(judge(proposal, Mode::Auto, threshold, doubts));
    }
    let draft = match proposal {
        Proposal::Silent { reason } => return Verdict::Silent { reason },
        Proposal::Escalate { reason } => {
            return Verdict::Escalate {
                draft: None,
                reason,
            };
        }
        Proposal::Answer(draft) => draft,
    };
    let because = |reason: &str| reason.to_owned();
    if draft.text.trim().is_empty() {
        return Verdict::Escalate {
            draft: None,
            reason: because("no_answer_found"),
        };
    }
    match mode {
        Mode::Off => Verdict::Silent {
            reason: because("mode_off"),
        },
        Mode::Shadow | Mode::Suggest => {
            let reason = because(draft.reason);
            Verdict::Suggest { draft, reason }
        }
        Mode::Auto if draft.confidence.is_nan() || draft.confidence < threshold => {
            Verdict::Escalate {
                draft: Some(draft),
                reason: because("low_confidence"),
            }
        }
        Mode::Auto => {
            if let Some(doubt) = doubts.first() {
                let reason = doubt.reason.clone();
                return Verdict::Suggest { draft, reason };
            }
            let reason = because(draft.reason);
            Verdict::Send { draft, reason }
        }
    }
}

/// The same without its consequences.
fn shadow(verdict: Verdict) -> Verdict {
    let (would, draft, reason) = match verdict {
        Verdict::Send { draft, reason } => (Would::Send, Some(draft), reason),
        Verdict::Suggest { draft, reason } => (Would::Suggest, Some(draft), reason),
        Verdict::Escalate { draft, reason } => (Would::Escalate, draft, reason),
        silent => return silent,
    };
    Verdict::Shadow {
        would,
        draft,
        reason,
    }
}

#[cfg(test)]
impl Draft {
    /// A draft that nothing speaks against.
    pub(crate) fn sample() -> Self {
        Self {
            text: "Two to four days.".to_owned(),
            language: Some("en".to_owned()),
            confidence: 0.8,
            sources: vec![ChunkId::new()],
            sourced: true,
            language_fits: true,
            quoted: false,
            reason: "answer_found",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(verdict: &Verdict) -> (&'static str, &str) {
        match verdict {
            Verdict::Send { reason, .. } => ("send", reason),
            Verdict::Suggest { reason, .. } => ("suggest", reason),
            Verdict::Escalate { reason, .. } => ("escalate", reason),
            Verdict::Shadow { reason, .. } => ("shadow", reason),
            Verdict::Silent { reason } => ("silent", reason),
        }
    }

    fn judged(draft: Draft, mode: Mode, doubts: &[Doubt]) -> String {
        let verdict = judge(Proposal::Answer(draft), mode, 0.7, doubts);
        let (what, why) = word(&verdict);
        format!("{what} {why}")
    }

    fn sure(confidence: f32) -> Draft {
        Draft {
            confidence,
            ..Draft::sample()
        }
    }

    fn doubt(reason: &str) -> Doubt {
        Doubt {
            reason: reason.to_owned(),
            found: None,
        }
    }

    #[test]
    fn only_a_sure_answer_without_doubts_is_sent() {
        let auto = |draft| judged(draft, Mode::Auto, &[]);
        assert_eq!(auto(Draft::sample()), "send answer_found");
        assert_eq!(auto(sure(0.7)), "send answer_found");
        assert_eq!(auto(sure(0.69)), "escalate low_confidence");
        assert_eq!(auto(sure(f32::NAN)), "escalate low_confidence");
        let empty = Draft {
            text: " ".to_owned(),
            ..Draft::sample()
        };
        assert_eq!(auto(empty), "escalate no_answer_found");
        let doubts = [doubt("unsourced"), doubt("too_long")];
        let doubted = judged(Draft::sample(), Mode::Auto, &doubts);
        assert_eq!(doubted, "suggest unsourced");
    }

    #[test]
    fn in_shadow_nothing_is_done_and_what_would_have_been_is_kept() {
        let would = |proposal, doubts: &[Doubt]| match judge(proposal, Mode::Shadow, 0.7, doubts) {
            Verdict::Shadow { would, reason, .. } => format!("{} {reason}", would.as_str()),
            other => panic!("{other:?}"),
        };
        let answer = |confidence| Proposal::Answer(sure(confidence));
        assert_eq!(would(answer(0.8), &[]), "send answer_found");
        assert_eq!(
            would(answer(0.8), &[doubt("unsourced")]),
            "suggest unsourced"
        );
        assert_eq!(would(answer(0.5), &[]), "escalate low_confidence");
        let asked = Proposal::Escalate {
            reason: "customer_asked_for_human".to_owned(),
        };
        assert_eq!(would(asked, &[]), "escalate customer_asked_for_human");
        let silent = Proposal::Silent {
            reason: "nothing_to_answer".to_owned(),
        };
        let verdict = judge(silent, Mode::Shadow, 0.7, &[]);
        assert_eq!(word(&verdict), ("silent", "nothing_to_answer"));
    }

    #[test]
    fn in_suggest_mode_nothing_is_ever_sent() {
        for confidence in [0.0, 0.5, 1.0] {
            let suggested = judged(sure(confidence), Mode::Suggest, &[]);
            assert_eq!(suggested, "suggest answer_found");
        }
        assert_eq!(judged(Draft::sample(), Mode::Off, &[]), "silent mode_off");
    }
}

//! Decide: what is done with what the agent came up with.

use kernel::ChunkId;

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
    Silent {
        reason: String,
    },
}

/// The longest answer that is sent without a person, in characters.
const LONGEST: usize = 4000;

/// Judges a proposal by the mode and the confidence that is asked for.
pub(crate) fn judge(proposal: Proposal, mode: Mode, threshold: f32) -> Verdict {
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
        Mode::Suggest => {
            let reason = because(draft.reason);
            Verdict::Suggest { draft, reason }
        }
        Mode::Auto => {
            let doubt = if !draft.sourced {
                Some("unsourced")
            } else if !draft.language_fits {
                Some("language_mismatch")
            } else if draft.text.chars().count() > LONGEST {
                Some("too_long")
            } else {
                None
            };
            if draft.confidence.is_nan() || draft.confidence < threshold {
                let reason = because("low_confidence");
                Verdict::Escalate {
                    draft: Some(draft),
                    reason,
                }
            } else if let Some(doubt) = doubt {
                Verdict::Suggest {
                    draft,
                    reason: because(doubt),
                }
            } else {
                let reason = because(draft.reason);
                Verdict::Send { draft, reason }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            text: "Two to four days.".to_owned(),
            language: Some("en".to_owned()),
            confidence: 0.8,
            sources: vec![ChunkId::new()],
            sourced: true,
            language_fits: true,
            reason: "answer_found",
        }
    }

    fn word(verdict: &Verdict) -> (&'static str, &str) {
        match verdict {
            Verdict::Send { reason, .. } => ("send", reason),
            Verdict::Suggest { reason, .. } => ("suggest", reason),
            Verdict::Escalate { reason, .. } => ("escalate", reason),
            Verdict::Silent { reason } => ("silent", reason),
        }
    }

    fn judged(draft: Draft, mode: Mode) -> String {
        let verdict = judge(Proposal::Answer(draft), mode, 0.7);
        let (what, why) = word(&verdict);
        format!("{what} {why}")
    }

    #[test]
    fn only_a_sure_and_sourced_answer_is_sent() {
        assert_eq!(judged(draft(), Mode::Auto), "send answer_found");
        assert_eq!(
            judged(
                Draft {
                    confidence: 0.7,
                    ..draft()
                },
                Mode::Auto
            ),
            "send answer_found"
        );
        assert_eq!(
            judged(
                Draft {
                    confidence: 0.69,
                    ..draft()
                },
                Mode::Auto
            ),
            "escalate low_confidence"
        );
        assert_eq!(
            judged(
                Draft {
                    confidence: f32::NAN,
                    ..draft()
                },
                Mode::Auto
            ),
            "escalate low_confidence"
        );
        assert_eq!(
            judged(
                Draft {
                    sourced: false,
                    ..draft()
                },
                Mode::Auto
            ),
            "suggest unsourced"
        );
        assert_eq!(
            judged(
                Draft {
                    language_fits: false,
                    ..draft()
                },
                Mode::Auto
            ),
            "suggest language_mismatch"
        );
        assert_eq!(
            judged(
                Draft {
                    text: " ".to_owned(),
                    ..draft()
                },
                Mode::Auto
            ),
            "escalate no_answer_found"
        );
        assert_eq!(
            judged(
                Draft {
                    text: "a".repeat(4001),
                    ..draft()
                },
                Mode::Auto
            ),
            "suggest too_long"
        );
    }

    #[test]
    fn in_suggest_mode_nothing_is_ever_sent() {
        for confidence in [0.0, 0.5, 1.0] {
            assert_eq!(
                judged(
                    Draft {
                        confidence,
                        ..draft()
                    },
                    Mode::Suggest
                ),
                "suggest answer_found"
            );
        }
        assert_eq!(judged(draft(), Mode::Off), "silent mode_off");
    }
}

//! An entry of the FAQ that is tried over past questions before it is kept.

use chrono::{DateTime, Utc};
use db::{DbResult, Scope, TenantTx};
use kernel::{FaqId, FileId, TrialId};
use knowledge::faq::{self, Draft, FaqError};
use knowledge::search::preview::InsteadOf;
use serde::{Deserialize, Serialize};

use crate::Agent;
use crate::rehearse::Beside;

/// What is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = TriedEntry)]
pub struct Tried {
    /// The entry that it changes; absent for a new one.
    pub entry: Option<FaqId>,
    /// What it would say.
    pub draft: Draft,
    /// What it said when it was tried; absent for a new one.
    pub before: Option<Draft>,
}

/// A document that is tried before it is put to use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TriedDocument {
    /// The trial; it may be over since.
    #[schema(value_type = String)]
    pub trial: TrialId,
    /// What its content is kept under, then and once it is put to use.
    #[schema(value_type = String)]
    pub content: FileId,
    /// The document that it would be a new version of; absent for a new one.
    #[schema(value_type = Option<String>)]
    pub document: Option<FileId>,
    /// The file's name.
    pub name: String,
}

/// Whether two drafts say the same; the language may have been recognised in one of them.
fn says_the_same(one: &Draft, other: &Draft) -> bool {
    one.questions == other.questions && one.answer == other.answer && one.enabled == other.enabled
}

impl Tried {
    /// Takes what somebody wrote, as it would be kept.
    pub async fn new(
        tx: &mut TenantTx,
        entry: Option<FaqId>,
        draft: Draft,
    ) -> Result<Self, FaqError> {
        let draft = faq::check(draft)?;
        let before = match entry {
            Some(entry) => Some(faq::load(tx, entry).await?.draft()),
            None => None,
        };
        Ok(Self {
            entry,
            draft,
            before,
        })
    }

    /// Whether it would change anything.
    pub(super) fn changes_something(&self) -> bool {
        match &self.before {
            Some(before) => !says_the_same(before, &self.draft),
            None => self.draft.enabled,
        }
    }

    /// Keeps it; nothing when the entry says something else by now than when it was tried.
    pub(super) async fn keep(
        &self,
        tx: &mut TenantTx,
        now: DateTime<Utc>,
    ) -> Result<Option<FaqId>, FaqError> {
        let draft = self.draft.clone();
        let Some(id) = self.entry else {
            return Ok(Some(faq::create(tx, draft, now).await?.id));
        };
        let present = faq::load(tx, id).await?.draft();
        let moved = self
            .before
            .as_ref()
            .is_none_or(|before| !says_the_same(before, &present));
        if moved {
            return Ok(None);
        }
        Ok(Some(faq::update(tx, id, draft, now).await?.id))
    }

    /// Undoes that; `false` when the entry says something else by now.
    pub(super) async fn take_back(
        &self,
        tx: &mut TenantTx,
        id: FaqId,
        now: DateTime<Utc>,
    ) -> Result<bool, FaqError> {
        let present = faq::load(tx, id).await?.draft();
        if !says_the_same(&present, &self.draft) {
            return Ok(false);
        }
        match &self.before {
            Some(before) => faq::update(tx, id, before.clone(), now).await.map(drop)?,
            None => faq::delete(tx, id).await?,
        }
        Ok(true)
    }
}

impl Agent {
    /// What is tried, in the form that is searched. No transaction may be open.
    pub(super) async fn set_beside(&self, scope: &Scope, tried: &Tried) -> DbResult<Beside> {
        let wanted = Some(&tried.draft).filter(|draft| draft.enabled);
        let wanted = wanted.map(std::slice::from_ref).unwrap_or_default();
        let drafts = match self.knowledge.draft(scope, wanted).await {
            Ok(drafts) => drafts,
            Err(FaqError::Db(error)) => return Err(error),
            // It was checked when it was taken.
            Err(_) => Vec::new(),
        };
        Ok(Beside::new(drafts, tried.entry.map(InsteadOf::Entry)))
    }
}

impl Agent {
    /// The same for a document; none when its trial is over. No transaction may be open.
    pub(super) async fn set_document_beside(
        &self,
        scope: &Scope,
        tried: &TriedDocument,
    ) -> DbResult<Option<Beside>> {
        let drafts = self.knowledge.draft_trial(scope, tried.trial).await?;
        let instead_of = tried.document.map(InsteadOf::Document);
        Ok(drafts.map(|drafts| Beside::new(drafts, instead_of)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(answer: &str, enabled: bool) -> Draft {
        Draft {
            questions: vec!["Do you engrave?".to_owned()],
            answer: answer.to_owned(),
            language: None,
            enabled,
        }
    }

    #[test]
    fn what_says_the_same_changes_nothing_and_neither_does_a_new_entry_that_rests() {
        let tried = |draft: Draft, before: Option<Draft>| Tried {
            entry: None,
            draft,
            before,
        };
        let yes = || draft("Yes.", true);
        assert!(tried(yes(), None).changes_something());
        assert!(!tried(draft("Yes.", false), None).changes_something());
        assert!(!tried(yes(), Some(yes())).changes_something());
        assert!(tried(yes(), Some(draft("No.", true))).changes_something());
        assert!(tried(draft("Yes.", false), Some(yes())).changes_something());
    }
}

//! One gap with everything that is known of it.

use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::{ConversationId, GapId, MessageId};
use knowledge::language::Language;
use knowledge::search::{self, Hit, Query, QueryVector};
use serde::Serialize;
use uuid::Uuid;

use super::question::{Kind, cleaned};
use super::{Gap, GapError, load};
use crate::store::gaps::questions::{self, Kept};

/// A question of a gap.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct GapQuestion {
    /// The customer's message.
    pub id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The customer's name.
    pub contact_name: String,
    /// What was asked.
    pub text: String,
    /// In which language, by its tag.
    pub language: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Why it is here.
    pub kind: Kind,
    /// Whether the knowledge answers it by now.
    pub answered: bool,
    /// How sure its best passage is to answer it, 0 to 1.
    pub score: f32,
    /// What a person answered.
    pub reply: Option<String>,
}

/// A gap, its questions, what people answered, and the best that is known.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct GapDetail {
    /// The gap.
    pub gap: Gap,
    /// Its questions, the one that stands for all of them first.
    pub questions: Vec<GapQuestion>,
    /// The passage that is likeliest to answer it, though it does not.
    pub best: Option<Hit>,
}

/// A question as it is searched with what is kept of it: no model is asked.
pub(super) fn vector(kept: &Kept) -> Option<QueryVector> {
    Some(QueryVector {
        model: kept.model.clone()?,
        values: kept.vector.clone()?,
    })
}

/// The questions of a gap with their words cleaned; those that say nothing any more are left out.
pub(super) async fn kept(tx: &mut TenantTx, gap: Option<GapId>) -> db::DbResult<Vec<Kept>> {
    let mut kept = questions::load(tx, gap).await?;
    for one in &mut kept {
        one.text = cleaned(&one.text);
    }
    kept.retain(|one| !one.text.is_empty());
    Ok(kept)
}

/// Everything that is known of a gap.
pub async fn detail(tx: &mut TenantTx, id: GapId) -> Result<GapDetail, GapError> {
    let gap = load(tx, id).await?;
    let kept = kept(tx, Some(id)).await?;
    let ids: Vec<Uuid> = kept.iter().map(|one| one.id.uuid()).collect();
    let replies = questions::replies(tx, &ids).await?;
    let best = match kept.first() {
        Some(central) => {
            let vector = vector(central);
            let query = Query {
                message: &central.text,
                wanted: Some(Language::from_tag(&central.language)),
                vector: vector.as_ref(),
                limit: 1,
            };
            search::find(tx, &query).await?.into_iter().next()
        }
        None => None,
    };
    let questions = kept.into_iter().map(|one| {
        let reply = replies.iter().find(|reply| reply.question == one.id);
        GapQuestion {
            id: one.id,
            conversation_id: one.conversation,
            contact_name: one.name,
            text: one.text,
            language: one.language,
            asked_at: one.asked_at,
            kind: one.kind,
            answered: one.answered,
            score: one.score,
            reply: reply.map(|reply| reply.text.clone()),
        }
    });
    Ok(GapDetail {
        gap,
        questions: questions.collect(),
        best,
    })
}

//! Giving a conversation to a person: once, with one word to the customer.

use accounts::notifications::{self, News};
use db::{DbError, DbResult, TenantTx};
use inbox::owner::ChangeError;
use inbox::reply::ReplyError;
use kernel::EscalationId;

use crate::escalation::category;
use crate::letter::{Letter, Stationery};
use crate::run::{Work, asked};
use crate::store;

/// What the customer is told, in the settings' words or ours.
fn notice(work: &Work) -> String {
    let (_, language) = asked(&work.steps);
    let house = work.stored.locale.as_str();
    // A language that is none of the known ones can't be spoken.
    let language = language.filter(|tag| tag != "simple");
    let language = language.unwrap_or_else(|| house.to_owned());
    let own = &work.stored.settings.escalation_notice;
    let chosen = own.get(&language).or_else(|| match language.as_str() {
        // Ours is better than another language's.
        "en" | "fr" | "es" => None,
        _ => own.get(house).or_else(|| own.get("en")),
    });
    let language = match language.as_str() {
        "en" | "fr" | "es" => language,
        _ => house.to_owned(),
    };
    if let Some(text) = chosen.filter(|text| !text.trim().is_empty()) {
        return text.clone();
    }
    match language.as_str() {
        "fr" => "Merci pour votre message. Une personne de notre équipe va vous répondre dès que possible.",
        "es" => "Gracias por tu mensaje. Una persona de nuestro equipo te responderá lo antes posible.",
        _ => "Thank you for your message. A member of our team will get back to you as soon as possible.",
    }
    .to_owned()
}

/// Hands the conversation to people and tells them; the customer is told when `tell_customer`.
pub(crate) async fn to_person(
    tx: &mut TenantTx,
    work: &Work,
    reason: &str,
    tell_customer: bool,
    stationery: Stationery<'_>,
) -> DbResult<()> {
    let id = work.conversation.id;
    let opened =
        store::escalations::open(tx, id, work.held.id, category(reason), reason, work.now).await?;
    let epoch = match inbox::owner::hand_to_human(tx, id, reason, work.now).await {
        Ok(epoch) => epoch,
        Err(ChangeError::Database(error)) => return Err(error),
        Err(error) => return Err(DbError::Corrupt(error.to_string())),
    };
    let Some(escalation) = opened else {
        return Ok(());
    };
    if tell_customer {
        match inbox::reply::send_notice(tx, id, epoch, &notice(work), work.now).await {
            Ok(_) => {}
            Err(ReplyError::Database(error)) => return Err(error),
            // Without a window there is no way to tell.
            Err(error) => tracing::debug!(%error, "the customer can't be told of the escalation"),
        }
    }
    let news = News::Escalation {
        conversation_id: id,
        escalation_id: escalation,
        contact: work.conversation.name.clone(),
        platform: work.conversation.platform(),
        category: category(reason).to_owned(),
        reason: reason.to_owned(),
    };
    notifications::tell(tx, &news, work.now).await?;
    mail(tx, work, escalation, reason, stationery).await
}

/// Leaves a mail to everybody who wants to know behind.
async fn mail(
    tx: &mut TenantTx,
    work: &Work,
    escalation: EscalationId,
    reason: &str,
    stationery: Stationery<'_>,
) -> DbResult<()> {
    let base = stationery.public_url.as_str().trim_end_matches('/');
    let conversation = &work.conversation;
    let text = format!(
        "{} on {} needs a person ({}).\n\n{base}/inbox/{}\n\nThe AI is silent there until somebody hands the \
         conversation back.\n",
        conversation.name,
        conversation.platform().label(),
        reason.replace('_', " "),
        conversation.id,
    );
    let letter = Letter {
        subject: format!("A customer needs a person: {}", conversation.name),
        text,
        id: escalation.to_string(),
    };
    letter.post(tx, &work.stored, stationery, work.now).await
}

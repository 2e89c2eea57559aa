//! Giving a conversation to a person: once, with one word to the customer.

use accounts::notifications::{self, News};
use db::{DbError, DbResult, TenantTx};
use inbox::owner::ChangeError;
use inbox::reply::ReplyError;
use kernel::EscalationId;
use mail::{Mail, Mailer};
use url::Url;

use crate::escalation::category;
use crate::run::{Work, asked};
use crate::store;

/// Mails that go out after the commit. They are best effort: what counts stands in the product.
#[derive(Debug, Default)]
pub(crate) struct Mails(Vec<Mail>);

impl Mails {
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) async fn send(&self, mailer: &Mailer) {
        for mail in &self.0 {
            if let Err(error) = mailer.send(mail).await {
                tracing::warn!(%error, "a mail about an escalation was not sent");
            }
        }
    }
}

/// What the customer is told, in the settings' words or ours.
fn notice(work: &Work) -> String {
    let (_, language) = asked(&work.steps);
    let language = language.unwrap_or_default();
    let own = &work.stored.settings.escalation_notice;
    let chosen = own.get(&language).or_else(|| match language.as_str() {
        // Ours is better than another language's.
        "fr" | "es" => None,
        _ => own.get("en"),
    });
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
    public_url: &Url,
) -> DbResult<Mails> {
    let id = work.conversation.id;
    let opened =
        store::escalations::open(tx, id, work.held.id, category(reason), reason, work.now).await?;
    let epoch = match inbox::owner::hand_to_human(tx, id, reason, work.now).await {
        Ok(epoch) => epoch,
        Err(ChangeError::Database(error)) => return Err(error),
        Err(error) => return Err(DbError::Corrupt(error.to_string())),
    };
    let Some(escalation) = opened else {
        return Ok(Mails::none());
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
    mails(tx, work, escalation, reason, public_url).await
}

async fn mails(
    tx: &mut TenantTx,
    work: &Work,
    escalation: EscalationId,
    reason: &str,
    public_url: &Url,
) -> DbResult<Mails> {
    let chosen = work.stored.settings.notify_emails.clone();
    let to = if chosen.is_empty() {
        store::escalations::owners(tx).await?
    } else {
        chosen
    };
    let base = public_url.as_str().trim_end_matches('/');
    let conversation = &work.conversation;
    let text = format!(
        "{} on {} needs a person ({}).\n\n{base}/inbox/{}\n\nThe AI is silent there until somebody hands the \
         conversation back.\n",
        conversation.name,
        conversation.platform().label(),
        reason.replace('_', " "),
        conversation.id,
    );
    let mail = |(at, to): (usize, String)| Mail {
        to,
        subject: format!("A customer needs a person: {}", conversation.name),
        text: text.clone(),
        html: None,
        message_id: format!("{escalation}-{at}"),
    };
    Ok(Mails(to.into_iter().enumerate().map(mail).collect()))
}

//! The mails of this feature, in the reader's language.

use kernel::{InvitationId, Secret};
use mail::Mail;
use url::Url;
use web::i18n::{Locale, Message};

use crate::profile::User;
use crate::token;

/// The link to choose a new password.
pub(crate) fn reset(public: &Url, user: &User, secret: &Secret) -> Mail {
    let locale = Locale::from_tag(&user.locale).unwrap_or_default();
    let link = link(public, "/reset", secret);
    Mail {
        to: user.email.clone(),
        subject: Message::new(locale, "accounts.mail.reset_subject").to_string(),
        text: Message::new(locale, "accounts.mail.reset_text")
            .with("name", &user.name)
            .with("link", link)
            .to_string(),
        html: None,
        message_id: format!("reset-{}", hex::encode(token::digest(secret.expose()))),
    }
}

/// The link to join a workspace.
pub(crate) fn invitation(
    public: &Url,
    id: InvitationId,
    email: &str,
    (locale, inviter, workspace): (Locale, &str, &str),
    secret: &Secret,
) -> Mail {
    let link = link(public, "/invitations/accept", secret);
    Mail {
        to: email.to_owned(),
        subject: Message::new(locale, "accounts.mail.invite_subject")
            .with("workspace", workspace)
            .to_string(),
        text: Message::new(locale, "accounts.mail.invite_text")
            .with("name", inviter)
            .with("workspace", workspace)
            .with("link", link)
            .to_string(),
        html: None,
        message_id: format!("invitation-{id}"),
    }
}

fn link(public: &Url, path: &str, secret: &Secret) -> String {
    let mut link = public.clone();
    link.set_path(path);
    link.query_pairs_mut().append_pair("token", secret.expose());
    link.to_string()
}

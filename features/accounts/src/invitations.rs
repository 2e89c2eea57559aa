//! Invitations: for one address, for seven days, for one use.

use chrono::{DateTime, TimeDelta, Utc};
use db::{DbError, TenantTx};
use kernel::{InvitationId, Role, Secret, UserId, WorkspaceId};
use mail::SendMail;
use serde::Serialize;
use web::i18n::Locale;

use crate::rule::{self, Check};
use crate::{Accounts, Broken, letters, store, token};

const LIFETIME: TimeDelta = TimeDelta::days(7);

/// An open invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who may accept it.
    pub email: String,
    /// The role they get.
    pub role: Role,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Who invites.
#[derive(Debug, Clone, Copy)]
pub struct Inviter<'a> {
    /// The person.
    pub user: UserId,
    /// Their name, for the mail.
    pub name: &'a str,
    /// What they may do; nobody invites above themselves.
    pub role: Role,
    /// The workspace's name, for the mail.
    pub workspace: &'a str,
    /// The language of the mail.
    pub locale: Locale,
}

/// What an invitation offers, for the page that accepts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The workspace's name.
    pub workspace: String,
    /// Who may accept it.
    pub email: String,
    /// The role.
    pub role: Role,
}

/// Why nothing came of an invitation.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// The address breaks a rule.
    #[error("the invitation can't be accepted")]
    Invalid(#[from] Broken),
    /// The address has a seat already.
    #[error("this person is a member already")]
    Member,
    /// Nobody invites to a role above their own.
    #[error("only an owner may invite an owner")]
    NotAllowed,
    /// Unknown, used, revoked, or older than seven days.
    #[error("the invitation is not valid any more")]
    Unknown,
    /// It is for somebody else.
    #[error("the invitation is for another e-mail address")]
    OtherAddress,
    /// The database failed.
    #[error("the invitation could not be saved")]
    Db(#[from] DbError),
}

/// The open invitations, newest first.
pub async fn list(
    tx: &mut TenantTx,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>, InvitationError> {
    Ok(store::workspace::invitations(tx, now).await?)
}

impl Accounts {
    /// Makes an invitation. Its mail leaves by itself once the transaction is committed.
    pub async fn invite(
        &self,
        tx: &mut TenantTx,
        inviter: Inviter<'_>,
        email: &str,
        role: Role,
    ) -> Result<Invitation, InvitationError> {
        let mut check = Check::default();
        let email = check.take(rule::email(email));
        check.done()?;
        if role > inviter.role {
            return Err(InvitationError::NotAllowed);
        }
        if store::workspace::has_member(tx, &email).await? {
            return Err(InvitationError::Member);
        }
        let (secret, now) = (token::fresh(), self.clock.now());
        let id = InvitationId::new();
        let invitation = Invitation {
            id,
            email,
            role,
            created_at: now,
            expires_at: now + LIFETIME,
        };
        let hash = token::digest(secret.expose());
        store::workspace::invite(tx, &invitation, &hash, inviter.user).await?;
        store::workspace::audit(tx, "invitation.created", &id.to_string(), now).await?;
        let words = (inviter.locale, inviter.name, inviter.workspace);
        let mail = letters::invitation(&self.public_url, id, &invitation.email, words, &secret);
        tx.enqueue(&SendMail::job(&self.key, &mail, now)?).await?;
        Ok(invitation)
    }

    /// Makes an invitation void.
    pub async fn revoke_invitation(
        &self,
        tx: &mut TenantTx,
        id: InvitationId,
    ) -> Result<(), InvitationError> {
        let now = self.clock.now();
        if !store::workspace::revoke_invitation(tx, id, now).await? {
            return Err(InvitationError::Unknown);
        }
        Ok(store::workspace::audit(tx, "invitation.revoked", &id.to_string(), now).await?)
    }

    /// What the invitation with this token offers.
    pub async fn offer(&self, secret: &Secret) -> Result<Offer, InvitationError> {
        let mut tx = self.db.people().await?;
        let hash = token::digest(secret.expose());
        let open = store::seats::open_invitation(&mut tx, &hash, self.clock.now())
            .await?
            .ok_or(InvitationError::Unknown)?;
        Ok(Offer {
            workspace: open.workspace_name,
            email: open.email,
            role: open.role,
        })
    }

    /// Accepts an invitation for a person with the address it was sent to.
    pub async fn accept_invitation(
        &self,
        secret: &Secret,
        user: UserId,
    ) -> Result<WorkspaceId, InvitationError> {
        let (hash, now) = (token::digest(secret.expose()), self.clock.now());
        let mut tx = self.db.people().await?;
        let open = store::seats::open_invitation(&mut tx, &hash, now)
            .await?
            .ok_or(InvitationError::Unknown)?;
        let person = store::people::user(&mut tx, user)
            .await?
            .ok_or(InvitationError::Unknown)?;
        if person.email != open.email {
            return Err(InvitationError::OtherAddress);
        }
        store::people::prove_email(&mut tx, user, now).await?;
        store::seats::add(&mut tx, open.workspace, user, open.role, now).await?;
        store::seats::mark_accepted(&mut tx, &open, now).await?;
        tx.commit().await?;
        Ok(open.workspace)
    }
}

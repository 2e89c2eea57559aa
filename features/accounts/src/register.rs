//! Registering: a person with a workspace of their own, or with the seat they were invited to.

use db::{DbError, PeopleTx, Scope};
use kernel::{Role, Secret, UserId, WorkspaceId};

use crate::rule::{self, Check};
use crate::store::people::NewUser;
use crate::{Accounts, Broken, HashError, password, store, token};

/// What a person gives to register.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The address to sign in with.
    pub email: String,
    /// 10 to 200 characters.
    pub password: Secret,
    /// The name that others see.
    pub name: String,
    /// What to do for a workspace.
    pub seat: Seat,
    /// The language's tag.
    pub locale: String,
    /// The IANA time zone.
    pub time_zone: String,
}

/// Where a new person works.
#[derive(Clone, Debug)]
pub enum Seat {
    /// In a new workspace of this name, as its owner.
    Own(String),
    /// Where this invitation leads.
    Invited(Secret),
}

/// Why nobody was registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// A field breaks a rule.
    #[error("the registration can't be accepted")]
    Invalid(#[from] Broken),
    /// Somebody has that address already.
    #[error("this e-mail address has an account already")]
    EmailTaken,
    /// The invitation is not good, or for another address.
    #[error("the invitation is not valid for this address")]
    Invitation,
    /// Hashing failed.
    #[error("the password could not be kept")]
    Hash(#[from] HashError),
    /// The database failed.
    #[error("the registration could not be saved")]
    Db(#[source] DbError),
}

impl From<DbError> for RegisterError {
    fn from(error: DbError) -> Self {
        if error.is_duplicate("users_email") {
            Self::EmailTaken
        } else {
            Self::Db(error)
        }
    }
}

impl Accounts {
    /// Registers a person; answers who it is and where they have their seat.
    pub async fn register(
        &self,
        wanted: Registration,
    ) -> Result<(UserId, WorkspaceId), RegisterError> {
        let mut check = Check::default();
        let email = check.take(rule::email(&wanted.email));
        check.take(rule::password(wanted.password.expose()));
        let name = check.take(rule::name(&wanted.name));
        let workspace_name = match &wanted.seat {
            Seat::Own(name) => check.take(rule::workspace(name)),
            Seat::Invited(_) => String::new(),
        };
        let locale = check.take(rule::locale(&wanted.locale));
        let time_zone = check.take(rule::time_zone(&wanted.time_zone));
        check.done()?;

        let password_hash = password::hash(wanted.password).await?;
        let now = self.clock.now();
        let id = UserId::new();
        let mut tx = self.db.people().await?;
        let user = NewUser {
            id,
            email: &email,
            name: &name,
            password_hash: &password_hash,
            locale: &locale,
            time_zone: &time_zone,
        };
        store::people::add(&mut tx, user, now).await?;
        let workspace = match &wanted.seat {
            Seat::Own(_) => {
                self.found(&mut tx, id, &workspace_name, (&locale, &time_zone))
                    .await?
            }
            Seat::Invited(secret) => {
                let hash = token::digest(secret.expose());
                let invitation = store::seats::open_invitation(&mut tx, &hash, now)
                    .await?
                    .filter(|invitation| invitation.email == email)
                    .ok_or(RegisterError::Invitation)?;
                store::people::prove_email(&mut tx, id, now).await?;
                let (workspace, role) = (invitation.workspace, invitation.role);
                store::seats::add(&mut tx, workspace, id, role, now).await?;
                store::seats::mark_accepted(&mut tx, &invitation, now).await?;
                workspace
            }
        };
        tx.commit().await?;
        Ok((id, workspace))
    }

    /// Makes a workspace with this person as its owner.
    pub(crate) async fn found(
        &self,
        tx: &mut PeopleTx,
        owner: UserId,
        name: &str,
        speech: (&str, &str),
    ) -> Result<WorkspaceId, DbError> {
        let (workspace, now) = (WorkspaceId::new(), self.clock.now());
        store::people::add_workspace(tx, workspace, name, speech, now).await?;
        store::seats::add(tx, workspace, owner, Role::Owner, now).await?;
        Ok(workspace)
    }

    /// Makes sure that a person with this address, password and first workspace exists, and
    /// answers the proof to work there; for the demo and the command `user create`. One who
    /// exists keeps their password and their seats.
    pub async fn ensure_user(
        &self,
        email: &str,
        password: &Secret,
        name: &str,
        workspace: &str,
    ) -> Result<(UserId, Scope), RegisterError> {
        let wanted = Registration {
            email: email.to_owned(),
            password: password.clone(),
            name: name.to_owned(),
            seat: Seat::Own(workspace.to_owned()),
            locale: "en".to_owned(),
            time_zone: "UTC".to_owned(),
        };
        let user = match self.register(wanted).await {
            Ok((user, _)) => user,
            Err(RegisterError::EmailTaken) => {
                let mut tx = self.db.people().await?;
                let email = email.trim().to_lowercase();
                let known = store::people::credentials(&mut tx, &email).await?;
                known.ok_or(RegisterError::EmailTaken)?.0
            }
            Err(error) => return Err(error),
        };
        let mut tx = self.db.people().await?;
        if let Some(seat) = tx.memberships(user).await?.into_iter().next() {
            return Ok((user, seat.scope));
        }
        let id = self.found(&mut tx, user, workspace, ("en", "UTC")).await?;
        let seat = tx.membership(user, id).await?;
        tx.commit().await?;
        let missing = || RegisterError::Db(DbError::Missing("memberships".to_owned()));
        Ok((user, seat.ok_or_else(missing)?.scope))
    }
}

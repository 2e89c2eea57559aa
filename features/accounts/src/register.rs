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

/// On whose word an address belongs to a person.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Their own, which proves nothing.
    Theirs,
    /// That of who runs the installation.
    OfTheInstallation,
}

impl Accounts {
    /// Registers a person; answers who it is and where they have their seat.
    pub async fn register(
        &self,
        wanted: Registration,
    ) -> Result<(UserId, WorkspaceId), RegisterError> {
        self.take_in(wanted, Word::Theirs).await
    }

    async fn take_in(
        &self,
        wanted: Registration,
        word: Word,
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
        if word == Word::OfTheInstallation {
            store::people::prove_email(&mut tx, id, now).await?;
        }
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

    /// Makes a person with a workspace of their own on the word of who runs the installation, so
    /// that the address counts as proven; answers the proof to work there.
    pub async fn create_user(
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
        let (user, workspace) = self.take_in(wanted, Word::OfTheInstallation).await?;
        let seat = self.db.people().await?.membership(user, workspace).await?;
        Ok((user, seat.ok_or_else(no_seat)?.scope))
    }

    /// The same for the demo, once: one who exists keeps their password and their seats.
    pub async fn ensure_user(
        &self,
        email: &str,
        password: &Secret,
        name: &str,
        workspace: &str,
    ) -> Result<(UserId, Scope), RegisterError> {
        let made = self.create_user(email, password, name, workspace).await;
        let Err(RegisterError::EmailTaken) = made else {
            return made;
        };
        let mut tx = self.db.people().await?;
        let email = email.trim().to_lowercase();
        let known = store::people::credentials(&mut tx, &email).await?;
        let user = known.ok_or(RegisterError::EmailTaken)?.0;
        store::people::prove_email(&mut tx, user, self.clock.now()).await?;
        let first = tx.memberships(user).await?.into_iter().next();
        let seat = if first.is_some() {
            first
        } else {
            let id = self.found(&mut tx, user, workspace, ("en", "UTC")).await?;
            tx.membership(user, id).await?
        };
        tx.commit().await?;
        Ok((user, seat.ok_or_else(no_seat)?.scope))
    }
}

fn no_seat() -> RegisterError {
    RegisterError::Db(DbError::Missing("memberships".to_owned()))
}

//! The members of a workspace. Admins manage them but can't touch owners; the last owner stays.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{MembershipId, Role, UserId};
use serde::Serialize;

use crate::{Accounts, store};

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = Member)]
pub struct MemberRow {
    /// The seat.
    pub id: MembershipId,
    /// The person.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub joined_at: DateTime<Utc>,
}

/// Why a seat was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// There is no such seat here.
    #[error("there is no such member")]
    Unknown,
    /// It would leave the workspace without an owner.
    #[error("a workspace needs at least one owner")]
    LastOwner,
    /// Only owners change owners and name new ones.
    #[error("only an owner may do this")]
    NotAllowed,
    /// The database failed.
    #[error("the members could not be changed")]
    Db(#[from] DbError),
}

/// All members, oldest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<MemberRow>, MemberError> {
    Ok(store::workspace::members(tx).await?)
}

/// Whether anybody else is a member, or was invited.
pub async fn in_company(tx: &mut TenantTx) -> DbResult<bool> {
    store::workspace::in_company(tx).await
}

impl Accounts {
    /// Gives a member another role. `acting` is the role of who asks.
    pub async fn change_role(
        &self,
        tx: &mut TenantTx,
        acting: Role,
        id: MembershipId,
        wanted: Role,
    ) -> Result<(), MemberError> {
        let seats = store::workspace::lock_seats(tx).await?;
        may_change(&seats, acting, id, None, Some(wanted))?;
        store::workspace::set_role(tx, id, wanted).await?;
        let now = self.clock.now();
        Ok(store::workspace::audit(tx, "member.role", &format!("{id} {wanted}"), now).await?)
    }

    /// Takes a member's seat away; everybody may leave by themselves. The keys they made go too.
    pub async fn remove_member(
        &self,
        tx: &mut TenantTx,
        acting: Role,
        id: MembershipId,
    ) -> Result<(), MemberError> {
        let seats = store::workspace::lock_seats(tx).await?;
        let user = may_change(&seats, acting, id, tx.scope().actor().user(), None)?;
        let now = self.clock.now();
        store::workspace::revoke_keys_of(tx, user, now).await?;
        store::workspace::remove(tx, id).await?;
        Ok(store::workspace::audit(tx, "member.removed", &id.to_string(), now).await?)
    }
}

/// Whether `acting` may give the seat `id` the role `wanted`, or take it away (no role);
/// `leaving` is who may always go by themselves. Answers whose seat it is.
fn may_change(
    seats: &[(MembershipId, UserId, Role)],
    acting: Role,
    id: MembershipId,
    leaving: Option<UserId>,
    wanted: Option<Role>,
) -> Result<UserId, MemberError> {
    let (_, user, role) = seats
        .iter()
        .find(|(seat, ..)| *seat == id)
        .ok_or(MemberError::Unknown)?;
    let touches_owner = *role == Role::Owner || wanted == Some(Role::Owner);
    let needed = if touches_owner {
        Role::Owner
    } else {
        Role::Admin
    };
    if acting < needed && leaving != Some(*user) {
        return Err(MemberError::NotAllowed);
    }
    let owners = seats
        .iter()
        .filter(|(.., role)| *role == Role::Owner)
        .count();
    if *role == Role::Owner && wanted != Some(Role::Owner) && owners < 2 {
        return Err(MemberError::LastOwner);
    }
    Ok(*user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats() -> Vec<(MembershipId, UserId, Role)> {
        [Role::Owner, Role::Admin, Role::Agent]
            .map(|role| (MembershipId::new(), UserId::new(), role))
            .to_vec()
    }

    #[test]
    fn the_last_owner_stays() {
        let mut seats = seats();
        let (id, user, _) = seats[0];
        let gone = may_change(&seats, Role::Owner, id, Some(user), None);
        assert!(matches!(gone, Err(MemberError::LastOwner)));
        let lowered = may_change(&seats, Role::Owner, id, None, Some(Role::Admin));
        assert!(matches!(lowered, Err(MemberError::LastOwner)));
        seats[1].2 = Role::Owner;
        assert!(may_change(&seats, Role::Owner, id, None, None).is_ok());
    }

    #[test]
    fn an_admin_neither_touches_nor_names_owners() {
        let seats = seats();
        let owner = may_change(&seats, Role::Admin, seats[0].0, None, Some(Role::Agent));
        assert!(matches!(owner, Err(MemberError::NotAllowed)));
        let named = may_change(&seats, Role::Admin, seats[2].0, None, Some(Role::Owner));
        assert!(matches!(named, Err(MemberError::NotAllowed)));
        assert!(may_change(&seats, Role::Admin, seats[2].0, None, Some(Role::Admin)).is_ok());
    }

    #[test]
    fn everybody_may_leave_and_agents_remove_nobody_else() {
        let seats = seats();
        let (id, user, _) = seats[2];
        assert!(may_change(&seats, Role::Agent, id, Some(user), None).is_ok());
        let other = may_change(&seats, Role::Agent, seats[1].0, Some(user), None);
        assert!(matches!(other, Err(MemberError::NotAllowed)));
    }
}

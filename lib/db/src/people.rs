//! People, their seats, sign-ins and keys: the tables that are no tenant's.

use std::collections::BTreeSet;

use kernel::{ApiKeyId, Role, UserId, WorkspaceId};
use sqlx::PgConnection;

use crate::changes::Wake;
use crate::connect::OpenTx;
use crate::{Actor, Db, DbError, DbResult, Scope};

/// A transaction on users, sessions, memberships, invitations and API keys. It can't read
/// anything of a workspace's business. It is also where a [`Scope`] is proved for people.
pub struct PeopleTx {
    tx: OpenTx,
    db: Db,
    wakes: BTreeSet<Wake>,
}

/// A seat that was looked up: the proof to work in its workspace, and as what.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The proof.
    pub scope: Scope,
    /// What the member may do.
    pub role: Role,
    /// The workspace's name.
    pub workspace_name: String,
}

impl PeopleTx {
    pub(crate) async fn begin(db: &Db) -> DbResult<Self> {
        let tx = db
            .begin("BEGIN; SET LOCAL ROLE socialsync_people".to_owned())
            .await?;
        Ok(Self {
            tx,
            db: db.clone(),
            wakes: BTreeSet::new(),
        })
    }

    /// The connection, for the store of the accounts feature.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.tx.conn()
    }

    /// Wakes the workers of a ledger after the commit.
    pub(crate) fn wake(&mut self, ledger: Wake) {
        self.wakes.insert(ledger);
    }

    /// Makes it true, then tells.
    pub async fn commit(self) -> DbResult<()> {
        self.tx.commit().await?;
        self.db.bus().tell(BTreeSet::new(), self.wakes);
        Ok(())
    }

    /// The person's seat in a workspace; none for a workspace that does not exist, too.
    pub async fn membership(
        &mut self,
        user: UserId,
        workspace: WorkspaceId,
    ) -> DbResult<Option<Membership>> {
        let row = sqlx::query!(
            "SELECT m.role, w.name FROM memberships m JOIN workspaces w USING (workspace_id)
             WHERE m.user_id = $1 AND m.workspace_id = $2",
            user.uuid(),
            workspace.uuid(),
        )
        .fetch_optional(self.conn())
        .await?;
        row.map(|row| {
            let scope = Scope::new(workspace, Actor::User(user));
            Ok(Membership {
                scope,
                role: role(&row.role)?,
                workspace_name: row.name,
            })
        })
        .transpose()
    }

    /// The seats of a person, oldest first.
    pub async fn memberships(&mut self, user: UserId) -> DbResult<Vec<Membership>> {
        let rows = sqlx::query!(
            "SELECT m.workspace_id, m.role, w.name
             FROM memberships m JOIN workspaces w USING (workspace_id)
             WHERE m.user_id = $1 ORDER BY m.created_at, m.id",
            user.uuid(),
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter()
            .map(|row| {
                let scope = Scope::new(row.workspace_id.into(), Actor::User(user));
                Ok(Membership {
                    scope,
                    role: role(&row.role)?,
                    workspace_name: row.name,
                })
            })
            .collect()
    }

    /// What the API key with this SHA-256 opens: at most what its maker may do at present. None
    /// when it was revoked, or its maker is no member any more.
    pub async fn api_key(&mut self, key_hash: &[u8]) -> DbResult<Option<Membership>> {
        let row = sqlx::query!(
            "SELECT k.workspace_id, k.id, k.role, m.role AS maker_role, w.name
             FROM api_keys k JOIN workspaces w USING (workspace_id)
                  JOIN memberships m ON m.workspace_id = k.workspace_id AND m.user_id = k.created_by
                  JOIN users u ON u.id = m.user_id
             WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND u.deactivated_at IS NULL",
            key_hash,
        )
        .fetch_optional(self.conn())
        .await?;
        row.map(|row| {
            let actor = Actor::ApiKey(ApiKeyId::from_uuid(row.id));
            let scope = Scope::new(row.workspace_id.into(), actor);
            Ok(Membership {
                scope,
                role: role(&row.role)?.min(role(&row.maker_role)?),
                workspace_name: row.name,
            })
        })
        .transpose()
    }
}

fn role(text: &str) -> DbResult<Role> {
    text.parse()
        .map_err(|_| DbError::Corrupt(format!("role {text:?}")))
}

impl std::fmt::Debug for PeopleTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PeopleTx")
    }
}

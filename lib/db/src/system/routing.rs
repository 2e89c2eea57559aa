//! Which workspace an account of a platform belongs to.

use chrono::{DateTime, Utc};
use kernel::{AccountId, ContactId, Platform, WorkspaceId};

use super::SystemTx;
use crate::{Actor, DbError, DbResult, Scope};

/// A connected account and the proof to work in its workspace.
#[derive(Clone, Copy, Debug)]
pub struct AccountRef {
    /// The proof.
    pub scope: Scope,
    /// The account.
    pub account: AccountId,
}

/// An account found by what a webhook names.
#[derive(Clone, Debug)]
pub struct RoutedAccount {
    /// The proof and the account.
    pub found: AccountRef,
    /// The id the webhook named.
    pub external_id: String,
    /// The id above it: Instagram's app-scoped id, or the WhatsApp business account.
    pub parent_id: Option<String>,
}

fn account_ref(workspace: uuid::Uuid, account: uuid::Uuid) -> AccountRef {
    AccountRef {
        scope: Scope::new(WorkspaceId::from_uuid(workspace), Actor::System),
        account: account.into(),
    }
}

impl SystemTx {
    /// The connected accounts that webhooks name by these ids (professional account id, phone
    /// number id).
    pub async fn route(
        &mut self,
        platform: Platform,
        external_ids: &[String],
    ) -> DbResult<Vec<RoutedAccount>> {
        let rows = sqlx::query!(
            "SELECT workspace_id, id, external_id, parent_id FROM social_accounts
             WHERE platform = $1 AND external_id = ANY($2) AND state <> 'disconnected'",
            platform.as_str(),
            external_ids,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| RoutedAccount {
                found: account_ref(row.workspace_id, row.id),
                external_id: row.external_id,
                parent_id: row.parent_id,
            })
            .collect())
    }

    /// The connected accounts under a parent: all numbers of a WhatsApp business account, or the
    /// Instagram account with this app-scoped id.
    pub async fn accounts_under(
        &mut self,
        platform: Platform,
        parent_id: &str,
    ) -> DbResult<Vec<AccountRef>> {
        let rows = sqlx::query!(
            "SELECT workspace_id, id FROM social_accounts
             WHERE platform = $1 AND parent_id = $2 AND state <> 'disconnected'",
            platform.as_str(),
            parent_id,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| account_ref(row.workspace_id, row.id))
            .collect())
    }

    /// The connected accounts whose token runs out before `before` and that were refreshed last
    /// before `refreshed_before` (a token younger than a day can't be refreshed).
    pub async fn accounts_to_refresh(
        &mut self,
        before: DateTime<Utc>,
        refreshed_before: DateTime<Utc>,
    ) -> DbResult<Vec<AccountRef>> {
        let rows = sqlx::query!(
            "SELECT workspace_id, id FROM social_accounts
             WHERE state = 'connected' AND token_expires_at < $1
               AND coalesce(token_refreshed_at, connected_at) < $2
             ORDER BY token_expires_at LIMIT 500",
            before,
            refreshed_before,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| account_ref(row.workspace_id, row.id))
            .collect())
    }

    /// The connected accounts of a platform whose turn it is to be compared with it: those that
    /// hear webhooks when that was last before `heard_before`, those that heard none yet, or none
    /// since a comparison found a gap, when it was last before `silent_before`.
    pub async fn accounts_to_check(
        &mut self,
        platform: Platform,
        silent_before: DateTime<Utc>,
        heard_before: DateTime<Utc>,
    ) -> DbResult<Vec<AccountRef>> {
        let rows = sqlx::query!(
            "SELECT workspace_id, id FROM social_accounts
             WHERE platform = $1 AND state = 'connected'
               AND coalesce(last_checked_at, connected_at) <
                   CASE WHEN last_webhook_at > coalesce(last_gap_at, connected_at)
                        THEN $3::timestamptz ELSE $2::timestamptz END
             ORDER BY last_checked_at NULLS FIRST LIMIT 500",
            platform.as_str(),
            silent_before,
            heard_before,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| account_ref(row.workspace_id, row.id))
            .collect())
    }

    /// Instagram contacts whose profile was never asked for, the newest first: the account they
    /// wrote to, the contact, and the id that the account knows them by.
    pub async fn contacts_without_profile(
        &mut self,
        most: i64,
    ) -> DbResult<Vec<(AccountRef, ContactId, String)>> {
        let rows = sqlx::query!(
            "SELECT c.workspace_id, c.id, i.value, v.account_id
             FROM contacts c
             JOIN contact_identities i ON i.workspace_id = c.workspace_id
                AND i.contact_id = c.id AND i.kind = 'igsid'
             JOIN conversations v ON v.workspace_id = c.workspace_id AND v.contact_id = c.id
             WHERE c.platform = 'instagram' AND c.profile_checked_at IS NULL
             ORDER BY c.first_seen_at DESC LIMIT $1",
            most,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let account = account_ref(row.workspace_id, row.account_id);
                (account, row.id.into(), row.value)
            })
            .collect())
    }

    /// A scope for each workspace, for work that visits all of them.
    pub async fn all_workspaces(&mut self) -> DbResult<Vec<Scope>> {
        let rows = sqlx::query_scalar!("SELECT workspace_id FROM workspaces ORDER BY workspace_id")
            .fetch_all(self.conn())
            .await?;
        Ok(rows
            .into_iter()
            .map(|id| Scope::new(id.into(), Actor::System))
            .collect())
    }

    /// The scope of a workspace that the operator names on the command line.
    pub async fn workspace_for_operator(&mut self, id: WorkspaceId) -> DbResult<Option<Scope>> {
        let found = sqlx::query_scalar!(
            "SELECT workspace_id FROM workspaces WHERE workspace_id = $1",
            id.uuid()
        )
        .fetch_optional(self.conn())
        .await
        .map_err(DbError::from)?;
        Ok(found.map(|id| Scope::new(id.into(), Actor::System)))
    }
}

//! Proof of whose data may be touched.

use kernel::{ApiKeyId, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A member, signed in.
    User(UserId),
    /// A program with a key.
    ApiKey(ApiKeyId),
    /// The product itself: a worker, a schedule, a webhook.
    System,
}

impl Actor {
    /// The person who acts, when it is one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::ApiKey(_) | Self::System => None,
        }
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::ApiKey(id) => id.fmt(f),
            Self::System => f.write_str("system"),
        }
    }
}

/// The right to work in one workspace. Only this crate makes one, from a membership, an API key,
/// a claimed row or a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub(crate) workspace: WorkspaceId,
    pub(crate) actor: Actor,
}

impl Scope {
    pub(crate) fn new(workspace: WorkspaceId, actor: Actor) -> Self {
        Self { workspace, actor }
    }

    /// The workspace.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Who acts in it.
    pub fn actor(&self) -> Actor {
        self.actor
    }
}

/// The part of a job that says in whose name it runs. It is made from an open [`crate::TenantTx`]
/// and read back by the queue; nothing a customer sends becomes one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct JobEnvelope {
    workspace: WorkspaceId,
}

impl JobEnvelope {
    pub(crate) fn new(workspace: WorkspaceId) -> Self {
        Self { workspace }
    }

    /// The scope the job runs with.
    pub fn scope(self) -> Scope {
        Scope::new(self.workspace, Actor::System)
    }
}

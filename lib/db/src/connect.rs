//! The pool, and the only doors to it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::broadcast;

use crate::activity::Open;
use crate::changes::{Bus, Change, Wake};
use crate::{DbError, DbResult, PeopleTx, Reactions, Scope, SystemTx, TenantTx};

/// How an address of PostgreSQL begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// How to connect.
#[derive(Clone, Debug)]
pub struct Options {
    /// A `postgres://` URL.
    pub url: String,
    /// The most connections this process opens.
    pub max_connections: u32,
    /// How long a caller waits for a free one. The webhook door has a shorter patience of its own.
    pub acquire_timeout: Duration,
}

impl Options {
    /// The usual options for a database at this URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 32,
            acquire_timeout: Duration::from_secs(3),
        }
    }
}

/// Why there is no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The setting is no PostgreSQL URL.
    #[error("DATABASE_URL is not a PostgreSQL address (postgres://user:password@host/database)")]
    BadUrl(#[source] sqlx::Error),
    /// Nobody answers there, or it refuses us.
    #[error("the database can't be reached")]
    Unreachable(#[source] sqlx::Error),
}

/// The database. Clones share one pool.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    pool: PgPool,
    bus: Bus,
    reactions: Arc<OnceLock<Arc<Reactions>>>,
}

impl Db {
    /// Connects and makes sure that the database answers.
    pub async fn connect(options: &Options) -> Result<Self, ConnectError> {
        if !SCHEMES.iter().any(|scheme| options.url.starts_with(scheme)) {
            let words = "it begins with neither postgres:// nor postgresql://";
            return Err(ConnectError::BadUrl(sqlx::Error::Configuration(
                words.into(),
            )));
        }
        let connect: PgConnectOptions = options.url.parse().map_err(ConnectError::BadUrl)?;
        let connect = connect.application_name("socialsync").options([
            ("timezone", "UTC"),
            ("statement_timeout", "30s"),
            // A process that stands still in the middle of a transaction must not hold rows
            // for longer than it takes to be taken for dead.
            ("idle_in_transaction_session_timeout", "10s"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections)
            .min_connections(2)
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .connect_with(connect)
            .await
            .map_err(ConnectError::Unreachable)?;
        let bus = Bus::start(pool.clone());
        Ok(Self {
            inner: Arc::new(Inner {
                pool,
                bus,
                reactions: Arc::default(),
            }),
        })
    }

    /// The same database over a pool of its own: what uses it never waits for the connections of
    /// the others, nor they for its. Signals and reactions are shared.
    #[must_use]
    pub fn beside(&self, max_connections: u32) -> Self {
        let options = self.inner.pool.options().clone();
        let pool = options
            .max_connections(max_connections)
            .min_connections(0)
            .connect_lazy_with(self.inner.pool.connect_options().as_ref().clone());
        Self {
            inner: Arc::new(Inner {
                pool,
                bus: self.inner.bus.clone(),
                reactions: Arc::clone(&self.inner.reactions),
            }),
        }
    }

    /// Sets the list of reactions, once.
    pub fn set_reactions(&self, reactions: Reactions) {
        if self.inner.reactions.set(Arc::new(reactions)).is_err() {
            tracing::warn!("the list of reactions was set twice; the first one stays");
        }
    }

    /// Opens a transaction in the workspace that `scope` proves.
    pub async fn tenant(&self, scope: &Scope) -> DbResult<TenantTx> {
        TenantTx::begin(self, *scope).await
    }

    /// Opens a transaction on people, seats, sign-ins and keys.
    pub async fn people(&self) -> DbResult<PeopleTx> {
        PeopleTx::begin(self).await
    }

    /// Opens a transaction for the named cross-tenant questions.
    pub async fn system(&self) -> DbResult<SystemTx> {
        SystemTx::begin(self).await
    }

    /// The changes that all processes tell, from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.bus.changes()
    }

    /// The wake-ups for workers, from now on.
    pub fn wakes(&self) -> broadcast::Receiver<Wake> {
        self.inner.bus.wakes()
    }

    /// Wakes the workers of a ledger, everywhere.
    pub fn wake(&self, ledger: Wake) {
        self.inner
            .bus
            .tell(std::collections::BTreeSet::new(), [ledger].into());
    }

    /// Tells the screens of a workspace that something of this name changed.
    pub fn signal(&self, scope: &Scope, name: impl Into<String>) {
        let change = Change {
            workspace: scope.workspace(),
            name: name.into(),
        };
        self.inner
            .bus
            .tell([change].into(), std::collections::BTreeSet::new());
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> DbResult<()> {
        sqlx::query("SELECT 1").execute(&self.inner.pool).await?;
        Ok(())
    }

    /// The number of open connections and of those that are idle.
    pub fn connections(&self) -> (u32, usize) {
        (self.inner.pool.size(), self.inner.pool.num_idle())
    }

    /// Closes all connections; what is running ends first.
    pub async fn close(&self) {
        self.inner.pool.close().await;
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.inner.pool
    }

    pub(crate) fn bus(&self) -> &Bus {
        &self.inner.bus
    }

    pub(crate) fn reactions(&self) -> Arc<Reactions> {
        self.inner.reactions.get().cloned().unwrap_or_default()
    }

    /// Begins with a statement of several parts. A pooled connection may have died with the
    /// server since it was used last, which shows here before anything was done: try once more
    /// with another one.
    pub(crate) async fn begin(&self, statement: String) -> Result<OpenTx, DbError> {
        let open = Open::begin();
        let mut tries = 0;
        loop {
            tries += 1;
            match self
                .inner
                .pool
                .begin_with(AssertSqlSafe(statement.clone()))
                .await
            {
                Ok(tx) => return Ok(OpenTx { tx, _open: open }),
                Err(error) => {
                    let error = DbError::from(error);
                    let pool_is_exhausted =
                        matches!(&error, DbError::Unavailable(sqlx::Error::PoolTimedOut));
                    if tries > 3 || !error.is_unavailable() || pool_is_exhausted {
                        return Err(error);
                    }
                }
            }
        }
    }
}

/// A transaction on a connection of the pool, which the process counts as busy with.
pub(crate) struct OpenTx {
    tx: Transaction<'static, Postgres>,
    _open: Open,
}

impl OpenTx {
    /// The connection.
    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Makes it true.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        self.tx.commit().await
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Db")
    }
}

/// Creates a database on a server unless it is there. `server_url` names a database to connect
/// to, such as `postgres`; `name` may hold lower-case letters, digits and underscores.
pub async fn create_database_if_missing(server_url: &str, name: &str) -> DbResult<()> {
    let mut server = sqlx::postgres::PgConnection::connect(server_url).await?;
    let there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(name)
            .fetch_one(&mut server)
            .await?;
    let safe = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !there && safe {
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut server)
            .await?;
    }
    server.close().await?;
    Ok(())
}

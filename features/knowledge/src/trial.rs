//! Documents that are tried before they are put to use: read as usual, and found by nobody but an
//! evaluation that tries them.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use db::{DbError, DbResult, Scope, TenantTx};
use kernel::{FileId, TrialId};
use queue::{Attempt, Job, JobError};
use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::Knowledge;
use crate::chunk::Piece;
use crate::document::{self, Document, State, Trouble};
use crate::ingest::{self, IngestError};
use crate::language::Language;
use crate::store::versions::{self, NewVersion};
use crate::store::{files, trials};
use crate::upload::{self, Arrival, UploadError};

/// The most trials of a workspace at a time.
pub const MOST: i64 = 20;
/// The most passages of one.
const MOST_PIECES: usize = 10_000;
/// The most passages that are shown.
const SHOWN: usize = 500;

/// A document that is tried.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentTrial)]
pub struct Trial {
    /// Its id.
    pub id: TrialId,
    /// The document that it would be a new version of; absent for a new document.
    pub document: Option<FileId>,
    /// What its content is kept under.
    #[serde(skip)]
    pub content: FileId,
    /// The file's name.
    pub name: String,
    /// What it is, told from its content, such as `application/pdf`.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// How far it is; `ready` is read and not in use.
    pub state: State,
    /// Why it could not be read.
    pub error: Option<Trouble>,
    /// What stands in for the name in the sentence about the error.
    pub error_detail: Option<String>,
    /// The language, once it was read.
    pub language: Option<Language>,
    /// Its title, once it was read.
    pub title: String,
    /// How many pages it has; only a PDF knows.
    pub pages: Option<i32>,
    /// How many passages it gave.
    pub passages: i32,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

impl Trial {
    /// What stands in for the name in the sentence about the error.
    pub(crate) fn detail(&self) -> &str {
        self.error_detail.as_deref().unwrap_or_default()
    }

    /// Whether it was read and can be tried.
    pub fn is_ready(&self) -> bool {
        self.state == State::Ready
    }
}

/// What became of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes on.
    Tried,
    /// It was put to use: this document has it, as the version in use or an earlier one.
    Used(FileId),
    /// It was discarded, or put to use and removed since.
    Gone,
}

/// Why a trial was not begun, shown or put to use.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// There are as many as there may be.
    #[error("At most 20 documents are tried at a time. Put one to use or discard it.")]
    TooMany,
    /// It was put to use or discarded, or never was.
    #[error("there is no such trial")]
    NotFound,
    /// It was not read, so nobody knows what it says.
    #[error("the document was not read")]
    NotReady,
    /// The document that it would be a version of is gone.
    #[error("the document that it would be a version of is gone")]
    DocumentGone,
    /// It can't be taken in.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// The database failed.
    #[error("the trial could not be kept")]
    Db(#[from] DbError),
}

/// Read a document that is tried.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ReadTrial {
    /// Which.
    pub trial: TrialId,
}

impl Job for ReadTrial {
    const KIND: &'static str = "read_trial";
    const ATTEMPTS: i32 = 5;
    const LONGEST: Duration = Duration::from_mins(2);

    fn job_key(&self) -> Option<String> {
        Some(self.trial.to_string())
    }
}

/// Keeps a document to be tried, as a new one or as a new version of `document`, and leaves it to a
/// worker to read. What would be refused as an upload is refused here.
pub async fn begin(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    document: Option<FileId>,
    name: &str,
    content: Bytes,
) -> Result<Trial, TrialError> {
    let arrival = Arrival::new(name, name, content)?;
    if let Some(document) = document {
        let found = document::find(tx, document).await;
        if found.map_err(UploadError::from)?.source.is_some() {
            return Err(UploadError::OfTheWeb.into());
        }
    }
    if trials::count(tx).await? >= MOST {
        return Err(TrialError::TooMany);
    }
    if let Some(same) = files::with_hash(tx, &arrival.sha256).await? {
        return Err(UploadError::Duplicate(same).into());
    }
    let (id, content) = (TrialId::new(), FileId::new());
    let by = tx.scope().actor().user();
    let version = arrival.version(knowledge, content, by);
    trials::insert(tx, id, document, &version).await?;
    arrival.store(knowledge, tx.workspace(), content).await?;
    let job = queue::job(&ReadTrial { trial: id }, knowledge.clock.now())?;
    tx.enqueue(&job).await?;
    tx.signal("knowledge-changed");
    find(tx, id).await
}

/// All of them, newest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Trial>, TrialError> {
    Ok(trials::list(tx).await?)
}

/// One of them.
pub async fn find(tx: &mut TenantTx, id: TrialId) -> Result<Trial, TrialError> {
    trials::find(tx, id).await?.ok_or(TrialError::NotFound)
}

/// What became of the trial with this id and content.
pub async fn fate(tx: &mut TenantTx, id: TrialId, content: FileId) -> DbResult<Fate> {
    if trials::find(tx, id).await?.is_some() {
        return Ok(Fate::Tried);
    }
    let used = versions::document_of(tx, content).await?;
    Ok(used.map_or(Fate::Gone, Fate::Used))
}

/// One of them with its first 500 passages.
pub async fn load(tx: &mut TenantTx, id: TrialId) -> Result<(Trial, Vec<Piece>), TrialError> {
    let trial = find(tx, id).await?;
    let mut pieces = trials::pieces(tx, id).await?;
    pieces.truncate(SHOWN);
    Ok((trial, pieces))
}

/// Puts it to use, as if it were uploaded now; the trial is over. Of two who do it at once one
/// succeeds.
pub async fn put_to_use(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    id: TrialId,
) -> Result<Document, TrialError> {
    let taken = trials::take(tx, id).await?.ok_or(TrialError::NotFound)?;
    let (trial, sha256) = (taken.trial, taken.sha256);
    if trial.state != State::Ready {
        return Err(TrialError::NotReady);
    }
    let version = NewVersion {
        content: trial.content,
        name: &trial.name,
        media_type: &trial.media_type,
        size: trial.size,
        sha256: &sha256,
        by: tx.scope().actor().user(),
        now: knowledge.clock.now(),
    };
    let Some(document) = trial.document else {
        let id = upload::enter(tx, &version, None).await?;
        document::enqueue(tx, id, version.now).await?;
        return found(tx, id).await;
    };
    match upload::enter_version(tx, document, &version).await {
        Ok(()) => found(tx, document).await,
        Err(UploadError::NotFound) => Err(TrialError::DocumentGone),
        Err(error) => Err(error.into()),
    }
}

async fn found(tx: &mut TenantTx, id: FileId) -> Result<Document, TrialError> {
    Ok(document::find(tx, id).await.map_err(UploadError::from)?)
}

/// Discards it. Tells what its content was kept under, to be removed by
/// [`Knowledge::forget`](crate::Knowledge::forget) after the commit.
pub async fn discard(tx: &mut TenantTx, id: TrialId) -> Result<FileId, TrialError> {
    let taken = trials::take(tx, id).await?.ok_or(TrialError::NotFound)?;
    tx.signal("knowledge-changed");
    Ok(taken.trial.content)
}

impl Knowledge {
    /// Reads a trial; what it says, its state and the end of the job become true together.
    pub async fn read_trial(&self, attempt: Attempt, job: ReadTrial) -> Result<(), JobError> {
        let scope = attempt.scope()?;
        let Some(trial) = self.begin_trial(&scope, job.trial).await? else {
            return Ok(());
        };
        let read = ingest::read(self, &scope, trial.content, &trial.name).await?;
        let mut tx = self.db.tenant(&scope).await?;
        if !attempt.finish(&mut tx).await? {
            return Ok(());
        }
        let read = read.and_then(|words| {
            let fits = words.cut.pieces.len() <= MOST_PIECES;
            fits.then_some(words).ok_or((Trouble::TooComplex, None))
        });
        match read {
            Ok(words) => {
                let read = trials::Read {
                    language: words.language,
                    media_type: words.media_type,
                    title: &words.title(&trial.name),
                    pages: words.pages,
                    pieces: &words.cut.pieces,
                };
                trials::set_ready(&mut tx, trial.id, &read).await?;
            }
            Err((trouble, detail)) => {
                trials::set_failed(&mut tx, trial.id, trouble, detail.as_deref()).await?;
            }
        }
        tx.signal("knowledge-changed");
        Ok(tx.commit().await?)
    }

    async fn begin_trial(&self, scope: &Scope, id: TrialId) -> Result<Option<Trial>, IngestError> {
        let mut tx = self.db.tenant(scope).await?;
        trials::set_reading(&mut tx, id).await?;
        let trial = trials::find(&mut tx, id).await?;
        tx.signal("knowledge-changed");
        tx.commit().await?;
        Ok(trial)
    }
}

/// What follows when a trial was read in vain too often.
pub async fn give_up(tx: &mut TenantTx, job: ReadTrial) -> Result<(), DbError> {
    trials::set_failed(tx, job.trial, Trouble::Broken, None).await?;
    tx.signal("knowledge-changed");
    Ok(())
}

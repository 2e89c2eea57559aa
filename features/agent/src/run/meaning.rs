//! Searching for a run: by words at once, and by meaning too where the words leave it in doubt.
//! A vector is never made while a transaction is open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use db::{DbResult, Scope, TenantTx};
use knowledge::embed;
use knowledge::language::Language;
use knowledge::search::preview::{Drafted, InsteadOf, Preview};
use knowledge::search::{self, Hit, Query, QueryVector};

use crate::Agent;

/// What a run searches with beside what is known.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    /// Questions as vectors, each made once in a run; nothing for one that could not be made.
    made: HashMap<String, Option<QueryVector>>,
    /// Knowledge that nobody kept, in a rehearsal.
    beside: Option<Arc<Beside>>,
}

impl Vectors {
    pub(crate) fn with(beside: Option<Arc<Beside>>) -> Self {
        Self {
            beside,
            ..Self::default()
        }
    }
}

/// Knowledge that is tried: drafts, and what they stand for.
#[derive(Clone, Debug)]
pub struct Beside {
    pub(crate) drafts: Vec<Drafted>,
    pub(crate) instead_of: Option<InsteadOf>,
    /// What both come to, as long as the workspace knows nothing else.
    laid_out: Arc<Mutex<Option<Arc<Preview>>>>,
}

impl Beside {
    pub(crate) fn new(drafts: Vec<Drafted>, instead_of: Option<InsteadOf>) -> Self {
        Self {
            drafts,
            instead_of,
            laid_out: Arc::default(),
        }
    }

    async fn find(&self, tx: &mut TenantTx, query: &Query<'_>) -> DbResult<Vec<Hit>> {
        self.preview(tx).await?.find(tx, query).await
    }

    async fn preview(&self, tx: &mut TenantTx) -> DbResult<Arc<Preview>> {
        let kept = self.laid_out.lock().map(|kept| kept.clone());
        if let Some(kept) = kept.unwrap_or_default()
            && kept.is_true(tx).await?
        {
            return Ok(kept);
        }
        let new = Preview::instead_of(tx, &self.drafts, self.instead_of).await?;
        let new = Arc::new(new);
        if let Ok(mut kept) = self.laid_out.lock() {
            *kept = Some(Arc::clone(&new));
        }
        Ok(new)
    }
}

/// What a search came to.
#[derive(Debug)]
pub(crate) enum Looked<T> {
    /// It is done.
    Found(T),
    /// These questions have to become vectors first.
    Needs(Vec<String>),
}

/// The passages that may answer. A question whose words are answered for sure needs no vector.
pub(super) async fn find(
    tx: &mut TenantTx,
    message: &str,
    wanted: Option<Language>,
    limit: usize,
    vectors: &Vectors,
) -> DbResult<Looked<Vec<Hit>>> {
    if message.trim().is_empty() {
        return Ok(Looked::Found(Vec::new()));
    }
    let vector = vectors.made.get(message);
    let query = Query {
        message,
        wanted,
        vector: vector.and_then(Option::as_ref),
        limit,
    };
    let hits = match &vectors.beside {
        Some(beside) => beside.find(tx, &query).await?,
        None => search::find(tx, &query).await?,
    };
    let is_sure = |hit: &Hit| hit.answers() && wanted.is_none_or(|wanted| hit.language == wanted);
    if vector.is_some() || hits.first().is_some_and(is_sure) || !embed::serves(tx).await? {
        return Ok(Looked::Found(hits));
    }
    Ok(Looked::Needs(vec![message.to_owned()]))
}

impl Agent {
    /// Makes vectors of questions. One that can't be made soon is searched by its words alone.
    pub(crate) async fn understand(
        &self,
        scope: &Scope,
        questions: Vec<String>,
        vectors: &mut Vectors,
    ) -> DbResult<()> {
        for question in questions {
            let vector = self.knowledge.query_vector(scope, &question).await?;
            vectors.made.insert(question, vector);
        }
        Ok(())
    }
}

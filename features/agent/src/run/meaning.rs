//! Searching for a run: by words at once, and by meaning too where the words leave it in doubt.
//! A vector is never made while a transaction is open.

use std::collections::HashMap;

use db::{DbResult, Scope, TenantTx};
use knowledge::embed;
use knowledge::language::Language;
use knowledge::search::{self, Hit, Query, QueryVector};

use crate::Agent;

/// Questions as vectors, each made once in a run; nothing for one that could not be made.
pub(crate) type Vectors = HashMap<String, Option<QueryVector>>;

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
    let vector = vectors.get(message);
    let query = Query {
        message,
        wanted,
        vector: vector.and_then(Option::as_ref),
        limit,
    };
    let hits = search::find(tx, &query).await?;
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
            vectors.insert(question, vector);
        }
        Ok(())
    }
}

//! What workspaces know, held in this process in the form that is searched. A stamp that changes
//! with the knowledge says whether it is still true; only what was added or removed is read again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use db::{DbResult, TenantTx};
use kernel::{ChunkId, WorkspaceId};
use retrieval::fuse::{Scale, Searcher};
use retrieval::index::{BODY, HEADING, Index, TITLE};
use retrieval::nearest::Vectors;
use uuid::Uuid;

use crate::language::Language;
use crate::store::passages::Indexed;
use crate::store::state::State;
use crate::store::{passages, state, vectors};

/// Up to so many vectors all of them are compared, here; more are searched by PostgreSQL's graph.
const EXACT: i64 = 20_000;
/// How many vectors of a larger workspace are held, to know how cosines lie there.
const SAMPLE: usize = 1000;
/// How many passages are read at a time.
const AT_ONCE: usize = 2000;
/// About how much memory all workspaces may take, in bytes; beyond it the one that was searched
/// longest ago is let go.
const MOST_BYTES: usize = 256 << 20;

/// What one workspace knows.
#[derive(Clone, Debug)]
pub(super) struct Held {
    state: State,
    pub(super) searcher: Searcher,
    /// The passage of each number in the searcher.
    chunks: Vec<ChunkId>,
    numbers: HashMap<ChunkId, u32>,
    /// Whether the vectors are too many to be held.
    pub(super) large: bool,
    bytes: usize,
}

#[derive(Default)]
struct Shelf {
    held: HashMap<WorkspaceId, (Arc<Held>, u64)>,
    uses: u64,
}

static SHELF: LazyLock<Mutex<Shelf>> = LazyLock::new(Mutex::default);

impl Shelf {
    fn take(&mut self, workspace: WorkspaceId) -> Option<Arc<Held>> {
        self.uses += 1;
        let uses = self.uses;
        let (held, used) = self.held.get_mut(&workspace)?;
        *used = uses;
        Some(Arc::clone(held))
    }

    fn put(&mut self, workspace: WorkspaceId, held: Arc<Held>) {
        self.uses += 1;
        self.held.insert(workspace, (held, self.uses));
        let bytes = |shelf: &Self| {
            shelf
                .held
                .values()
                .map(|(held, _)| held.bytes)
                .sum::<usize>()
        };
        while self.held.len() > 1 && bytes(self) > MOST_BYTES {
            let oldest = self.held.iter().min_by_key(|(_, (_, used))| *used);
            let Some(oldest) = oldest.map(|(workspace, _)| *workspace) else {
                break;
            };
            self.held.remove(&oldest);
        }
    }
}

/// What this transaction's workspace knows, as the transaction sees it.
pub(super) async fn of(tx: &mut TenantTx) -> DbResult<Arc<Held>> {
    let workspace = tx.workspace();
    let state = state::load(tx).await?;
    let held = shelf(|shelf| shelf.take(workspace));
    if let Some(held) = &held
        && held.state == state
    {
        return Ok(Arc::clone(held));
    }
    let mut held = match held {
        Some(old) if old.state.model == state.model && !old.searcher.index.is_worn() => {
            Arc::unwrap_or_clone(old)
        }
        _ => Held::empty(),
    };
    held.state = state;
    held.read(tx).await?;
    let held = Arc::new(held);
    shelf(|shelf| shelf.put(workspace, Arc::clone(&held)));
    Ok(held)
}

fn shelf<T>(with: impl FnOnce(&mut Shelf) -> T) -> T {
    with(&mut SHELF.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Held {
    fn empty() -> Self {
        Self {
            state: State::default(),
            searcher: Searcher {
                index: Index::default(),
                vectors: Vectors::default(),
                scale: Scale::E5,
            },
            chunks: Vec::new(),
            numbers: HashMap::new(),
            large: false,
            bytes: 0,
        }
    }

    /// The model whose vectors are searched.
    pub(super) fn model(&self) -> Option<&str> {
        self.state.model.as_deref()
    }

    /// The number of a passage in the searcher.
    pub(super) fn number(&self, chunk: ChunkId) -> Option<u32> {
        self.numbers.get(&chunk).copied()
    }

    /// The passage that has a number in the searcher.
    pub(super) fn chunk(&self, number: u32) -> Option<ChunkId> {
        let at = usize::try_from(number).ok()?;
        self.chunks.get(at).copied()
    }

    /// The same with more passages, which nobody kept, and without those that are `gone`; what is
    /// held stays as it is.
    pub(super) fn with(&self, drafted: &[(Indexed, Vec<Vec<f32>>)], gone: &[ChunkId]) -> Self {
        let mut held = self.clone();
        for chunk in gone {
            if let Some(number) = held.numbers.remove(chunk) {
                held.searcher.index.remove(number);
                held.searcher.vectors.retain(|other| other != number);
            }
        }
        for (passage, vectors) in drafted {
            let number = add(&mut held.searcher.index, passage);
            held.chunks.push(passage.id);
            held.numbers.insert(passage.id, number);
            for vector in vectors {
                if held.searcher.vectors.is_empty() {
                    held.searcher.vectors = Vectors::new(vector.len());
                }
                held.searcher.vectors.add(number, vector);
            }
        }
        held
    }

    /// Brings it to what the transaction sees.
    async fn read(&mut self, tx: &mut TenantTx) -> DbResult<()> {
        let there = passages::ids(tx).await?;
        let alive: HashSet<ChunkId> = there.iter().copied().collect();
        let index = &mut self.searcher.index;
        self.numbers.retain(|chunk, number| {
            let stays = alive.contains(chunk);
            if !stays {
                index.remove(*number);
            }
            stays
        });
        let new: Vec<Uuid> = there
            .iter()
            .filter(|chunk| !self.numbers.contains_key(chunk))
            .map(|chunk| chunk.uuid())
            .collect();
        for some in new.chunks(AT_ONCE) {
            for passage in passages::indexed(tx, some).await? {
                let number = add(&mut self.searcher.index, &passage);
                self.bytes += passage.content.len();
                self.chunks.push(passage.id);
                self.numbers.insert(passage.id, number);
            }
        }
        self.read_vectors(tx, &there).await
    }

    async fn read_vectors(&mut self, tx: &mut TenantTx, there: &[ChunkId]) -> DbResult<()> {
        let Some(model) = self.state.model.clone() else {
            return Ok(());
        };
        self.large = vectors::count(tx, &model).await? > EXACT;
        let wanted: Vec<ChunkId> = if self.large {
            self.searcher.vectors = Vectors::default();
            let step = (there.len() / SAMPLE).max(1);
            there.iter().step_by(step).copied().collect()
        } else {
            let alive: HashSet<u32> = self.numbers.values().copied().collect();
            self.searcher
                .vectors
                .retain(|number| alive.contains(&number));
            there.to_vec()
        };
        let lacking: Vec<Uuid> = wanted
            .iter()
            .filter(|chunk| {
                let number = self.number(**chunk);
                number.is_some_and(|number| !self.searcher.vectors.holds(number))
            })
            .map(|chunk| chunk.uuid())
            .collect();
        for some in lacking.chunks(AT_ONCE) {
            for stored in vectors::of(tx, &model, some).await? {
                let held = &mut self.searcher.vectors;
                if held.is_empty() {
                    *held = Vectors::new(stored.vector.len());
                }
                if let Some(number) = self.numbers.get(&stored.chunk)
                    && held.add(*number, &stored.vector)
                {
                    self.bytes += stored.vector.len() * 4;
                }
            }
        }
        self.searcher.scale = Scale::of_model(&model, &self.searcher.vectors);
        Ok(())
    }
}

/// Adds a passage. Many phrasings say the same in other words, so each counts less.
fn add(index: &mut Index, passage: &Indexed) -> u32 {
    let language = Language::from_tag(&passage.language);
    let heading = (passage.heading.as_str(), HEADING);
    let content = (passage.content.as_str(), BODY);
    if passage.questions.is_empty() {
        return index.add(language, &[(&passage.title, TITLE), heading, content]);
    }
    let count = u16::try_from(passage.questions.len()).unwrap_or(u16::MAX);
    let weight = TITLE / f32::from(count).sqrt();
    let phrasings = passage.questions.iter().map(|text| (text.as_str(), weight));
    let fields: Vec<(&str, f32)> = phrasings.chain([content]).collect();
    index.add(language, &fields)
}

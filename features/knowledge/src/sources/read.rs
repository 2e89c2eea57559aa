//! Reading a source: its pages become documents, and what is gone goes.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, Scope, TenantTx};
use extract::ExtractError;
use fetch::crawl::{Crawl, End, Limits, Visit};
use fetch::{Page, Validators};
use kernel::{FileId, SourceId};
use queue::{Attempt, Job, JobError};
use serde::{Deserialize, Serialize};
use url::Url;

use super::obstacle::Obstacle;
use super::{Mention, Report, Source, enqueue};
use crate::Knowledge;
use crate::document::{self, State};
use crate::store::files::{self, Known, Place};
use crate::store::sources::{self, Finished};
use crate::upload::{self, Arrival, UploadError};

/// The most pages that each list of a report names.
const MOST_MENTIONED: usize = 200;
/// How long a whole reading may take.
const LONGEST: Duration = Duration::from_mins(10);
/// How much later than its time a reading may begin and still be the one that was meant.
const SLACK: chrono::TimeDelta = chrono::TimeDelta::seconds(5);

/// Read a web page or site.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ReadSource {
    /// Which.
    pub source: SourceId,
}

impl Job for ReadSource {
    const KIND: &'static str = "read_web_source";
    const ATTEMPTS: i32 = 4;
    const LONGEST: Duration = Duration::from_mins(12);

    fn serial_key(&self) -> Option<String> {
        Some(self.source.to_string())
    }

    fn job_key(&self) -> Option<String> {
        Some(self.source.to_string())
    }
}

/// A reading under way.
struct Reading<'a> {
    knowledge: &'a Knowledge,
    scope: &'a Scope,
    source: &'a Source,
    /// The pages of the reading before, by address, as long as they were not met.
    known: HashMap<String, Known>,
    report: Report,
    /// Why the first page was not taken, when it was not.
    first: Option<String>,
    looked_at: i32,
}

impl Knowledge {
    /// Reads a source. Pages are kept as they come, so that a reading that is broken off goes on
    /// where it was.
    pub async fn read_source(&self, attempt: Attempt, job: ReadSource) -> Result<(), JobError> {
        let scope = attempt.scope()?;
        let Some((source, known)) = self.begin_source(&scope, job.source).await? else {
            let mut tx = self.db.tenant(&scope).await?;
            attempt.finish(&mut tx).await?;
            return Ok(tx.commit().await?);
        };
        let start = Url::parse(&source.url).map_err(|error| JobError::Never(error.to_string()))?;
        let mut reading = Reading {
            knowledge: self,
            scope: &scope,
            source: &source,
            known: known
                .into_iter()
                .map(|page| (page.url.clone(), page))
                .collect(),
            report: Report::default(),
            first: None,
            looked_at: 0,
        };
        let gone = reading.crawl(start).await?;
        let mut tx = self.db.tenant(&scope).await?;
        if !attempt.finish(&mut tx).await? {
            return Ok(());
        }
        let removed = reading.finish(&mut tx, gone, self.clock.now()).await?;
        tx.commit().await?;
        self.forget(scope.workspace(), &removed).await;
        Ok(())
    }

    /// Says that a source is being read, and what is known of it; none when it is gone, or when
    /// this reading was called off.
    async fn begin_source(
        &self,
        scope: &Scope,
        id: SourceId,
    ) -> Result<Option<(Source, Vec<Known>)>, DbError> {
        let mut tx = self.db.tenant(scope).await?;
        let Some(source) = sources::find(&mut tx, id).await? else {
            return Ok(None);
        };
        let due = source
            .next_at
            .is_some_and(|next| next <= self.clock.now() + SLACK);
        if !due && !matches!(source.state, State::Queued | State::Reading) {
            return Ok(None);
        }
        sources::set_reading(&mut tx, id, 0, 1).await?;
        let known = files::known(&mut tx, id).await?;
        tx.signal("knowledge-changed");
        tx.commit().await?;
        Ok(Some((source, known)))
    }
}

impl Reading<'_> {
    /// Visits the pages. Tells which of those that were known are gone.
    async fn crawl(&mut self, start: Url) -> Result<Vec<FileId>, JobError> {
        let whole = self.source.whole_site;
        let (pages, depth) = if whole {
            (self.source.most_pages, self.source.depth)
        } else {
            (1, 0)
        };
        let limits = Limits {
            pages: usize::try_from(pages).unwrap_or(1),
            depth: u32::try_from(depth).unwrap_or(0),
            time: LONGEST,
            sitemap: whole,
            ..Limits::default()
        };
        let known = self.known.values().filter_map(|page| {
            let url = Url::parse(&page.url).ok()?;
            let validators = Validators {
                etag: page.etag.clone(),
                last_modified: page.last_modified.clone(),
            };
            Some((url, validators))
        });
        let mut crawl = Crawl::new(&self.knowledge.fetcher, start, limits).knowing(known);
        let mut gone = Vec::new();
        while let Some(visit) = crawl.next().await {
            self.looked_at += 1;
            match visit {
                Visit::Unchanged(url) => {
                    self.known.remove(url.as_str());
                    self.report.unchanged += 1;
                }
                Visit::LeftOut { url, reason } => {
                    self.leave_out(&url, Obstacle::from(&reason), &mut gone);
                }
                Visit::Page(page) => {
                    let links = self.take(&page, &mut gone).await?;
                    if whole {
                        crawl.follow(&page.url, links);
                    }
                }
            }
            let progress = crawl.progress();
            self.tell(progress.waiting).await?;
        }
        // What was not reached stays; so does everything when the site was not well.
        self.report.more = matches!(crawl.end(), Some(End::Pages | End::Bytes | End::Time));
        Ok(gone)
    }

    fn leave_out(&mut self, url: &Url, obstacle: Obstacle, gone: &mut Vec<FileId>) {
        if self.looked_at == 1 {
            self.first = Some(obstacle.sentence.clone());
        }
        let known = self.known.get(url.as_str());
        if let Some(page) = known
            && obstacle.lasts
        {
            gone.push(page.id);
            mention(&mut self.report.removed, Mention::of(url.as_str()));
            self.known.remove(url.as_str());
        }
        let left_out = Mention {
            reason: Some(obstacle.sentence),
            obstacle: Some(obstacle.name.to_owned()),
            about: obstacle.about,
            ..Mention::of(url.as_str())
        };
        mention(&mut self.report.left_out, left_out);
    }

    /// Keeps a page, and tells where its links lead.
    async fn take(&mut self, page: &Page, gone: &mut Vec<FileId>) -> Result<Vec<Url>, JobError> {
        let kind = page.content_type.as_deref().unwrap_or_default();
        let extractor = &self.knowledge.extractor;
        let read = match extractor.extract_page(&page.body, kind, &page.url).await {
            Ok(read) => read,
            Err(ExtractError::Refused(refusal)) => {
                self.leave_out(&page.url, refusal.into(), gone);
                return Ok(Vec::new());
            }
            Err(error @ ExtractError::Unavailable(_)) => {
                return Err(JobError::Again(error.to_string()));
            }
        };
        if !read.index {
            self.leave_out(&page.url, Obstacle::unwanted(), gone);
            return Ok(read.links);
        }
        let name = read.document.title.as_deref().unwrap_or(page.url.path());
        match Arrival::new(name, kind, page.body.clone()) {
            Ok(arrival) => self.keep(page, &arrival, gone).await?,
            Err(error) => self.leave_out(&page.url, error.into(), gone),
        }
        Ok(read.links)
    }

    async fn keep(
        &mut self,
        page: &Page,
        arrival: &Arrival,
        gone: &mut Vec<FileId>,
    ) -> Result<(), JobError> {
        let (knowledge, url) = (self.knowledge, page.url.as_str());
        let mut tx = knowledge.db.tenant(self.scope).await?;
        let before = self
            .known
            .get(url)
            .map(|known| (known.id, known.sha256.clone()));
        let kept = match before {
            Some((id, sha256)) if sha256 == arrival.sha256 => Ok((id, false)),
            Some((id, _)) => upload::put_version(knowledge, &mut tx, id, arrival)
                .await
                .map(|document| (document.id, true)),
            None => {
                let place = Place {
                    source: self.source.id,
                    url,
                };
                match upload::put(knowledge, &mut tx, arrival, Some(place)).await {
                    Ok(document) => {
                        document::enqueue(&mut tx, document.id, knowledge.clock.now()).await?;
                        Ok((document.id, true))
                    }
                    Err(error) => Err(error),
                }
            }
        };
        let (id, changed) = match kept {
            Ok(kept) => kept,
            Err(UploadError::Duplicate(_)) => {
                self.leave_out(&page.url, Obstacle::duplicate(), gone);
                return Ok(());
            }
            Err(error) => return Err(JobError::Again(error.to_string())),
        };
        let validators = &page.validators;
        let (etag, modified) = (
            validators.etag.as_deref(),
            validators.last_modified.as_deref(),
        );
        files::set_validators(&mut tx, id, etag, modified).await?;
        tx.commit().await?;
        let was_known = self.known.remove(url).is_some();
        let taken = Mention {
            document: Some(id),
            ..Mention::of(url)
        };
        match (was_known, changed) {
            (true, true) => mention(&mut self.report.changed, taken),
            (true, false) => self.report.unchanged += 1,
            (false, _) => mention(&mut self.report.added, taken),
        }
        Ok(())
    }

    /// Shows how far it is.
    async fn tell(&self, waiting: usize) -> Result<(), DbError> {
        let waiting = i32::try_from(waiting).unwrap_or(i32::MAX);
        let mut tx = self.knowledge.db.tenant(self.scope).await?;
        sources::set_reading(&mut tx, self.source.id, self.looked_at, waiting).await?;
        tx.signal("knowledge-changed");
        tx.commit().await
    }

    /// Removes what is gone, says what was found and when the next reading is. Tells what the
    /// contents of what is gone were kept under.
    async fn finish(
        self,
        tx: &mut TenantTx,
        gone: Vec<FileId>,
        now: DateTime<Utc>,
    ) -> Result<Vec<FileId>, JobError> {
        let id = self.source.id;
        let Some(every) = sources::hold(tx, id).await? else {
            return Ok(Vec::new());
        };
        let mut removed = Vec::new();
        for page in gone {
            if let Ok(contents) = document::delete(tx, page).await {
                removed.extend(contents);
            }
        }
        let nothing = self.report.added.is_empty()
            && self.report.changed.is_empty()
            && self.report.unchanged == 0;
        let finished = Finished {
            report: Some(&self.report),
            error: self.first.as_deref().filter(|_| nothing),
            now,
            next_at: every.after(now),
        };
        end(tx, id, &finished).await?;
        Ok(removed)
    }
}

fn mention(list: &mut Vec<Mention>, page: Mention) {
    if list.len() < MOST_MENTIONED {
        list.push(page);
    }
}

/// What follows when a source was tried in vain too often.
pub async fn give_up(
    tx: &mut TenantTx,
    job: ReadSource,
    why: &str,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let Some(every) = sources::hold(tx, job.source).await? else {
        return Ok(());
    };
    let finished = Finished {
        report: None,
        error: Some(why),
        now,
        next_at: every.after(now),
    };
    end(tx, job.source, &finished).await
}

/// Writes down how a reading ended, and leaves the next one to a worker.
async fn end(tx: &mut TenantTx, id: SourceId, finished: &Finished<'_>) -> DbResult<()> {
    sources::set_finished(tx, id, finished).await?;
    if let Some(next) = finished.next_at {
        enqueue(tx, id, next).await?;
    }
    tx.signal("knowledge-changed");
    Ok(())
}

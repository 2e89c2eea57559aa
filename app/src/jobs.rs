//! The one list "kind of job → what does it".

use std::sync::Arc;

use accounts::jobs::SendResetLink;
use agent::evaluation::RunEvaluation;
use agent::gaps::refresh::FindGaps;
use comments::process::{self, ProcessComment};
use knowledge::embed::EmbedPassages;
use knowledge::jobs::ReadDocument;
use knowledge::sources::ReadSource;
use knowledge::trial::ReadTrial;
use mail::SendMail;
use queue::Jobs;

use crate::parts::Parts;

/// The list.
pub fn jobs(parts: &Parts) -> Jobs {
    let (mailer, key) = (Arc::clone(&parts.mailer), parts.key.clone());
    let (accounts, knowledge) = (parts.accounts.clone(), parts.knowledge.clone());
    let (embedding, sites, clock) = (
        parts.knowledge.clone(),
        parts.knowledge.clone(),
        parts.clock.clone(),
    );
    let (agent, now) = (parts.agent.clone(), parts.clock.clone());
    let gaps = parts.agent.clone();
    let (comments, decided) = (parts.comments.clone(), parts.clock.clone());
    let trials = parts.knowledge.clone();
    Jobs::default()
        .on::<SendMail, _>(move |attempt, job| {
            let (mailer, key) = (Arc::clone(&mailer), key.clone());
            async move { mailer.send_job(&key, attempt, job).await }
        })
        .on::<EmbedPassages, _>(move |attempt, job| {
            let knowledge = embedding.clone();
            async move { knowledge.embed_passages(attempt, job).await }
        })
        .on::<SendResetLink, _>(move |attempt, job| {
            let accounts = accounts.clone();
            async move { accounts.send_reset_link(attempt, job).await }
        })
        .on_or::<FindGaps, _>(
            move |attempt, job| {
                let agent = gaps.clone();
                async move { agent.find_gaps(attempt, job).await }
            },
            |tx, _, _| Box::pin(agent::gaps::refresh::give_up(tx)),
        )
        .on_or::<ProcessComment, _>(
            move |attempt, job| {
                let comments = comments.clone();
                async move { comments.process_comment(attempt, job).await }
            },
            move |tx, job, _| {
                let now = decided.now();
                Box::pin(process::give_up(tx, job, now))
            },
        )
        .on_or::<ReadDocument, _>(
            move |attempt, job| {
                let knowledge = knowledge.clone();
                async move { knowledge.read_document(attempt, job).await }
            },
            |tx, job, _| Box::pin(knowledge::jobs::give_up(tx, job)),
        )
        .on_or::<ReadTrial, _>(
            move |attempt, job| {
                let knowledge = trials.clone();
                async move { knowledge.read_trial(attempt, job).await }
            },
            |tx, job, _| Box::pin(knowledge::trial::give_up(tx, job)),
        )
        .on_or::<ReadSource, _>(
            move |attempt, job| {
                let knowledge = sites.clone();
                async move { knowledge.read_source(attempt, job).await }
            },
            move |tx, job, why| {
                let now = clock.now();
                Box::pin(knowledge::sources::give_up(tx, job, why, now))
            },
        )
        .on_or::<RunEvaluation, _>(
            move |attempt, job| {
                let agent = agent.clone();
                async move { agent.run_evaluation(attempt, job).await }
            },
            move |tx, job, _| {
                let now = now.now();
                Box::pin(agent::evaluation::give_up(tx, job, now))
            },
        )
}

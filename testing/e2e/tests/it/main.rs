//! Whole-app stories.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod bad_requests;
#[cfg(test)]
mod bad_tokens;
#[cfg(test)]
mod bad_webhooks;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod comment_writes;
#[cfg(test)]
mod comments;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod evaluations;
#[cfg(test)]
mod explained;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod gaps;
#[cfg(test)]
mod grounding;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod injections;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod knowledge_gaps;
#[cfg(test)]
mod large;
#[cfg(test)]
mod lost;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod media;
#[cfg(test)]
mod model_failures;
#[cfg(test)]
mod model_mode;
#[cfg(test)]
mod moderated;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod pictured;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod queue;
#[cfg(test)]
mod races;
#[cfg(test)]
mod rehearsals;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod search;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod shadow;
#[cfg(test)]
mod sheets;
#[cfg(test)]
mod sites;
#[cfg(test)]
mod spending;
#[cfg(test)]
mod story;
#[cfg(test)]
mod suggestions;
#[cfg(test)]
mod told;
#[cfg(test)]
mod trials;
#[cfg(test)]
mod unanswered;
#[cfg(test)]
mod vectors;

//! The parts of the product, put together once.

use std::sync::Arc;
use std::time::Duration;

use accounts::Accounts;
use agent::Agent;
use agent::models::Shelf;
use agent::reach::Reach;
use channels::Channels;
use comments::Comments;
use db::Db;
use extract::Extractor;
use fetch::{Fetcher, SystemLookup};
use inbox::Inbox;
use kernel::{Clock, Secret, SecretKey};
use knowledge::Knowledge;
use knowledge::embed::Embeddings;
use mail::Mailer;
use meta::client::{App, MetaClient, MetaUrls};

use crate::cli::EXTRACT_CHILD;
use crate::config::{Config, EdgeSettings, FrontSettings};
use crate::{files, last_look, reactions, secret_key};

/// How long a run of the agent may take.
const LONGEST_RUN: Duration = Duration::from_secs(45);

/// The door writes one batch at a time; the second connection is for when the first has died.
const DOOR_CONNECTIONS: u32 = 2;

/// The largest document, in bytes.
const LARGEST_BLOB: u64 = 10 * 1024 * 1024;

/// Everything that runs, ready to be served.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Where instants come from.
    pub clock: Clock,
    /// People and their seats.
    pub accounts: Accounts,
    /// Connected accounts, the webhook door and the effects.
    pub channels: Channels,
    /// Conversations.
    pub inbox: Inbox,
    /// What the business knows.
    pub knowledge: Knowledge,
    /// The agent.
    pub agent: Agent,
    /// Comments under posts.
    pub comments: Comments,
    /// The way to people's mail boxes.
    pub mailer: Arc<Mailer>,
    /// What mails are sealed with until they are sent.
    pub key: SecretKey,
    /// The figures of this process.
    pub metrics: telemetry::Metrics,
    /// How requests from outside are met.
    pub edge: EdgeSettings,
    /// Who runs the installation.
    pub front: FrontSettings,
    /// The addresses of the people who operate the installation.
    pub operators: Vec<String>,
    /// Where the simulated platforms have their page (demo only).
    pub simulator: Option<String>,
}

impl Parts {
    /// Puts the parts together and sets the list of reactions. Needs a runtime.
    pub fn build(config: &Config, db: Db, clock: Clock) -> anyhow::Result<Self> {
        let key = secret_key::load(config)?;
        let mailer = Arc::new(mailer(config, clock.clone())?);
        let accounts = Accounts {
            db: db.clone(),
            clock: clock.clone(),
            mailer: Arc::clone(&mailer),
            key: key.clone(),
            public_url: config.public_url.clone(),
            operators: config.operators.clone().into(),
            secure_cookies: config.public_url.scheme() == "https",
        };
        let budget = channels::Budget::default();
        let urls = MetaUrls::beside(
            config.instagram_graph_url.as_str(),
            config.facebook_graph_url.as_str(),
        );
        let meta = MetaClient::builder()
            .urls(&urls)
            .on_usage(budget.observer())
            .build()?;
        let media = files::open(config, inbox::media::LARGEST)?;
        let channels = Channels {
            blobs: media.clone(),
            db: db.clone(),
            clock: clock.clone(),
            meta,
            budget,
            threads_read: channels::ThreadsRead::default(),
            key: key.clone(),
            instagram_app: app(
                config.instagram_app_id.as_ref(),
                config.instagram_app_secret.as_ref(),
            ),
            whatsapp_app: app(
                config.whatsapp_app_id.as_ref(),
                config.whatsapp_app_secret.as_ref(),
            ),
            instagram_secrets: config.instagram_app_secret.iter().cloned().collect(),
            whatsapp_secrets: config.whatsapp_app_secret.iter().cloned().collect(),
            verify_token: config.verify_token.clone(),
            public_url: config.public_url.as_str().trim_end_matches('/').to_owned(),
            guard: last_look::may_send,
            hold: last_look::hold,
            // Webhooks never wait behind what people and workers ask of the database.
            door: channels::Door::open(db.beside(DOOR_CONNECTIONS), clock.clone()),
        };
        let knowledge = Knowledge {
            db: db.clone(),
            clock: clock.clone(),
            blobs: files::open(config, LARGEST_BLOB)?,
            extractor: Extractor::of_this_program([EXTRACT_CHILD])?,
            fetcher: Fetcher::new(config.fetch.policy())?,
            embeddings: embeddings(config)?,
        };
        let inbox = Inbox {
            db: db.clone(),
            clock: clock.clone(),
            channels: channels.clone(),
            blobs: media,
            explain: agent::EXPLAIN,
        };
        let agent = Agent {
            db: db.clone(),
            clock: clock.clone(),
            knowledge: knowledge.clone(),
            inbox: inbox.clone(),
            llm: llm::Client::guarded_by(fetch::public_only(Arc::new(SystemLookup)))?,
            provider: config.models.provider(),
            reach: Reach {
                policy: config.fetch.policy(),
                known: config.models.addresses(),
            },
            models: Shelf::default(),
            moderation: config.models.moderation(),
            key: key.clone(),
            longest: LONGEST_RUN,
            debounce: config.reply_delay,
            public_url: config.public_url.clone(),
        };
        let comments = Comments {
            db: db.clone(),
            clock: clock.clone(),
            channels: channels.clone(),
            agent: agent.clone(),
        };
        db.set_reactions(reactions::reactions());
        Ok(Self {
            db,
            clock,
            accounts,
            channels,
            inbox,
            knowledge,
            agent,
            comments,
            mailer,
            key,
            metrics: telemetry::Metrics::install()?,
            edge: config.edge.clone(),
            front: config.front.clone(),
            operators: config.operators.clone(),
            simulator: None,
        })
    }
}

impl Parts {
    /// The same parts on another pool of connections.
    #[must_use]
    pub fn on(mut self, db: &Db) -> Self {
        self.db = db.clone();
        self.accounts.db = db.clone();
        self.channels.db = db.clone();
        self.inbox.db = db.clone();
        self.inbox.channels.db = db.clone();
        self.knowledge.db = db.clone();
        self.agent.db = db.clone();
        self.agent.knowledge.db = db.clone();
        self.agent.inbox.db = db.clone();
        self.agent.inbox.channels.db = db.clone();
        self.comments.db = db.clone();
        self.comments.channels.db = db.clone();
        self.comments.agent = self.agent.clone();
        self
    }
}

fn embeddings(config: &Config) -> anyhow::Result<Embeddings> {
    let settings = local_embeddings::Settings {
        model_dir: config.embeddings.model_dir.clone(),
        cache_dir: None,
    };
    let progress = |step| tracing::info!(%step, "the model for embeddings");
    Ok(Embeddings {
        local: Arc::new(local_embeddings::Embedder::start(
            settings,
            progress,
            db::is_busy,
        )?),
        llm: llm::Client::new()?,
        gemini: config.models.gemini_embeddings(),
        openai: config.models.openai_embeddings(),
        usual: config.embeddings.usual.clone(),
    })
}

fn app(id: Option<&String>, secret: Option<&Secret>) -> Option<App> {
    Some(App {
        id: id?.clone(),
        secret: secret?.clone(),
    })
}

fn mailer(config: &Config, clock: Clock) -> anyhow::Result<Mailer> {
    match &config.smtp_url {
        Some(url) => Ok(Mailer::smtp(url, &config.mail_from, clock)?),
        None => Ok(Mailer::folder(
            config.data_dir.join("mail"),
            &config.mail_from,
            clock,
        )?),
    }
}

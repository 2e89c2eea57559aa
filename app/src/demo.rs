//! `socialsync demo`: the product beside simulated platforms, with a filled workspace.
//!
//! Everything that answers is the product itself; only the platforms and the customers are
//! simulated.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use kernel::{Clock, Secret};
use serde_json::json;
use simulator::{Options, Pace, Simulator};
use tokio_util::sync::CancellationToken;

use crate::cli::{DemoArgs, RoleName};
use crate::config::{Config, Source};
use crate::database::Database;
use crate::parts::Parts;
use crate::words::say;
use crate::{files, secret_key, seed, serve};

/// The demo account.
const EMAIL: &str = "demo@socialsync.test";
/// Its password; the demo listens on this machine only.
const PASSWORD: &str = "lumen-demo-2026";

/// How long the simulated platforms may take to stop.
const GOODBYE: Duration = Duration::from_secs(3);

/// Runs the demo until `stop`.
pub async fn run(args: DemoArgs, stop: CancellationToken) -> anyhow::Result<()> {
    let data_dir = std::path::absolute(&args.data_dir)?;
    files::make_data_folder(&data_dir)?;
    let platforms = Platforms::start(&args, &data_dir).await?;
    let config = config(&args, &data_dir, &platforms)?;
    let listener = serve::bind(config.listen, "choose another port with --port").await?;
    let database = Database::open(&config).await?;
    let mut parts = Parts::build(&config, database.db.clone(), Clock::System)?;
    secret_key::check(&database.db, &parts.key).await?;
    parts.simulator = Some(platforms.url.clone());
    let seeded = seed::demo(&parts, EMAIL, PASSWORD, &platforms.seeds).await?;
    write_facts(&data_dir, &config, &platforms, &seeded)?;
    say("");
    say(&format!("  SocialSync AI   http://{}", config.listen));
    say(&format!("  Sign in with    {EMAIL}  /  {PASSWORD}"));
    say(&format!("  Customers       {}/_sandbox/", platforms.url));
    say("  Ctrl-C stops everything; the next start continues where it was.");
    say("");
    let hooks = tokio::spawn(point_webhooks(platforms.url.clone(), config.clone()));
    let served = Box::pin(serve::run(parts, Some(listener), &RoleName::ALL, stop)).await;
    hooks.abort();
    database.close().await;
    if let Some(simulator) = platforms.own {
        // Whoever holds a connection to it open does not keep the demo.
        tokio::time::timeout(GOODBYE, simulator.stop()).await.ok();
    }
    served
}

/// The simulated platforms, here or elsewhere.
struct Platforms {
    url: String,
    own: Option<Simulator>,
    seeds: Options,
    verify_token: Secret,
}

impl Platforms {
    async fn start(args: &DemoArgs, data_dir: &Path) -> anyhow::Result<Self> {
        let verify_token = Secret::new(hex::encode(rand::random::<[u8; 12]>()));
        if let Some(url) = &args.simulator_url {
            let url = url.as_str().trim_end_matches('/').to_owned();
            return Ok(Self {
                url,
                own: None,
                seeds: Options::default(),
                verify_token,
            });
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.simulator_port));
        let way_out = "choose another port for the simulated platforms with --simulator-port";
        let listener = serve::bind(address, way_out).await?;
        let options = Options {
            state_file: Some(data_dir.join("simulator.json")),
            customers: (!args.no_customers).then(|| Pace {
                between: Duration::from_secs(12),
                ..Pace::default()
            }),
            ..Options::default()
        };
        let seeds = options.clone();
        let own = Simulator::on(listener, options)?;
        Ok(Self {
            url: own.url(),
            own: Some(own),
            seeds,
            verify_token,
        })
    }
}

impl Platforms {
    /// Host and port, so that the web site of the simulated shop can be read.
    fn place(&self) -> anyhow::Result<String> {
        let url: url::Url = self.url.parse()?;
        let host = url.host_str().context("the platforms have no host")?;
        let port = url
            .port_or_known_default()
            .context("the platforms have no port")?;
        Ok(format!("{host}:{port}"))
    }
}

fn config(args: &DemoArgs, data_dir: &Path, platforms: &Platforms) -> anyhow::Result<Config> {
    let url = &platforms.url;
    let source = Source::from_environment()?
        .with("SOCIALSYNC_LISTEN", format!("127.0.0.1:{}", args.port))
        .with(
            "SOCIALSYNC_PUBLIC_URL",
            format!("http://127.0.0.1:{}", args.port),
        )
        .with("SOCIALSYNC_OPERATORS", EMAIL)
        .with("SOCIALSYNC_DATA_DIR", data_dir.display().to_string())
        .with("INSTAGRAM_GRAPH_URL", format!("{url}/graph.instagram.com"))
        .with("FACEBOOK_GRAPH_URL", format!("{url}/graph.facebook.com"))
        .with("INSTAGRAM_APP_ID", &platforms.seeds.instagram_app.id)
        .with(
            "INSTAGRAM_APP_SECRET",
            &platforms.seeds.instagram_app.secret,
        )
        .with("WHATSAPP_APP_ID", &platforms.seeds.whatsapp_app.id)
        .with("WHATSAPP_APP_SECRET", &platforms.seeds.whatsapp_app.secret)
        .with("WEBHOOK_VERIFY_TOKEN", platforms.verify_token.expose())
        .with("SOCIALSYNC_FETCH_ALLOW", platforms.place()?);
    Ok(Config::from_source(&source)?)
}

/// Tells the platforms where webhooks go, once the door is open; tries until they shake hands.
async fn point_webhooks(simulator: String, config: Config) {
    let client = reqwest::Client::new();
    for platform in kernel::Platform::ALL {
        let target = json!({
            "url": format!("http://{}/webhooks/{platform}", config.listen),
            "verify_token": config.verify_token.as_ref().map(Secret::expose),
        });
        let place = format!("{simulator}/_sandbox/webhooks/{platform}/target");
        loop {
            match client.put(&place).json(&target).send().await {
                Ok(answer) if answer.status().is_success() => break,
                Ok(answer) => tracing::debug!(status = %answer.status(), "no handshake yet"),
                Err(error) => tracing::debug!(%error, "the simulated platforms do not answer yet"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// Writes what scripts need to drive the demo.
fn write_facts(
    data_dir: &Path,
    config: &Config,
    platforms: &Platforms,
    seeded: &seed::Seeded,
) -> anyhow::Result<()> {
    let facts = json!({
        "url": format!("http://{}", config.listen),
        "simulator_url": platforms.url,
        "email": EMAIL,
        "password": PASSWORD,
        "workspace_id": seeded.workspace,
        "instagram_account_id": seeded.instagram_account_id,
        "whatsapp_phone_number_id": seeded.whatsapp_phone_number_id,
        "instagram_app_secret": platforms.seeds.instagram_app.secret,
        "whatsapp_app_secret": platforms.seeds.whatsapp_app.secret,
        "webhook_verify_token": platforms.verify_token.expose(),
    });
    let path = data_dir.join("demo.json");
    files::write_private(&path, &serde_json::to_vec_pretty(&facts)?)
        .with_context(|| format!("{} can't be written", path.display()))
}

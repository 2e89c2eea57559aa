//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands::eval;

/// Answers a business's Instagram and WhatsApp messages from its own knowledge, and shows the
/// team everything it did and why.
#[derive(Debug, Parser)]
#[command(name = "socialsync", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the product: web, worker and scheduler in one process unless roles are named.
    Serve {
        /// Run only this role; may be given several times.
        #[arg(long = "role", value_enum)]
        roles: Vec<RoleName>,
    },
    /// Run the product beside simulated platforms, with a filled workspace and scripted customers.
    Demo(DemoArgs),
    /// Run the simulated platforms alone.
    Simulator {
        /// The port on this machine.
        #[arg(long, default_value_t = 8100)]
        port: u16,
    },
    /// Bring the database schema up to date.
    Migrate,
    /// Check the settings, the database and the folders, and say how to mend what is wrong.
    Doctor,
    /// Print the settings in force, with secrets hidden.
    Config,
    /// Print the OpenAPI document.
    Openapi,
    /// Work with webhooks.
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Work with people.
    #[command(subcommand)]
    User(UserCommand),
    /// Measure how well something is done.
    #[command(subcommand)]
    Eval(EvalCommand),
    /// Read one file in a process of its own: for the server, not for people.
    #[command(name = EXTRACT_CHILD, hide = true)]
    ExtractChild,
}

/// The command that reads one file and ends.
pub const EXTRACT_CHILD: &str = "extract-child";

/// Arguments of the demo.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// The port of the product on this machine.
    #[arg(long, default_value_t = 8000)]
    pub port: u16,
    /// The port of the simulated platforms on this machine.
    #[arg(long, default_value_t = 8100)]
    pub simulator_port: u16,
    /// Use simulated platforms that run elsewhere.
    #[arg(long, conflicts_with = "simulator_port")]
    pub simulator_url: Option<url::Url>,
    /// Where everything is kept.
    #[arg(long, default_value = "./data/demo")]
    pub data_dir: PathBuf,
    /// Let no scripted customers write.
    #[arg(long)]
    pub no_customers: bool,
}

/// Commands on webhooks.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Print the events that a webhook body means, as JSON.
    Explain {
        /// Who sent it.
        #[arg(long, value_enum)]
        platform: PlatformName,
        /// The file that holds the body; `-` reads standard input.
        file: PathBuf,
    },
}

/// Commands that measure.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// How much of the known text of files is found: the F1 of their words.
    Extraction {
        /// The folder of the files.
        #[arg(long)]
        dir: PathBuf,
        /// What they say: an object a line, `{"file": "name.pdf", "text": "…"}`.
        #[arg(long)]
        expected: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// How well passages are found, on a set in BEIR's form: by words, by vectors, and by both.
    Retrieval(eval::retrieval::Arguments),
    /// How well questions that the knowledge answers are told from others.
    Abstain(eval::abstain::Arguments),
    /// How well the local filter finds what people should see first.
    Moderation(eval::moderation::Arguments),
}

/// Commands on people.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create a person with a workspace. The password is read from standard input.
    Create {
        /// The e-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// The name of the new workspace.
        #[arg(long)]
        workspace: String,
    },
}

/// A role of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Pages, REST and the webhook door.
    Web,
    /// The journal, the agent and the effects.
    Worker,
    /// Recurring work.
    Scheduler,
}

impl RoleName {
    /// All roles: what runs when none is named.
    pub const ALL: [Self; 3] = [Self::Web, Self::Worker, Self::Scheduler];

    /// The name in the process table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Worker => "worker",
            Self::Scheduler => "scheduler",
        }
    }
}

/// A platform, as the command line names it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PlatformName {
    /// Instagram.
    Instagram,
    /// WhatsApp.
    Whatsapp,
}

impl From<PlatformName> for kernel::Platform {
    fn from(name: PlatformName) -> Self {
        match name {
            PlatformName::Instagram => Self::Instagram,
            PlatformName::Whatsapp => Self::Whatsapp,
        }
    }
}

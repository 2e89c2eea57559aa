//! A PostgreSQL for the length of a chore.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use embedded_postgres::{Cluster, Settings};
use tempfile::TempDir;

use crate::run::{must, root, say};

/// A cluster that leaves nothing behind.
pub struct ThrowAway {
    /// Stopped before its folder goes: fields are dropped in this order.
    pub cluster: Cluster,
    _folder: TempDir,
}

/// Starts an empty cluster, fast and not durable.
pub fn throw_away() -> Result<ThrowAway> {
    let folder = tempfile::Builder::new().prefix("socialsync-").tempdir()?;
    // Root's server runs as another user, who has to look into it.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
    let settings = Settings::from_env(folder.path().join("postgres"))
        .throw_away()
        .parameter("max_connections", "500");
    Ok(ThrowAway {
        cluster: start(&settings)?,
        _folder: folder,
    })
}

/// Applies the migrations to a new database and returns its URL.
pub fn migrated(cluster: &Cluster, name: &str) -> Result<String> {
    let psql = |database: &str| {
        let mut psql = Command::new(cluster.bin_dir().join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-d"]);
        psql.arg(cluster.connect_url(database));
        psql
    };
    must(
        psql("postgres")
            .arg("-c")
            .arg(format!("CREATE DATABASE \"{name}\"")),
    )?;
    let mut migrations: Vec<_> = fs::read_dir(root()?.join("lib/db/migrations"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    migrations.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    migrations.sort();
    for path in migrations {
        must(psql(name).arg("--single-transaction").arg("-f").arg(&path))?;
    }
    Ok(cluster.connect_url(name))
}

/// `cargo xtask dev-db`: a cluster in `data/dev-db` that keeps its data, until Ctrl-C.
pub fn serve() -> Result<()> {
    let settings = Settings::from_env(root()?.join("data/dev-db"));
    let cluster = start(&settings)?;
    let database = "socialsync_dev";
    let exists = Command::new(cluster.bin_dir().join("psql"))
        .args(["--no-psqlrc", "--quiet", "-c", "", "-d"])
        .arg(cluster.connect_url(database))
        .output()?
        .status
        .success();
    let url = if exists {
        cluster.connect_url(database)
    } else {
        migrated(&cluster, database)?
    };
    say(&format!("export DATABASE_URL='{url}'"));
    // Ctrl-C ends us, and the server follows.
    loop {
        std::thread::park();
    }
}

fn start(settings: &Settings) -> Result<Cluster> {
    let folder: &Path = &settings.data_dir;
    Cluster::start(settings, &|step| say(&format!("   {step}")))
        .with_context(|| format!("no database in {}", folder.display()))
}

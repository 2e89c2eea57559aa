//! Runs a private PostgreSQL until its input ends: `embedded-postgres FOLDER [name=value]…`.
//!
//! Prints one line, the URL to connect with. For scripts that need a throw-away database, and for
//! the test that kills an owner.

use std::error::Error;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use embedded_postgres::{Cluster, Settings};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        return fail("usage: embedded-postgres FOLDER [name=value]…");
    };
    let mut settings = Settings::from_env(folder);
    for argument in arguments {
        let Some((name, value)) = argument.split_once('=') else {
            return fail(&format!("{argument} is not of the form name=value"));
        };
        settings = settings.parameter(name, value);
    }
    let cluster = match Cluster::start(&settings, &|step| note(&step.to_string())) {
        Ok(cluster) => cluster,
        Err(error) => return fail(&with_causes(&error)),
    };
    let told = writeln!(io::stdout(), "{}", cluster.connect_url("postgres"));
    let ended = told.and_then(|()| io::stdin().read_to_end(&mut Vec::new()));
    cluster.stop();
    match ended {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => fail(&with_causes(&error)),
    }
}

fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error: &&dyn Error| (*error).source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

fn note(text: &str) {
    // When nobody reads it any more, there is nobody to tell.
    let _unread = writeln!(io::stderr(), "{text}");
}

fn fail(text: &str) -> ExitCode {
    note(text);
    ExitCode::FAILURE
}

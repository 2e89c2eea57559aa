//! What is there of a cluster, without starting or changing anything.

use crate::account::Account;
use crate::lock::OwnerLock;
use crate::{Connection, Settings, StartError, connection, places, socket};

/// A cluster as it was found.
#[derive(Debug)]
pub enum Found {
    /// There is none yet; a start makes it.
    Nothing,
    /// It is there and nobody uses it.
    Stopped,
    /// Another process serves it, and others may connect beside it.
    Running(Connection),
}

/// Looks for the cluster of `settings`, which listens on a Unix socket.
pub fn look(settings: &Settings) -> Result<Found, StartError> {
    let account = Account::choose()?;
    let wanted = places::absolute(settings)?;
    let Some(home) = places::known_home(&wanted, account) else {
        return Ok(Found::Nothing);
    };
    if !OwnerLock::is_held(&wanted)? {
        return Ok(Found::Stopped);
    }
    Ok(Found::Running(Connection {
        socket_dir: Some(socket::place(&home, account)),
        port: socket::PORT,
        password: connection::kept(&home)?,
    }))
}

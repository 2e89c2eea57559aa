//! The REST door: accounts, connects and effects.

use web::Routes;

use crate::Channels;

pub(crate) fn routes() -> Routes<Channels> {
    Routes::new()
}

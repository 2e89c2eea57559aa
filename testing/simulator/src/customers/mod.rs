//! Scripted customers of the demo shop.

use tokio_util::sync::CancellationToken;

use crate::options::Pace;
use crate::world::Shared;

/// Lets the customers write until `stop`.
pub async fn drive(_shared: Shared, _pace: Pace, stop: CancellationToken) {
    stop.cancelled().await;
}

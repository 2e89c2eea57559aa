//! How often a caller may ask: counted by session or key, else by address.
//!
//! Only the API and what anonymous forms send is counted; webhooks never are.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::ConnectInfo;
use db::Actor;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::{Caller, Problem};

/// Requests a minute for an address that nobody signed in from.
pub const ANONYMOUS_PER_MINUTE: u32 = 60;
/// Requests a minute for a session or an API key.
pub const CALLER_PER_MINUTE: u32 = 600;
/// After how many requests the callers who rest are forgotten.
const TIDY_EVERY: u64 = 4096;

/// The allowance of a minute.
pub(crate) const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
/// What is left of it.
pub(crate) const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
/// In how many seconds it is whole again.
pub(crate) const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

type Limiter<K> =
    RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Where a request comes from: the peer, or what the trusted proxies say of it. An extension of
/// every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Counts requests; clones share the counts.
#[derive(Clone)]
pub struct RateLimits(Arc<Counters>);

struct Counters {
    anonymous: Limiter<IpAddr>,
    callers: Limiter<Uuid>,
    seen: AtomicU64,
}

/// What is left of an allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    limit: u32,
    remaining: u32,
}

impl RateLimits {
    /// Limits of this many requests a minute, at least one.
    pub fn new(anonymous: u32, callers: u32) -> Self {
        let quota = |limit| Quota::per_minute(NonZeroU32::new(limit).unwrap_or(NonZeroU32::MIN));
        Self(Arc::new(Counters {
            anonymous: RateLimiter::keyed(quota(anonymous)).with_middleware(),
            callers: RateLimiter::keyed(quota(callers)).with_middleware(),
            seen: AtomicU64::new(0),
        }))
    }

    /// Counts a request; 429 when it is one too many.
    pub(crate) fn count(
        &self,
        parts: &Parts,
        caller: Option<&Caller>,
    ) -> Result<Option<Allowance>, Problem> {
        let counters = &*self.0;
        if counters.seen.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            counters.anonymous.retain_recent();
            counters.callers.retain_recent();
        }
        if let Some(key) = caller.and_then(key) {
            return taken(&counters.callers, &key).map(Some);
        }
        match parts.extensions.get::<ClientAddress>() {
            Some(ClientAddress(address)) => {
                taken(&counters.anonymous, &household(*address)).map(Some)
            }
            None => Ok(None),
        }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self::new(ANONYMOUS_PER_MINUTE, CALLER_PER_MINUTE)
    }
}

impl std::fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RateLimits")
    }
}

fn taken<K: Clone + Eq + std::hash::Hash>(
    limiter: &Limiter<K>,
    key: &K,
) -> Result<Allowance, Problem> {
    match limiter.check_key(key) {
        Ok(state) => Ok(Allowance {
            limit: state.quota().burst_size().get(),
            remaining: state.remaining_burst_capacity(),
        }),
        Err(until) => {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Err(Problem::too_many(wait.as_secs() + 1))
        }
    }
}

/// The key or session that is counted.
fn key(caller: &Caller) -> Option<Uuid> {
    let actor = caller.membership.as_ref().map(|seat| seat.scope.actor());
    match (actor, caller.session) {
        (Some(Actor::ApiKey(key)), _) => Some(key.uuid()),
        (_, Some(session)) => Some(session.uuid()),
        _ => caller.user.as_ref().map(|user| user.id.uuid()),
    }
}

/// An IPv6 customer has a whole /64, so that is what counts.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(long) => IpAddr::V6(Ipv6Addr::from_bits(long.to_bits() & (u128::MAX << 64))),
        short @ IpAddr::V4(_) => short,
    }
}

impl Allowance {
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        let used = u64::from(self.limit.saturating_sub(self.remaining));
        let reset = (used * 60).div_ceil(u64::from(self.limit.max(1)));
        headers.insert(RESET, HeaderValue::from(reset));
    }
}

/// The address of the client behind `trusted_hops` proxies, each of which appended the address it
/// saw to `X-Forwarded-For`. What stands further left may be made up by the client.
pub(crate) fn client_address(parts: &Parts, trusted_hops: usize) -> Option<ClientAddress> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(address)| address.ip());
    let Some(hop) = trusted_hops.checked_sub(1) else {
        return peer.map(ClientAddress);
    };
    let lines = parts.headers.get_all("x-forwarded-for").iter();
    let seen: Vec<&str> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    let named = seen.iter().rev().nth(hop);
    let named = named.and_then(|text| text.trim().parse().ok());
    named.or(peer).map(ClientAddress)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn from(address: &str) -> Parts {
        let mut parts = Request::new(()).into_parts().0;
        let address = ClientAddress(address.parse().unwrap());
        parts.extensions.insert(address);
        parts
    }

    #[test]
    fn an_address_is_refused_after_its_allowance_and_told_when_to_return() {
        let limits = RateLimits::new(2, CALLER_PER_MINUTE);
        let one = from("2001:db8::1");
        let left = |parts: &Parts| limits.count(parts, None).unwrap().unwrap().remaining;
        assert_eq!(left(&one), 1);
        assert_eq!(left(&from("2001:db8::2")), 0);
        let refusal = limits.count(&one, None).unwrap_err();
        assert_eq!(refusal.code, "RATE_LIMITED");
        assert!(refusal.retry_after.is_some_and(|wait| wait <= 31));
        assert_eq!(left(&from("192.0.2.1")), 1);
    }

    #[test]
    fn only_trusted_proxies_say_where_a_request_comes_from() {
        let mut parts = from("192.0.2.1");
        let peer: SocketAddr = "10.0.0.1:80".parse().unwrap();
        parts.extensions.insert(ConnectInfo(peer));
        let chain = HeaderValue::from_static("6.6.6.6, 198.51.100.7, 10.0.0.2");
        parts.headers.insert("x-forwarded-for", chain);
        let seen = |hops| client_address(&parts, hops).unwrap().0.to_string();
        assert_eq!(seen(0), "10.0.0.1");
        assert_eq!(seen(1), "10.0.0.2");
        assert_eq!(seen(2), "198.51.100.7");
        assert_eq!(seen(9), "10.0.0.1");
    }
}

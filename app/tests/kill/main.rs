//! The kill test: whatever dies, every customer gets every answer once.
//!
//! Two processes of the built product share one PostgreSQL, while they, and the server itself, are
//! killed at random moments and the platforms fail one send in twenty. The same seed gives the
//! same customers, faults and strokes: `SOCIALSYNC_KILL_SEED=7 cargo xtask test --filter kill`.

#[cfg(test)]
mod customers;
#[cfg(test)]
mod frozen;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod strokes;
#[cfg(test)]
mod takeover;
#[cfg(test)]
mod truth;

//! A real server, started, stopped, killed and started again.

#[cfg(test)]
mod keeps;
#[cfg(test)]
mod owner;
#[cfg(test)]
mod places;
#[cfg(test)]
mod server;
#[cfg(test)]
mod support;

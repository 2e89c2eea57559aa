//! The built binary's commands: what they say, how they end, and what they leave behind.

#[cfg(test)]
mod doctors;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod users;

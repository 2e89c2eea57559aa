//! Whole-app stories.

#[cfg(test)]
mod replies;
#[cfg(test)]
mod story;

//! Whole-app stories.

#[cfg(test)]
mod model_mode;
#[cfg(test)]
mod races;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod story;
#[cfg(test)]
mod suggestions;

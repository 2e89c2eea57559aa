//! The real model, fetched once into the user's cache folder.

#[cfg(test)]
mod embedder;
#[cfg(test)]
mod load;
#[cfg(test)]
mod meaning;
#[cfg(test)]
mod support;
#[cfg(test)]
mod vectors;

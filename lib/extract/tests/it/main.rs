//! Files as people and as attackers make them, read by the real child process.

#[cfg(test)]
mod child;
#[cfg(test)]
mod contents;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod made;
#[cfg(test)]
mod word;

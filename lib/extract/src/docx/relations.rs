//! Which parts belong to a part (ECMA-376-2, 6.5).

use super::package::Package;
use super::xml::{Token, Xml, attribute, name as name_of};
use crate::{Limits, Refusal};

/// The most relations that a part may have.
const MOST: usize = 20_000;

/// A part that belongs to another.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type, such as `styles`: the same in both forms of the standard.
    kind: String,
    /// Its name in the archive.
    pub(super) target: String,
}

/// The parts that belong to a part.
#[derive(Debug, Default)]
pub(super) struct Relations(Vec<Relation>);

impl Relations {
    /// The relations of the part `source`; of the whole package when that is empty.
    pub(super) fn of(
        package: &mut Package<'_>,
        source: &str,
        limits: &Limits,
    ) -> Result<Self, Refusal> {
        let (folder, file) = source.rsplit_once('/').unwrap_or(("", source));
        let divider = if folder.is_empty() { "" } else { "/" };
        let name = format!("{folder}{divider}_rels/{file}.rels");
        let Some(text) = package.text(&name)? else {
            return Ok(Self::default());
        };
        let mut relations = Vec::new();
        let mut xml = Xml::new(&text, limits);
        while let Some(token) = xml.next()? {
            let Token::Open { start, .. } = &token else {
                continue;
            };
            if name_of(start) != "Relationship" {
                continue;
            }
            let get = |name| attribute(start, name).unwrap_or_default();
            if get("TargetMode") == "External" {
                continue;
            }
            let kind = get("Type");
            relations.push(Relation {
                id: get("Id"),
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                target: resolved(folder, &get("Target")),
            });
            if relations.len() > MOST {
                return Err(Refusal::TooComplex);
            }
        }
        Ok(Self(relations))
    }

    pub(super) fn of_type<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r Relation> {
        self.0.iter().filter(move |relation| relation.kind == kind)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Relation> {
        self.0.iter().find(|relation| relation.id == id)
    }
}

/// A target as a name in the archive. It can't leave it: names are looked up and never opened.
fn resolved(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_name_in_the_archive_wherever_it_points() {
        assert_eq!(resolved("word", "styles.xml"), "word/styles.xml");
        assert_eq!(resolved("word", "/word/styles.xml"), "word/styles.xml");
        assert_eq!(
            resolved("word", "../customXml/item1.xml"),
            "customXml/item1.xml"
        );
        assert_eq!(resolved("word", "../../../../etc/passwd"), "etc/passwd");
    }
}

//! DOCX (ECMA-376): paragraphs, tables, notes, page headers and footers, text boxes.
//!
//! What a reader of the printed document sees is taken, once: of alternative contents the first,
//! of a field its result. Deleted and hidden text, comments and instructions of fields are not.

mod body;
mod heads;
mod holder;
mod included;
mod notes;
mod package;
mod paragraph;
mod relations;
mod styles;
mod xml;

use crate::limits::Meter;
use crate::{Block, Content, Document, Kind, Limits, Refusal, tidy};
use body::Reader;
use package::Package;
use relations::Relations;
use styles::Styles;

/// Reads a DOCX, or says what other kind of archive this is.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    read_within(bytes, limits, 0)
}

/// Reads a DOCX that was put so deeply into others.
fn read_within(bytes: &[u8], limits: &Limits, depth: usize) -> Result<Document, Refusal> {
    let mut package = Package::open(bytes, limits)?;
    let main = package.main()?;
    let relations = Relations::of(&mut package, &main, limits)?;
    let styles = match relations.of_type("styles").next() {
        Some(styles) => Styles::read(&package.text(&styles.target)?.unwrap_or_default(), limits)?,
        None => Styles::default(),
    };
    let mut meter = Meter::new(limits);
    let notes = notes::read(&mut package, &relations, &styles, limits)?;
    let text = package.text(&main)?.ok_or(Refusal::Damaged)?;
    let mut reader = Reader::new(&styles, &notes, limits);
    reader.read(&text)?;
    let mut body = reader.finish();
    included::put(&mut package, &relations, &mut body, limits, depth)?;
    let (heads, feet) = heads::read(&mut package, &relations, &body.sections, &styles, limits)?;
    let mut blocks = heads;
    blocks.extend(body.blocks);
    blocks.extend(drawn(&mut package, &relations, limits)?);
    blocks.extend(feet);
    for content in &blocks {
        meter.take_all(content)?;
    }
    Ok(Document {
        kind: Kind::Docx,
        title: title(&mut package, limits)?,
        blocks: blocks.into_iter().map(Block::from).collect(),
        pages: None,
    })
}

/// The words of diagrams and charts, which are parts of their own.
fn drawn(
    package: &mut Package<'_>,
    relations: &Relations,
    limits: &Limits,
) -> Result<Vec<Content>, Refusal> {
    let mut contents = Vec::new();
    let (styles, notes) = (Styles::default(), notes::Notes::default());
    for part in relations
        .of_type("diagramData")
        .chain(relations.of_type("chart"))
    {
        if let Some(text) = package.text(&part.target)? {
            let mut reader = Reader::new(&styles, &notes, limits);
            reader.read(&text)?;
            // Each bar of a chart repeats the names below it.
            for content in reader.finish().blocks {
                if !contents.contains(&content) {
                    contents.push(content);
                }
            }
        }
    }
    Ok(contents)
}

fn title(package: &mut Package<'_>, limits: &Limits) -> Result<Option<String>, Refusal> {
    let Some(text) = package.text("docProps/core.xml")? else {
        return Ok(None);
    };
    let title = tidy::line(&xml::text_of(&text, "title", limits).unwrap_or_default());
    Ok((!title.is_empty()).then_some(title))
}

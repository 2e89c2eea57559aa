//! Files made by the tests.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use extract::Extractor;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The reader of files, with the child of this crate.
pub fn extractor() -> Extractor {
    let none: [&str; 0] = [];
    Extractor::new(env!("CARGO_BIN_EXE_extract").into(), none)
}

/// A zip archive of these files.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &str =
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;

/// Relations of a part, each of a type and to a target; their ids are `r0`, `r1` and so on.
pub fn relations(parts: &[(&str, &str)]) -> String {
    let mut xml =
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#
            .to_owned();
    for (at, (kind, target)) in parts.iter().enumerate() {
        let kind =
            format!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}");
        write!(
            xml,
            r#"<Relationship Id="r{at}" Type="{kind}" Target="{target}"/>"#
        )
        .unwrap();
    }
    xml + "</Relationships>"
}

/// An element of WordprocessingML with every prefix that the tests use.
pub fn word(root: &str, inside: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><w:{root}
        xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
        xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
        xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"
        xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{inside}</w:{root}>"#
    )
}

/// A DOCX with this document part, and more parts with their relations.
pub fn docx_of(document: &str, parts: &[(&str, &str, &str)]) -> Vec<u8> {
    let package = relations(&[("officeDocument", "word/document.xml")]);
    let kinds: Vec<(&str, &str)> = parts.iter().map(|(kind, name, _)| (*kind, *name)).collect();
    let own = relations(&kinds);
    let names: Vec<String> = parts
        .iter()
        .map(|(_, name, _)| format!("word/{name}"))
        .collect();
    let mut files: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", package.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", own.as_bytes()),
    ];
    for (name, (_, _, content)) in names.iter().zip(parts) {
        files.push((name, content.as_bytes()));
    }
    zip(&files)
}

/// A DOCX whose body holds this.
pub fn docx(body: &str) -> Vec<u8> {
    docx_of(&word("document", &format!("<w:body>{body}</w:body>")), &[])
}

/// Deflated data.
pub fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A stream object of PDF.
pub fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< {entries} /Length {} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A PDF of these objects, numbered from 1; the first is the catalog.
pub fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(out.len());
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let count = places.len() + 1;
    out.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").into_bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    out.extend(
        format!("trailer << /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
            .into_bytes(),
    );
    out
}

/// A PDF of one page that shows this content, in Helvetica under the name `F`. More objects are
/// numbered from 6, and `resources` may name them.
pub fn page(content: Vec<u8>, resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    page_with(content, "", resources, more)
}

/// The same with more fonts.
pub fn page_with(content: Vec<u8>, fonts: &str, resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << /Font << /F 5 0 R {fonts} >> {resources} >> >>"
        )
        .into_bytes(),
        content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_vec(),
    ];
    objects.extend_from_slice(more);
    pdf(&objects)
}

/// A PDF of forms that show other forms, ten times each: all in all they never end.
pub fn forms_in_forms() -> Vec<u8> {
    let form = |next: u32| {
        let entries = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] \
             /Resources << /XObject << /X {next} 0 R >> >>"
        );
        stream(&entries, &b"/X Do ".repeat(10))
    };
    let forms: Vec<Vec<u8>> = (7..22).map(form).collect();
    page(stream("", b"/X Do"), "/XObject << /X 6 0 R >>", &forms)
}

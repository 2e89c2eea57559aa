//! What only some word processors write into a DOCX.

use extract::ExtractError;

use crate::made::{docx, docx_of, extractor, relations, word, zip};

async fn text(bytes: &[u8]) -> String {
    let document = extractor().extract(bytes, "a.docx").await.unwrap();
    document.to_text().trim_end().replace('\n', " / ")
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn body(inside: &str) -> String {
    word("document", &format!("<w:body>{inside}</w:body>"))
}

#[tokio::test]
async fn of_alternatives_the_first_is_taken_that_says_something() {
    let boxed = |text: &str| {
        format!(
            "<w:pict><w:txbxContent>{}</w:txbxContent></w:pict>",
            paragraph(text)
        )
    };
    let either = |choice: &str, fallback: &str| {
        format!(
            "<w:p><w:r><mc:AlternateContent><mc:Choice>{choice}</mc:Choice>\
             <mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )
    };
    let bytes = docx(
        &[
            either("<w:drawing/>", &boxed("old")),
            either(&boxed("new"), &boxed("no")),
        ]
        .concat(),
    );
    assert_eq!(text(&bytes).await, "old / new");
}

#[tokio::test]
async fn word_art_and_fractions_are_read() {
    let art = "<w:p><w:r><w:pict><v:textpath xmlns:v='urn:schemas-microsoft-com:vml' string='Summer sale'/></w:pict></w:r></w:p>";
    let part =
        |name: &str, text: &str| format!("<m:{name}><m:r><m:t>{text}</m:t></m:r></m:{name}>");
    let fraction = format!(
        "<w:p><m:oMath><m:f>{}{}</m:f></m:oMath></w:p>",
        part("num", "profit"),
        part("den", "sales")
    );
    assert_eq!(
        text(&docx(&format!("{art}{fraction}"))).await,
        "Summer sale / profit/sales"
    );
}

#[tokio::test]
async fn a_deleted_cell_is_left_out() {
    let cell =
        |mark: &str, text: &str| format!("<w:tc><w:tcPr>{mark}</w:tcPr>{}</w:tc>", paragraph(text));
    let row = [
        cell("", "Lamp"),
        cell("<w:cellDel/>", "old"),
        cell("<w:cellIns/>", "30"),
    ]
    .concat();
    assert_eq!(
        text(&docx(&format!("<w:tbl><w:tr>{row}</w:tr></w:tbl>"))).await,
        "Lamp | 30"
    );
}

#[tokio::test]
async fn files_that_were_put_in_are_read_where_they_stand() {
    let archive = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"x\"\n\n--x\n\
        Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n\
        <html><body><p>caf=C3=A9</p></body></html>\n--x--\n";
    let chunks: Vec<String> = (0..4)
        .map(|at| format!("<w:altChunk r:id='r{at}'/>"))
        .collect();
    let chunks = chunks.concat();
    let main = body(&format!(
        "{}{chunks}{}",
        paragraph("before"),
        paragraph("after")
    ));
    let parts = [
        ("aFChunk", "a.html", "<html><body><p>page</p></body></html>"),
        ("aFChunk", "b.txt", "plain"),
        ("aFChunk", "c.mht", archive),
        ("aFChunk", "d.rtf", "{\\rtf1 not read}"),
    ];
    assert_eq!(
        text(&docx_of(&main, &parts)).await,
        "before / page / plain / café / after"
    );
}

/// A document into which another was put.
fn around(inner: &[u8]) -> Vec<u8> {
    let main = body(&format!("{}<w:altChunk r:id='r0'/>", paragraph("outer")));
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "_rels/.rels",
            relations(&[("officeDocument", "word/document.xml")]).as_bytes(),
        ),
        ("word/document.xml", main.as_bytes()),
        (
            "word/_rels/document.xml.rels",
            relations(&[("aFChunk", "inner.docx")]).as_bytes(),
        ),
        ("word/inner.docx", inner),
    ])
}

#[tokio::test]
async fn a_document_in_a_document_is_read_and_not_without_end() {
    let inner = docx(&paragraph("inner"));
    assert_eq!(text(&around(&inner)).await, "outer / inner");
    let deep = (0..9).fold(inner, |inner, _| around(&inner));
    let refused = extractor().extract(&deep, "a.docx").await.unwrap_err();
    assert!(
        matches!(&refused, ExtractError::Refused(refusal) if refusal.code() == "too_complex"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_names_in_a_chart_are_read_once() {
    let series = |name: &str| {
        let names: Vec<String> = [name, "Spring", "Summer"]
            .iter()
            .map(|name| format!("<c:pt><c:v>{name}</c:v></c:pt>"))
            .collect();
        let names = names.concat();
        format!(
            "<c:strCache>{names}</c:strCache><c:numCache><c:pt><c:v>7</c:v></c:pt></c:numCache>"
        )
    };
    let cats = "<c:cat><c:strCache><c:pt><c:v>Year</c:v></c:pt></c:strCache></c:cat>";
    let chart = format!(
        "<c:chart xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart'>{}{cats}{cats}</c:chart>",
        series("Chairs")
    );
    let bytes = docx_of(
        &body(&paragraph("Sales")),
        &[("chart", "charts/chart1.xml", &chart)],
    );
    assert_eq!(text(&bytes).await, "Sales / Chairs Spring Summer / Year");
}

#[tokio::test]
async fn parts_are_found_whatever_program_wrote_their_names() {
    let main = body(&paragraph("Found."));
    for (target, name) in [
        ("word/document.xml", "word\\document.xml"),
        ("doc/main%20part.xml", "doc/main part.xml"),
        ("/Word/Document.xml", "word/document.xml"),
    ] {
        let package = relations(&[("officeDocument", target)]);
        let rels = name
            .split_once('\\')
            .map_or("_rels/.rels", |_| "_rels\\.rels");
        let bytes = zip(&[(rels, package.as_bytes()), (name, main.as_bytes())]);
        assert_eq!(text(&bytes).await, "Found.", "{name}");
    }
}

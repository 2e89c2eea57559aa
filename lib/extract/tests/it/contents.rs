//! What is taken out of each kind of file, and what is left.

use extract::{Content, Document, Kind};

use crate::made::{docx, docx_of, extractor, page, stream, word};

async fn read(bytes: &[u8], name: &str) -> Document {
    extractor().extract(bytes, name).await.unwrap()
}

/// The contents of a document, one a line: headings with `#`, items with `-`, notes with `^`, what
/// runs along the pages with `=`.
async fn shown(bytes: &[u8], name: &str) -> Vec<String> {
    let document = read(bytes, name).await;
    let show = |content: &Content| match content {
        Content::Heading { level, text } => format!("{} {text}", "#".repeat((*level).into())),
        Content::Item(text) => format!("- {text}"),
        Content::Note(text) => format!("^ {text}"),
        Content::Running(text) => format!("= {text}"),
        Content::Table(table) => {
            let rows: Vec<String> = table.rows.iter().map(|row| row.join("|")).collect();
            format!(
                "[{}{}]",
                if table.names { "names " } else { "" },
                rows.join("/")
            )
        }
        Content::Paragraph(text) | Content::Preformatted(text) | Content::Markdown(text) => {
            text.clone()
        }
    };
    document
        .blocks
        .iter()
        .map(|block| show(&block.content))
        .collect()
}

fn text(text: &str) -> String {
    format!(r#"<w:r><w:t xml:space="preserve">{text}</w:t></w:r>"#)
}

fn paragraph(inside: &str) -> String {
    format!("<w:p>{}</w:p>", text(inside))
}

#[tokio::test]
async fn a_docx_gives_its_running_text_without_what_is_deleted_or_hidden() {
    let body = [
        "<w:p>",
        &text("We deliver "),
        &format!(
            "<w:del>{}</w:del>",
            "<w:r><w:delText>slowly</w:delText></w:r>"
        ),
        &format!("<w:ins>{}</w:ins>", text("fast")),
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>",
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> to</w:t></w:r>",
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK x</w:instrText></w:r>",
        "<w:r><w:t>instruction</w:t><w:fldChar w:fldCharType='separate'/></w:r>",
        &text(" Spain"),
        "<w:r><w:fldChar w:fldCharType='end'/><w:tab/><w:t>&amp;</w:t><w:br/><w:t>Fra</w:t></w:r>",
        "<w:r><w:t>nce</w:t><w:noBreakHyphen/><w:t>Sud</w:t><w:softHyphen/>",
        "<w:sym w:font='Wingdings' w:char='F0FC'/></w:r>",
        &format!(
            "<w:sdt><w:sdtPr><w:alias w:val='no'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
            text(" box")
        ),
        "<w:ruby><w:rt><w:r><w:t>above</w:t></w:r></w:rt><w:rubyBase><w:r><w:t> base</w:t></w:r></w:rubyBase></w:ruby>",
        "<m:oMath><m:r><m:t> x=1</m:t></m:r></m:oMath>",
        "</w:p>",
    ];
    let expected = "We deliver fast to Spain &\nFrance-Sud✓ box base x=1";
    assert_eq!(shown(&docx(&body.concat()), "a.docx").await, [expected]);
}

#[tokio::test]
async fn a_docx_gives_its_tables_and_those_within() {
    let cell = |inside: &str| format!("<w:tc>{inside}</w:tc>");
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let inner = format!(
        "<w:tbl>{}</w:tbl>",
        row(&[cell(&paragraph("in")), cell(&paragraph("ner"))])
    );
    let wide = format!(
        "<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{}</w:tc>",
        paragraph("wide")
    );
    let rows = [
        row(&[
            cell(&paragraph("Article")),
            cell(&paragraph("Price")),
            cell(&paragraph("Note")),
        ]),
        row(&[
            cell(&paragraph("Lamp")),
            cell(&paragraph("30")),
            cell(&format!("{}{inner}", paragraph("a"))),
        ]),
        row(&[wide, cell(&paragraph("b"))]),
        format!(
            "<w:tr><w:trPr><w:del/></w:trPr>{}</w:tr>",
            cell(&paragraph("deleted"))
        ),
    ];
    let frame = format!("<w:tbl>{}</w:tbl>", row(&[cell(&paragraph("A frame."))]));
    let body = format!("<w:tbl>{}</w:tbl>{frame}", rows.concat());
    let expected = [
        "[names Article|Price|Note/Lamp|30|a in ner/wide||b]",
        "A frame.",
    ];
    assert_eq!(shown(&docx(&body), "a.docx").await, expected);
}

#[tokio::test]
async fn a_docx_gives_headings_lists_notes_and_what_runs_along_its_pages() {
    let styled = |style: &str, words: &str| {
        format!(
            "<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr>{}</w:p>",
            text(words)
        )
    };
    let body = [
        styled("Titre", "Delivery"),
        styled("berschrift2", "Europe"),
        format!("<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='2'/></w:numPr></w:pPr>{}</w:p>", text("Spain")),
        format!("<w:p>{}<w:r><w:footnoteReference w:id='2'/></w:r></w:p>", text("Three days.")),
        "<w:sectPr><w:headerReference w:type='default' r:id='r2'/><w:headerReference w:type='first' r:id='r3'/></w:sectPr>".to_owned(),
    ];
    let document = word("document", &format!("<w:body>{}</w:body>", body.concat()));
    let styles = word(
        "styles",
        "<w:style w:styleId='Titre'><w:name w:val='Title'/></w:style>\
        <w:style w:styleId='berschrift2'><w:name w:val='heading 2'/></w:style>",
    );
    let notes = word(
        "footnotes",
        &format!(
            "<w:footnote w:type='separator' w:id='0'>{0}</w:footnote>\
        <w:footnote w:id='2'>{0}</w:footnote>",
            paragraph("On working days.")
        ),
    );
    let head = word("hdr", &paragraph("Our shop"));
    let first = word("hdr", &paragraph("Only with a title page"));
    let bytes = docx_of(
        &document,
        &[
            ("styles", "styles.xml", &styles),
            ("footnotes", "footnotes.xml", &notes),
            ("header", "header1.xml", &head),
            ("header", "header2.xml", &first),
        ],
    );
    let expected = [
        "= Our shop",
        "# Delivery",
        "## Europe",
        "- Spain",
        "Three days.",
        "^ On working days.",
    ];
    assert_eq!(shown(&bytes, "a.docx").await, expected);
}

#[tokio::test]
async fn a_text_box_is_read_once_although_it_is_there_for_old_and_new_programs() {
    let content = format!(
        "<w:txbxContent>{}</w:txbxContent>",
        paragraph("In the box.")
    );
    let body = format!(
        "<w:p>{}<w:r><mc:AlternateContent><mc:Choice>{content}</mc:Choice>\
         <mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        text("Beside it.")
    );
    assert_eq!(
        shown(&docx(&body), "a.docx").await,
        ["Beside it.", "In the box."]
    );
}

#[tokio::test]
async fn a_docx_of_the_strict_form_and_in_utf_16_is_read() {
    let strict = word(
        "document",
        &format!("<w:body>{}</w:body>", paragraph("Strict.")),
    );
    let strict = strict.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    );
    assert_eq!(shown(&docx_of(&strict, &[]), "a.docx").await, ["Strict."]);
    let document = word(
        "document",
        &format!("<w:body>{}</w:body>", paragraph("Wide.")),
    );
    let wide: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(document.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let bytes = crate::made::zip(&[("word/document.xml", &wide)]);
    assert_eq!(shown(&bytes, "a.docx").await, ["Wide."]);
}

#[tokio::test]
async fn a_pdf_gives_headings_paragraphs_and_items_with_their_page() {
    let content = b"BT /F 24 Tf 50 780 Td (Delivery) Tj /F 12 Tf 14 TL 0 -40 Td (Our parcels go out each mor-) Tj \
        T* (ning and [arrive] within three days) Tj T* T* (\x95 by bike) Tj T* (\x95 by train) Tj ET";
    let document = read(&page(stream("", content), "", &[]), "a.pdf").await;
    assert_eq!((document.kind, document.pages), (Kind::Pdf, Some(1)));
    assert!(document.blocks.iter().all(|block| block.page == Some(1)));
    let expected = "# Delivery\n\nOur parcels go out each morning and [arrive] within three days\n\n\
        - by bike\n- by train\n";
    assert_eq!(document.to_markdown().text, expected);
}

#[tokio::test]
async fn a_pdf_shows_its_forms_and_replacements_and_not_its_hidden_layers() {
    let content = b"BT /F 12 Tf 50 700 Td /Span << /ActualText (office) >> BDC (o ce) Tj EMC ET \
        /OC /L BDC BT /F 12 Tf 50 600 Td (hidden) Tj ET EMC \
        q 1 0 0 1 50 500 cm /X Do Q BT /F 12 Tf 5000 10 Td (off the page) Tj ET";
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /Font << /G 5 0 R >> >>",
        b"BT /G 12 Tf (in a form) Tj ET",
    );
    let resources = "/XObject << /X 6 0 R >> /Properties << /L 7 0 R >>";
    let bytes = page(
        stream("", content),
        resources,
        &[form, b"<< /Type /OCG /Name (x) >>".to_vec()],
    );
    let catalog = b"<< /Type /Catalog /Pages 2 0 R >>";
    let hiding = b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >> >>";
    // The table of contents is then wrong, and mended by the reader.
    let at = bytes
        .windows(catalog.len())
        .position(|part| part == catalog)
        .unwrap();
    let bytes = [&bytes[..at], hiding, &bytes[at + catalog.len()..]].concat();
    assert_eq!(shown(&bytes, "a.pdf").await, ["office", "in a form"]);
}

#[tokio::test]
async fn a_filled_in_form_of_a_pdf_is_read() {
    let field =
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /V (Marguerite) /Rect [150 690 400 715] >>"
            .to_vec();
    let comment =
        b"<< /Type /Annot /Subtype /Text /Contents (a reviewer) /Rect [9 9 20 20] >>".to_vec();
    let bytes = page(
        stream("", b"BT /F 10 Tf 50 703 Td (Name) Tj ET"),
        "",
        &[field, comment],
    );
    let at = bytes
        .windows(9)
        .position(|part| part == b"/Contents")
        .unwrap();
    let bytes = [&bytes[..at], b"/Annots [6 0 R 7 0 R] ", &bytes[at..]].concat();
    assert_eq!(shown(&bytes, "a.pdf").await, ["Name Marguerite"]);
}

#[tokio::test]
async fn a_pdf_that_only_its_owner_may_change_is_read() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/files/owner-password.pdf"
    );
    assert_eq!(
        shown(&std::fs::read(path).unwrap(), "a.pdf").await,
        ["Secret terms"]
    );
}

#[tokio::test]
async fn texts_tables_and_pages_are_told_apart() {
    let kind = async |content: &str, name| read(content.as_bytes(), name).await.kind;
    assert_eq!(kind("Hello", "a").await, Kind::Text);
    assert_eq!(kind("a;b\n1;2\n", "a.csv").await, Kind::Csv);
    assert_eq!(kind("# Hello", "text/markdown").await, Kind::Markdown);
    assert_eq!(kind("<html><p>Hello", "a.txt").await, Kind::Html);
    assert_eq!(
        shown("<h1>A</h1><p>b".as_bytes(), "a.html").await,
        ["# A", "b"]
    );
}

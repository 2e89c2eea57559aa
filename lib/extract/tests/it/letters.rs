//! What the glyphs of a PDF mean, and in which order they are read.

use crate::made::{extractor, page_with, stream};

/// The text of a page that shows this content; `objects`, from 6 on, are a font named `H` and what it
/// needs.
async fn text(content: &str, objects: &[Vec<u8>]) -> String {
    let content = stream("", content.as_bytes());
    let fonts = if objects.is_empty() { "" } else { "/H 6 0 R" };
    let bytes = page_with(content, fonts, "", objects);
    let document = extractor().extract(&bytes, "a.pdf").await.unwrap();
    document.to_text().trim_end().replace('\n', " / ")
}

/// A font of one-byte codes, each half as wide as it is high, with this map.
fn font(map: &str) -> [Vec<u8>; 2] {
    let widths = "500 ".repeat(256);
    let font = format!(
        "<< /Type /Font /Subtype /TrueType /BaseFont /X /FirstChar 0 /LastChar 255 \
         /Widths [{widths}] /ToUnicode 7 0 R >>"
    );
    [font.into_bytes(), stream("", map.as_bytes())]
}

/// Maps codes from 1 on to these letters.
fn map_of(letters: &str) -> String {
    let pairs = (1_u32..).zip(letters.chars()).map(|(code, letter)| {
        let mut units = [0; 2];
        let units = letter.encode_utf16(&mut units);
        let hex: Vec<String> = units.iter().map(|unit| format!("{unit:04x}")).collect();
        let hex = hex.concat();
        format!("<{code:02x}> <{hex}>\n")
    });
    format!("beginbfchar {} endbfchar", pairs.collect::<String>())
}

#[tokio::test]
async fn text_from_right_to_left_is_read_so_with_its_columns() {
    // As it is seen: `םולש` on the right and `12 רפסמ` on its left, in two columns of a table.
    let objects = font(&map_of("שלוםמספר 012"));
    let content = "BT /H 10 Tf 1 0 0 1 400 700 Tm <04030201> Tj 1 0 0 1 300 700 Tm <0b0c0908070605> Tj \
        1 0 0 1 400 680 Tm <01020304> Tj 1 0 0 1 300 680 Tm <0b0b0908070605> Tj ET";
    let expected = "שלום | מספר 12 / םולש | מספר 11";
    assert_eq!(text(content, &objects).await, expected);
}

#[tokio::test]
async fn letters_that_are_placed_one_by_one_to_the_left_are_read_in_their_order() {
    let objects = font(&map_of("שלום"));
    let content = "BT /H 10 Tf 400 700 Td <01> Tj -5 0 Td <02> Tj -5 0 Td <03> Tj -5 0 Td <04> Tj \
        -8 0 Td <01> Tj -5 0 Td <03> Tj ET";
    assert_eq!(text(content, &objects).await, "שלום שו");
}

#[tokio::test]
async fn marks_over_letters_do_not_divide_words() {
    let hebrew = font(&map_of("בָר"));
    // As it is seen: the letter on the left, then the mark, which stands below the middle of the
    // letter that follows it, and does not move the pen.
    let content = "BT /H 10 Tf 1 0 0 1 400 700 Tm <03> Tj 0.1 Tz 1 0 0 1 407 700 Tm <02> Tj \
        100 Tz 1 0 0 1 405 700 Tm <01> Tj ET";
    assert_eq!(text(content, &hebrew).await, "בָר");
    let latin = font(&map_of("aei\u{301}"));
    let content = "BT /H 10 Tf 1 0 0 1 400 700 Tm <01> Tj 0.1 Tz 1 0 0 1 402 701 Tm <04> Tj \
        100 Tz 1 0 0 1 405 700 Tm <02> Tj ET";
    assert_eq!(text(content, &latin).await, "áe");
}

#[tokio::test]
async fn signs_of_symbol_fonts_are_letters_and_others_are_not_guessed() {
    let [font, map] = font(&map_of("\u{f061}\u{f0b3}"));
    let text_in = async |name: &str| {
        let font = String::from_utf8(font.clone()).unwrap();
        let named = font.replace("/BaseFont /X", &format!("/BaseFont /{name}"));
        let objects = [named.into_bytes(), map.clone()];
        text(
            "BT /F 10 Tf 50 700 Td (a ) Tj /H 10 Tf <0102> Tj ET",
            &objects,
        )
        .await
    };
    assert_eq!(text_in("ABCDEF+SymbolMT").await, "a α≥");
    assert_eq!(text_in("ABCDEF+Lato").await, "a");
}

#[tokio::test]
async fn a_map_with_a_fault_is_used_for_all_else() {
    let map = "2 beginbfchar <01> <> <02> <0042> endbfchar 1 beginbfchar <03> <006f006e> oops";
    let content = "BT /H 10 Tf 50 700 Td <02010301> Tj ET";
    assert_eq!(text(content, &font(map)).await, "Bon");
}

#[tokio::test]
async fn letters_that_only_their_own_font_knows_are_read() {
    let objects = [
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [7 0 R] >>".to_vec(),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDToGIDMap /Identity /DW 500 \
          /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> \
          /FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 /FontFile2 8 0 R >> >>"
            .to_vec(),
        stream("", &true_type(&[('e', 1), ('t', 2), ('\u{e9}', 3), ('\u{b5}', 4), ('\u{3bc}', 4)])),
    ];
    let content = "BT /H 10 Tf 50 700 Td <000300020001> Tj <0004> Tj ET";
    assert_eq!(text(content, &objects).await, "éte\u{3bc}");
}

/// A TrueType font of these letters and the numbers of their glyphs, without outlines.
fn true_type(letters: &[(char, u32)]) -> Vec<u8> {
    let count = u16::try_from(letters.len() + 1).unwrap();
    let mut groups: Vec<(u32, u32)> = letters.iter().map(|(c, id)| (u32::from(*c), *id)).collect();
    groups.sort_unstable();
    let long =
        |numbers: &[u32]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_be_bytes()).collect() };
    let short =
        |numbers: &[u16]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_be_bytes()).collect() };
    let many = u32::try_from(groups.len()).unwrap();
    let mut cmap = short(&[0, 1, 3, 10]);
    cmap.extend(long(&[12]));
    cmap.extend(short(&[12, 0]));
    cmap.extend(long(&[16 + 12 * many, 0, many]));
    for (c, id) in groups {
        cmap.extend(long(&[c, c, id]));
    }
    let mut head = long(&[0x10000, 0x10000, 0, 0x5f0f_3cf5]);
    head.extend(short(&[
        0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 1, 0,
    ]));
    let mut maxp = long(&[0x10000]);
    maxp.extend(short(&[count, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]));
    let mut hhea = long(&[0x10000]);
    hhea.extend(short(&[
        800, 0, 0, 500, 0, 0, 500, 1, 0, 0, 0, 0, 0, 0, 0, count,
    ]));
    let hmtx = short(&[500, 0]).repeat(usize::from(count));
    let loca = long(&[0]).repeat(usize::from(count) + 1);
    let tables: [(&[u8; 4], Vec<u8>); 7] = [
        (b"cmap", cmap),
        (b"glyf", vec![0; 4]),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", hmtx),
        (b"loca", loca),
        (b"maxp", maxp),
    ];
    let mut font = long(&[0x10000]);
    font.extend(short(&[7, 64, 2, 48]));
    let mut place = 12 + 16 * 7;
    let mut content = Vec::new();
    for (name, mut table) in tables {
        let length = u32::try_from(table.len()).unwrap();
        table.resize(table.len().next_multiple_of(4), 0);
        font.extend(name);
        font.extend(long(&[0, place, length]));
        place += u32::try_from(table.len()).unwrap();
        content.extend(table);
    }
    [font, content].concat()
}

#[tokio::test]
async fn a_text_for_several_glyphs_takes_their_whole_place() {
    let content =
        "BT /F 12 Tf 50 700 Td (o) Tj /Span << /ActualText (ffi) >> BDC (xxx) Tj EMC (ce) Tj ET";
    assert_eq!(text(content, &[]).await, "office");
}

#[tokio::test]
async fn what_is_drawn_again_as_a_shadow_or_to_look_bold_is_read_once() {
    let content = "BT /F 12 Tf 51.5 698.5 Td (Summer sale) Tj -1.5 1.5 Td (Summer sale) Tj \
        0 -40 Td (i) Tj 1 0 0 1 50.3 660 Tm (i) Tj 1 0 0 1 52.7 660 Tm (t) Tj ET";
    assert_eq!(text(content, &[]).await, "Summer sale / it");
}

#[tokio::test]
async fn glyphs_that_nobody_can_read_need_text_recognition() {
    let objects = [
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [7 0 R] >>".to_vec(),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 500 \
          /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
            .to_vec(),
    ];
    let content = stream("", b"BT /H 10 Tf 50 700 Td <000300020001> Tj ET");
    let bytes = page_with(content, "/H 6 0 R", "", &objects);
    let refused = extractor().extract(&bytes, "a.pdf").await.unwrap_err();
    assert!(refused.to_string().contains("OCR"), "{refused}");
}

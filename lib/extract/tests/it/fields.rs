//! Filled-in forms of PDF.

use crate::made::{extractor, page, stream};

/// The words of a page with these fields; more objects follow them, from 6 on.
async fn words(fields: &[&str], more: &[Vec<u8>]) -> String {
    let mut objects: Vec<Vec<u8>> = fields
        .iter()
        .zip((0..).map(|at| 700 - 30 * at))
        .map(|(entries, y)| {
            let rect = format!("[50 {y} 300 {}]", y + 20);
            format!("<< /Type /Annot /Subtype /Widget /Rect {rect} {entries} >>").into_bytes()
        })
        .collect();
    let ids: Vec<String> = (6..6 + objects.len())
        .map(|id| format!("{id} 0 R"))
        .collect();
    let ids = ids.join(" ");
    objects.extend_from_slice(more);
    let bytes = page(stream("", b""), "", &objects);
    let place = bytes
        .windows(9)
        .position(|part| part == b"/Contents")
        .unwrap();
    let annotations = format!("/Annots [{ids}] ");
    let bytes = [&bytes[..place], annotations.as_bytes(), &bytes[place..]].concat();
    let document = extractor().extract(&bytes, "a.pdf").await.unwrap();
    document
        .to_text()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn a_field_says_what_the_field_says_that_it_belongs_to() {
    let parent = b"<< /FT /Tx /T (street) /V (Rue des \xc9rables) >>".to_vec();
    assert_eq!(
        words(&["/Parent 7 0 R"], &[parent]).await,
        "Rue des Érables"
    );
}

#[tokio::test]
async fn a_choice_says_what_people_see_of_it() {
    let choice = "/FT /Ch /V (de) /Opt [[(be) (Belgium)] [(de) (Germany)]]";
    let typed = "/FT /Ch /V (Mars) /Opt [(Mars) (Venus)]";
    assert_eq!(words(&[choice, typed], &[]).await, "Germany Mars");
}

#[tokio::test]
async fn a_field_that_was_filled_in_without_its_looks_says_its_value() {
    let empty = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 250 20]",
        b"/Tx BMC EMC",
    );
    let filled = "/FT /Tx /V (Marguerite) /AP << /N 7 0 R >>";
    assert_eq!(words(&[filled], &[empty]).await, "Marguerite");
    let own = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 250 20] /Resources << /Font << /F 5 0 R >> >>",
        b"/Tx BMC BT /F 10 Tf 2 5 Td (Daisy) Tj ET EMC",
    );
    let drawn = "/FT /Tx /V (Marguerite) /AP << /N 7 0 R >>";
    assert_eq!(words(&[drawn], &[own]).await, "Daisy");
}

#[tokio::test]
async fn fields_that_belong_to_each_other_come_to_an_end() {
    let first = "/FT /Tx /Parent 8 0 R";
    let second = b"<< /Parent 6 0 R >>".to_vec();
    let shown = "/FT /Tx /V (seen)";
    assert_eq!(words(&[first, shown], &[second]).await, "seen");
}

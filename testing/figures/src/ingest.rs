//! A PDF of 300 pages is taken in while customers are answered.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::replies::{reply, write};
use crate::report::{Times, say, shown};
use rig::{Product, Rig};

const PAGES: usize = 300;
const LINES: usize = 40;
const ALONE: usize = 500;
/// How often it is looked how far the document is: as a person's page does, which hears of changes.
const LOOK: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(50);
/// Words of the lines, so that no two lines are the same.
const WORDS: [&str; 12] = [
    "vase", "glaze", "kiln", "parcel", "refund", "workshop", "delivery", "cup", "bowl", "thread",
    "jacket", "voucher",
];

/// Answers alone, then while the document is read and embedded.
pub async fn run(binary: &Path) -> Result<()> {
    let rig = Rig::build(binary).await?;
    let product = rig.serve(&[]).await?;
    let token = rig.token(&product).await?;
    say("\n== ingest: a PDF of 300 pages, and the replies meanwhile");
    until(&rig, &product, &token, "/api/knowledge/embedder", |seen| {
        seen.get("embedded") == seen.get("passages")
    })
    .await?;
    let times = alone(&rig, 0).await?;
    say(&format!("  replies alone: {}", times.line()));
    let pdf = pdf();
    say(&format!("  the file has {} kB", pdf.len() / 1024));
    let began = Instant::now();
    let form = Form::new().part("file", Part::bytes(pdf).file_name("catalogue.pdf"));
    let answer = rig
        .client
        .post(format!("{}/api/knowledge/documents", product.url))
        .bearer_auth(&token)
        .multipart(form)
        .send()
        .await?
        .error_for_status()?;
    let document: Value = answer.json().await?;
    let id = document
        .get("id")
        .and_then(Value::as_str)
        .context("no id")?;
    let path = format!("/api/knowledge/documents/{id}");
    let mut times = Times::default();
    let (read, searchable, embedded) = {
        let work = async {
            let read = until(&rig, &product, &token, &path, |seen| {
                let state = seen.pointer("/document/state").and_then(Value::as_str);
                matches!(state, Some("ready" | "failed"))
            })
            .await?;
            let searchable = began.elapsed();
            until(&rig, &product, &token, "/api/knowledge/embedder", |seen| {
                seen.get("embedded") == seen.get("passages")
            })
            .await?;
            Ok::<_, anyhow::Error>((read, searchable, began.elapsed()))
        };
        tokio::pin!(work);
        let mut number = 10_000;
        loop {
            number += 1;
            let one = async {
                let took = reply(&rig, write(&rig, number)?).await?;
                tokio::time::sleep(PAUSE).await;
                Ok::<_, anyhow::Error>(took)
            };
            tokio::pin!(one);
            tokio::select! {
                done = &mut work => break done?,
                took = &mut one => times.push(took?),
            }
        }
    };
    let passages = read.pointer("/document/passages").and_then(Value::as_i64);
    let Some(passages @ 1..) = passages else {
        bail!("it was not read: {read}");
    };
    say(&format!(
        "  {passages} passages: searchable by words after {}, by meaning after {}",
        shown(searchable),
        shown(embedded)
    ));
    say(&format!("  replies meanwhile: {}", times.line()));
    // With as much knowledge and as many conversations as meanwhile.
    let times = alone(&rig, 1_000_000).await?;
    say(&format!("  replies afterwards: {}", times.line()));
    product.stop()
}

/// Replies while nothing else is done, after some that are not counted.
async fn alone(rig: &Rig, from: usize) -> Result<Times> {
    let mut times = Times::default();
    for number in 0..ALONE + 20 {
        let took = reply(rig, write(rig, from + number)?).await?;
        if number >= 20 {
            times.push(took);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(times)
}

/// Asks until it is so.
async fn until(
    rig: &Rig,
    product: &Product,
    token: &str,
    path: &str,
    so: impl Fn(&Value) -> bool,
) -> Result<Value> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_mins(10) {
        let request = rig.client.get(format!("{}{path}", product.url));
        let answer = request.bearer_auth(token).send().await?;
        let seen: Value = answer.error_for_status()?.json().await?;
        if so(&seen) {
            return Ok(seen);
        }
        tokio::time::sleep(LOOK).await;
    }
    bail!("waited in vain for {path}")
}

/// A PDF of text (ISO 32000-1, 7.5): a font, and a page with lines for each number.
fn pdf() -> Vec<u8> {
    let kids: Vec<String> = (0..PAGES).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Count {PAGES} /Kids [{}] >>",
            kids.join(" ")
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for page in 0..PAGES {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] \
             /Resources << /Font << /F 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * page
        ));
        let mut lines = String::from("BT /F 11 Tf 50 800 Td 18 TL\n");
        for line in 0..LINES {
            let word = |shift: usize| WORDS.iter().cycle().nth(page * 7 + line * 5 + shift);
            let (first, second) = (word(0).unwrap_or(&""), word(3).unwrap_or(&""));
            // Writing to a string can't fail.
            let _infallible = writeln!(
                lines,
                "(On page {page} the {first} of number {line} goes with the {second} for {} euros.) Tj T*",
                page * LINES + line
            );
        }
        lines.push_str("ET");
        objects.push(format!(
            "<< /Length {} >>\nstream\n{lines}\nendstream",
            lines.len()
        ));
    }
    let mut out = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(out.len());
        let _infallible = write!(out, "{number} 0 obj\n{object}\nendobj\n");
    }
    let table = out.len();
    let count = objects.len() + 1;
    let _infallible = write!(out, "xref\n0 {count}\n0000000000 65535 f \n");
    for place in places {
        let _infallible = writeln!(out, "{place:010} 00000 n ");
    }
    let _infallible = write!(
        out,
        "trailer << /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
    );
    out.into_bytes()
}

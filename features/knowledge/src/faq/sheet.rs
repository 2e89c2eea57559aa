//! FAQ entries as CSV (RFC 4180): written for spreadsheets, and read from them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use db::{DbError, TenantTx};
use serde::Serialize;

use super::{Draft, Entry, FaqError};
use crate::language::Language;
use crate::store::entries;

/// The most rows of one file.
const MOST_ROWS: usize = 2000;
/// The largest file, in bytes.
const LARGEST: usize = 2 * 1024 * 1024;
/// The most entries that are written or compared with.
const MOST_ENTRIES: i64 = 100_000;
/// What may stand between cells.
const DIVIDERS: [u8; 3] = *b",;\t";
/// The names of the columns that are written.
const NAMES: [&str; 5] = [
    "question",
    "more questions",
    "answer",
    "language",
    "enabled",
];

/// Why nothing of a file was taken. The texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// It is too large.
    #[error("The file is larger than 2 MB. Divide it.")]
    TooLarge,
    /// It has too many rows.
    #[error("The file has more than 2000 rows. Divide it.")]
    TooManyRows,
    /// It can't be read as rows of cells.
    #[error("The file is no CSV that can be read.")]
    NoSheet,
    /// There is no column of questions, or none of answers.
    #[error("The first row must name a column “question” and a column “answer”.")]
    NoColumns,
    /// The database failed.
    #[error("the entries could not be kept")]
    Db(#[from] DbError),
}

impl SheetError {
    /// The key of its words.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooLarge => "knowledge.sheet.too_large",
            Self::TooManyRows => "knowledge.sheet.too_many_rows",
            Self::NoSheet => "knowledge.sheet.no_sheet",
            Self::NoColumns => "knowledge.sheet.no_columns",
            Self::Db(_) => "knowledge.not_kept",
        }
    }
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = RefusedFaqRow)]
pub struct RefusedRow {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// What is wrong with it, as the key of a sentence.
    pub error: &'static str,
}

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = FaqImport)]
pub struct Import {
    /// Entries that are new.
    pub created: u32,
    /// Entries that say something else than before.
    pub updated: u32,
    /// Entries that were there already.
    pub unchanged: u32,
    /// Rows that were not taken.
    pub refused: Vec<RefusedRow>,
}

/// All entries as CSV. A cell that a spreadsheet would take for a formula begins with an apostrophe.
pub async fn export(tx: &mut TenantTx) -> Result<String, SheetError> {
    let entries = entries::list(tx, None, MOST_ENTRIES).await?;
    Ok(written(&entries))
}

fn written(entries: &[Entry]) -> String {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    let rows = entries.iter().map(|entry| {
        let more = entry.questions.iter().skip(1);
        let more: Vec<&str> = more.map(String::as_str).collect();
        let enabled = if entry.enabled { "yes" } else { "no" };
        [
            safe(entry.title()),
            safe(&more.join("\n")),
            safe(&entry.answer),
            entry.language.as_str().to_owned(),
            enabled.to_owned(),
        ]
    });
    for row in std::iter::once(NAMES.map(str::to_owned)).chain(rows) {
        // Writing to memory can't fail.
        let _infallible = writer.write_record(row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Keeps a spreadsheet from running what a customer or a colleague wrote.
fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A cell as it was before [`safe`].
fn plain(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'');
    rest.filter(|rest| safe(rest) != **rest).unwrap_or(cell)
}

/// What the columns of a file hold.
#[derive(Debug, Default)]
struct Columns {
    questions: Vec<usize>,
    answer: Option<usize>,
    language: Option<usize>,
    enabled: Option<usize>,
}

impl Columns {
    fn of(names: &StringRecord) -> Option<Self> {
        let mut columns = Self::default();
        for (at, name) in names.iter().enumerate() {
            let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
            let is = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
            if is(&["answer", "réponse", "reponse", "respuesta"]) {
                columns.answer = columns.answer.or(Some(at));
            } else if is(&["language", "langue", "idioma"]) {
                columns.language = Some(at);
            } else if is(&["enabled", "active", "actif", "activ"]) {
                columns.enabled = Some(at);
            } else if is(&["question", "more questions", "pregunta", "phrasing"]) {
                columns.questions.push(at);
            }
        }
        (columns.answer.is_some() && !columns.questions.is_empty()).then_some(columns)
    }

    fn draft(&self, row: &StringRecord) -> Draft {
        let cell = |at: usize| plain(row.get(at).unwrap_or_default().trim());
        let questions = self.questions.iter().flat_map(|at| cell(*at).lines());
        let enabled = self.enabled.map_or("", cell).to_lowercase();
        let off = ["no", "non", "false", "0", "off", "n"].contains(&enabled.as_str());
        Draft {
            questions: questions.map(str::to_owned).collect(),
            answer: self.answer.map_or("", cell).to_owned(),
            language: self.language.and_then(|at| language(cell(at))),
            enabled: !off,
        }
    }
}

fn language(tag: &str) -> Option<Language> {
    let tag = tag.to_lowercase();
    let known = Language::from_tag(&tag);
    (known.as_str() == tag).then_some(known)
}

/// The rows of a file, each with the line it begins on.
fn rows(content: &[u8]) -> Result<Vec<(u64, Draft)>, SheetError> {
    if content.len() > LARGEST {
        return Err(SheetError::TooLarge);
    }
    let text = extract::decode_text(content);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let count = |divider: &u8| first.bytes().filter(|byte| byte == divider).count();
    let divider = DIVIDERS.into_iter().max_by_key(count).unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .delimiter(divider)
        .flexible(true)
        .from_reader(text.as_bytes());
    let names = reader.headers().map_err(|_| SheetError::NoSheet)?;
    let columns = Columns::of(names).ok_or(SheetError::NoColumns)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| SheetError::NoSheet)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() >= MOST_ROWS {
            return Err(SheetError::TooManyRows);
        }
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, columns.draft(&record)));
    }
    Ok(rows)
}

/// Takes in the entries of a CSV file. One whose first question is there already is replaced; a row
/// with mistakes is left out.
pub async fn import(
    tx: &mut TenantTx,
    content: &[u8],
    now: DateTime<Utc>,
) -> Result<Import, SheetError> {
    let rows = rows(content)?;
    let known = entries::list(tx, None, MOST_ENTRIES).await?;
    let name = |title: &str| title.trim().to_lowercase();
    let mut known: HashMap<String, Entry> = known
        .into_iter()
        .map(|entry| (name(entry.title()), entry))
        .collect();
    let mut import = Import::default();
    for (line, draft) in rows {
        let title = name(draft.questions.first().map_or("", String::as_str));
        let old = known.get(&title);
        let entry = match super::drafted(draft, old, now) {
            Ok(entry) => entry,
            Err(FaqError::Invalid(mistakes)) => {
                let error = mistakes.into_values().next().unwrap_or_default();
                import.refused.push(RefusedRow { line, error });
                continue;
            }
            Err(FaqError::Db(error)) => return Err(error.into()),
            Err(FaqError::NotFound) => continue,
        };
        match old {
            None => import.created += 1,
            Some(old) if same(old, &entry) => {
                import.unchanged += 1;
                continue;
            }
            Some(_) => import.updated += 1,
        }
        super::put(tx, &entry).await?;
        known.insert(title, entry);
    }
    if import.created + import.updated > 0 {
        super::written(tx, now).await?;
    }
    Ok(import)
}

/// Whether two entries say the same.
fn same(old: &Entry, new: &Entry) -> bool {
    old.questions == new.questions
        && old.answer == new.answer
        && old.language == new.language
        && old.enabled == new.enabled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(questions: &[&str], answer: &str) -> Entry {
        let draft = Draft {
            questions: questions.iter().map(|q| (*q).to_owned()).collect(),
            answer: answer.to_owned(),
            language: Some(Language::French),
            enabled: false,
        };
        super::super::drafted(draft, None, DateTime::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let kept = entry(
            &["Combien ?", "C’est cher ?", "-10 %?"],
            "30 €, \"net\";\nvoilà",
        );
        let rows = rows(written(std::slice::from_ref(&kept)).as_bytes()).unwrap();
        let (line, draft) = rows.into_iter().next().unwrap();
        assert_eq!(line, 2);
        let read = super::super::drafted(draft, Some(&kept), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(read, kept);
    }

    #[test]
    fn a_spreadsheet_is_given_no_formula() {
        let text = written(&[entry(&["=1+1"], "@cmd")]);
        assert!(text.contains("'=1+1,") && text.contains("'@cmd"), "{text}");
        let (_, draft) = rows(text.as_bytes()).unwrap().remove(0);
        assert_eq!(
            (draft.questions, draft.answer),
            (vec!["=1+1".into()], "@cmd".into())
        );
    }

    #[test]
    fn the_sheets_of_other_programs_are_read_too() {
        let excel = b"Pregunta;Respuesta;Idioma\r\n\xbfAbren hoy?;S\xed;es\r\n;;\r\n";
        let rows = rows(excel).unwrap();
        assert_eq!(rows.len(), 1);
        let (_, draft) = rows.into_iter().next().unwrap();
        assert_eq!(draft.questions, ["¿Abren hoy?"]);
        assert_eq!(
            (draft.answer.as_str(), draft.language),
            ("Sí", Some(Language::Spanish))
        );
        assert!(draft.enabled);
    }

    #[test]
    fn a_file_without_the_two_columns_says_so() {
        let refused = rows(b"name,price\nVase,30\n").unwrap_err();
        assert!(matches!(refused, SheetError::NoColumns));
    }
}

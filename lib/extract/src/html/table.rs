//! Tables of a page: those that hold data.

use super::dom::{Dom, Id};
use super::walk;
use crate::csv::names_columns;
use crate::{Limits, Refusal, Table, tidy};

/// The table at `top`, unless it only arranges other things or has a single column.
pub(super) fn data(dom: &Dom, top: Id, limits: &Limits) -> Result<Option<Table>, Refusal> {
    let inside = dom.below(top, |id| walk::is_unseen(dom, id));
    let arranges = inside.iter().any(|id| {
        *id != top
            && matches!(
                dom.name(*id),
                Some(
                    "table" | "h1" | "h2" | "h3" | "form" | "article" | "section" | "main" | "nav"
                )
            )
    });
    if arranges || dom.attribute(top, "role") == Some("presentation") {
        return Ok(None);
    }
    let mut table = Table::default();
    let mut heads = false;
    for row in inside.into_iter().filter(|id| dom.name(*id) == Some("tr")) {
        let mut cells = Vec::new();
        let mut all_heads = true;
        for cell in dom.children(row) {
            let Some(name @ ("td" | "th")) = dom.name(*cell) else {
                continue;
            };
            all_heads &= name == "th";
            cells.push(tidy::line(&walk::inline(dom, *cell)));
            let span = dom
                .attribute(*cell, "colspan")
                .and_then(|span| span.parse().ok());
            cells.extend((1..span.unwrap_or(1).clamp(1, 64)).map(|_: usize| String::new()));
            if cells.len() > limits.columns {
                return Err(Refusal::TooComplex);
            }
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            heads |= all_heads && table.rows.is_empty();
            table.rows.push(cells);
        }
    }
    let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    table.names = heads && table.rows.len() > 1 || names_columns(&table.rows);
    Ok((columns > 1).then_some(table))
}

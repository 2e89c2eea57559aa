//! Lists that come in pages.

use serde_json::Value;
use url::Url;

use super::{Access, CallError, MetaClient};
use crate::read::json::{at, id, list, path};

/// The items of a list that came in pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// What was read.
    pub items: Vec<T>,
    /// Whether that is all: false when the cap of pages was reached first.
    pub complete: bool,
}

impl MetaClient {
    /// Reads a list page by page, at most `max_pages`. Pages are asked for by cursor and never by
    /// following the `next` address, which could lead the token elsewhere.
    pub(super) async fn listing<T>(
        &self,
        operation: &'static str,
        access: &Access,
        url: &Url,
        max_pages: usize,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<Listing<T>, CallError> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..max_pages {
            let mut url = url.clone();
            if let Some(cursor) = &after {
                url.query_pairs_mut().append_pair("after", cursor);
            }
            let page = self
                .call(operation, &access.account_id, self.get(access, url))
                .await?;
            items.extend(list(&page, "data").iter().filter_map(&parse));
            match next_cursor(&page) {
                Some(next) if after.as_ref() != Some(&next) => after = Some(next),
                _ => {
                    return Ok(Listing {
                        items,
                        complete: true,
                    });
                }
            }
        }
        Ok(Listing {
            items,
            complete: false,
        })
    }
}

/// The cursor of the next page; `None` on the last one, which has a cursor but no `next`.
fn next_cursor(page: &Value) -> Option<String> {
    let paging = at(page, "paging");
    id(paging, "next")?;
    id(path(paging, &["cursors"]), "after").or_else(|| {
        let next = Url::parse(&id(paging, "next")?).ok()?;
        next.query_pairs()
            .find(|(key, _)| key == "after")
            .map(|(_, value)| value.into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_page_has_a_cursor_but_no_next() {
        let cursors = json!({"before":"B","after":"A"});
        assert_eq!(next_cursor(&json!({"paging":{"cursors":cursors}})), None);
        assert_eq!(next_cursor(&json!({"data":[]})), None);
        let more = json!({"paging":{"cursors":cursors,"next":"https://graph.instagram.com/x"}});
        assert_eq!(next_cursor(&more).as_deref(), Some("A"));
        let address = json!({"paging":{"next":"https://graph.instagram.com/x?after=C%3D"}});
        assert_eq!(next_cursor(&address).as_deref(), Some("C="));
    }
}

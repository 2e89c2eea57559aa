//! Keyset paging: a page of items and a cursor to the next.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How many items a list answers, 1 to 100 (50 unless asked).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The largest page.
    pub const MAX: u16 = 100;

    /// The wanted number of items, brought into 1 to 100.
    pub fn new(wanted: u16) -> Self {
        Self(wanted.clamp(1, Self::MAX))
    }

    /// The number of items.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// One more than the page, to learn whether another follows; the form queries want.
    pub fn probe(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// An opaque pointer behind the last item of a page: the item's sort key as URL-safe text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct Cursor(String);

/// A cursor that this list did not give out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not one that this list gave out")]
pub struct InvalidCursor;

impl Cursor {
    /// A cursor that carries `key`.
    pub fn of(key: &impl Serialize) -> Self {
        Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default()))
    }

    /// The text of a cursor as a caller sent it.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The sort key that it carries.
    pub fn key<T: DeserializeOwned>(&self) -> Result<T, InvalidCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| InvalidCursor)?;
        serde_json::from_slice(&bytes).map_err(|_| InvalidCursor)
    }

    /// The cursor as it stands in a URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; absent on the last one.
    pub next_cursor: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page from the items of a probe of [`Limit::probe`] rows; `key` gives an item's sort key.
    pub fn from_probe<K: Serialize>(
        mut items: Vec<T>,
        limit: Limit,
        key: impl Fn(&T) -> K,
    ) -> Self {
        let full = usize::from(limit.get());
        let more = items.len() > full;
        items.truncate(full);
        let next_cursor = if more {
            items.last().map(|last| Cursor::of(&key(last)))
        } else {
            None
        };
        Self { items, next_cursor }
    }

    /// The same page with each item turned into another form.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_appears_only_when_more_items_follow() {
        let page = Page::from_probe(vec![1, 2, 3], Limit::new(2), |n| *n);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(page.next_cursor.unwrap().key::<i32>(), Ok(2));
        assert!(
            Page::from_probe(vec![1, 2], Limit::new(2), |n| *n)
                .next_cursor
                .is_none()
        );
    }

    #[test]
    fn a_foreign_cursor_is_refused() {
        assert_eq!(Cursor::from_text("%%%").key::<i32>(), Err(InvalidCursor));
    }
}

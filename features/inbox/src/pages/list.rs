//! The list of conversations.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use db::TenantTx;
use kernel::{Cursor, Limit, Platform};
use web::i18n::Message;
use web::ui::Shell;
use web::{Html, Member, Problem, Query};

use super::wanted::{Show, Wanted};
use crate::Inbox;
use crate::conversation::Conversation;
use crate::list::{self, Place};

#[derive(Template)]
#[template(path = "inbox_list.html")]
pub(super) struct ListPart {
    pub(super) shell: Shell,
    pub(super) wanted: Wanted,
    pub(super) rows: Vec<Conversation>,
    next: Option<Place>,
    emptiness: Emptiness,
}

/// A filter in the bar above the list.
pub(super) struct Chip {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) chosen: bool,
}

/// Why there is nothing in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Emptiness {
    /// Nobody is called so.
    Name,
    /// No account is connected, so nothing arrives.
    Channel,
    /// Nothing arrived yet.
    Beginning,
    /// The filter lets nothing through.
    Filter(Show),
}

pub(super) async fn fresh(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<ListPart>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let shell = web::member_shell(&member, "inbox", &headers);
    Ok(Html(ListPart::of(&mut tx, &shell, &wanted).await?))
}

impl ListPart {
    pub(super) async fn of(
        tx: &mut TenantTx,
        shell: &Shell,
        wanted: &Wanted,
    ) -> Result<Self, Problem> {
        let limit = Limit::default();
        let page = list::conversations(tx, &wanted.filter(), wanted.after, limit).await?;
        let next = page.next_cursor.as_ref().map(Cursor::key).transpose()?;
        let emptiness = if page.items.is_empty() {
            emptiness(tx, wanted).await?
        } else {
            Emptiness::Beginning
        };
        Ok(Self {
            shell: shell.clone(),
            wanted: wanted.clone(),
            rows: page.items,
            next,
            emptiness,
        })
    }

    /// The filters, each with the list that it leads to.
    pub(super) fn chips(&self) -> Vec<Chip> {
        let wanted = &self.wanted;
        let shown = Show::ALL.into_iter().map(|show| Chip {
            label: self.shell.t(show.key()).to_string(),
            href: wanted.with(show, wanted.platform).at("/inbox"),
            chosen: wanted.show == show,
        });
        let platforms = Platform::ALL.into_iter().map(|platform| {
            let chosen = wanted.platform == Some(platform);
            // Chosen once more, it lets all through again.
            let next = (!chosen).then_some(platform);
            Chip {
                label: platform.label().to_owned(),
                href: wanted.with(wanted.show, next).at("/inbox"),
                chosen,
            }
        });
        shown.chain(platforms).collect()
    }

    fn open(&self, row: &Conversation) -> String {
        self.wanted.at(&format!("/inbox/{}", row.id))
    }

    fn is_current(&self, row: &Conversation) -> bool {
        self.wanted.current == Some(row.id)
    }

    /// What a search for a name keeps of the list.
    pub(super) fn kept(&self) -> Vec<(&'static str, String)> {
        self.wanted.filters().collect()
    }

    /// The same list with everybody's name.
    fn everybody(&self) -> String {
        let mut wanted = self.wanted.behind(None);
        wanted.q.clear();
        wanted.at("/inbox")
    }

    fn newest(&self) -> String {
        self.wanted.behind(None).at("/inbox")
    }

    fn further(&self) -> Option<String> {
        let next = self.next?;
        Some(self.wanted.behind(Some(next)).at("/inbox"))
    }
}

async fn emptiness(tx: &mut TenantTx, wanted: &Wanted) -> Result<Emptiness, Problem> {
    if !wanted.q.is_empty() {
        return Ok(Emptiness::Name);
    }
    let everything = Wanted::default().with(Show::All, None);
    let limit = Limit::new(1);
    let any = list::conversations(tx, &everything.filter(), None, limit).await?;
    if !any.items.is_empty() {
        return Ok(Emptiness::Filter(wanted.show));
    }
    Ok(if channels::accounts::any_connected(tx).await? {
        Emptiness::Beginning
    } else {
        Emptiness::Channel
    })
}

impl Emptiness {
    fn wants_channel(self) -> bool {
        self == Self::Channel
    }

    const fn glyph(self) -> &'static str {
        match self {
            Self::Name => "search",
            Self::Channel => "plug",
            Self::Filter(Show::Open | Show::People) => "circle-check",
            Self::Beginning | Self::Filter(_) => "inbox",
        }
    }

    /// A title, and what it means.
    fn words(self, shell: &Shell) -> [Message<'static>; 2] {
        match self {
            Self::Name => [
                shell.t("inbox.empty.name_title"),
                shell.t("inbox.empty.name_text"),
            ],
            Self::Channel => [
                shell.t("inbox.empty.channel_title"),
                shell.t("inbox.empty.channel_text"),
            ],
            Self::Beginning => [shell.t("inbox.empty_title"), shell.t("inbox.empty_text")],
            Self::Filter(Show::Open) => [
                shell.t("inbox.empty.open_title"),
                shell.t("inbox.empty.open_text"),
            ],
            Self::Filter(Show::People) => [
                shell.t("inbox.empty.people_title"),
                shell.t("inbox.empty.people_text"),
            ],
            Self::Filter(Show::Resolved) => [
                shell.t("inbox.empty.resolved_title"),
                shell.t("inbox.empty.resolved_text"),
            ],
            Self::Filter(Show::All) => [
                shell.t("inbox.empty.all_title"),
                shell.t("inbox.empty.all_text"),
            ],
        }
    }
}

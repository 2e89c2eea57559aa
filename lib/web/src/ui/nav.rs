//! The one list of what the sidebar offers.

use kernel::Role;

/// A part of the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NavGroup {
    /// The daily work, without a heading.
    Work,
    /// What the AI does and how.
    Automation,
    /// The house itself.
    Workspace,
}

impl NavGroup {
    /// Every group in its order.
    pub const ALL: [Self; 3] = [Self::Work, Self::Automation, Self::Workspace];

    /// The key of its heading; the first has none.
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Work => None,
            Self::Automation => Some("ui.nav.automation"),
            Self::Workspace => Some("ui.nav.workspace"),
        }
    }
}

/// One page of the product, as the sidebar lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavEntry {
    /// What pages call themselves by ([`Shell::at`](super::Shell::at)).
    pub name: &'static str,
    /// The key of its label.
    pub key: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Where it leads.
    pub path: &'static str,
    /// Where it stands.
    pub group: NavGroup,
    /// The least role that sees it.
    pub role: Role,
    /// Whether it has a place in the bar of a phone; the others are under “More”.
    pub on_phone: bool,
}

/// What the sidebar offers, in its order. A feature with a page adds itself here.
pub const NAV: [NavEntry; 8] = [
    NavEntry {
        name: "inbox",
        key: "ui.nav.inbox",
        icon: "inbox",
        path: "/inbox",
        group: NavGroup::Work,
        role: Role::Viewer,
        on_phone: true,
    },
    NavEntry {
        name: "comments",
        key: "ui.nav.comments",
        icon: "message-square-text",
        path: "/comments",
        group: NavGroup::Work,
        role: Role::Viewer,
        on_phone: false,
    },
    NavEntry {
        name: "knowledge",
        key: "ui.nav.knowledge",
        icon: "book-open",
        path: "/knowledge",
        group: NavGroup::Work,
        role: Role::Viewer,
        on_phone: true,
    },
    NavEntry {
        name: "agent",
        key: "ui.nav.agent",
        icon: "bot",
        path: "/agent",
        group: NavGroup::Automation,
        role: Role::Viewer,
        on_phone: true,
    },
    NavEntry {
        name: "decisions",
        key: "ui.nav.decisions",
        icon: "scale",
        path: "/decisions",
        group: NavGroup::Automation,
        role: Role::Viewer,
        on_phone: false,
    },
    NavEntry {
        name: "channels",
        key: "ui.nav.channels",
        icon: "plug",
        path: "/channels",
        group: NavGroup::Automation,
        role: Role::Viewer,
        on_phone: true,
    },
    NavEntry {
        name: "settings",
        key: "ui.nav.settings",
        icon: "settings",
        path: "/settings",
        group: NavGroup::Workspace,
        role: Role::Viewer,
        on_phone: false,
    },
    NavEntry {
        name: "operations",
        key: "ui.nav.operations",
        icon: "activity",
        path: "/operations",
        group: NavGroup::Workspace,
        role: Role::Admin,
        on_phone: false,
    },
];

/// An entry as one person sees it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// The entry.
    pub entry: NavEntry,
    /// It is the page being shown.
    pub active: bool,
    /// What waits there; nought is not shown.
    pub count: u32,
}

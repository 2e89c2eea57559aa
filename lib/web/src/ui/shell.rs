//! The frame of a signed-in page: who, where, and what the sidebar shows.

use std::collections::BTreeMap;
use std::ops::Deref;

use askama::Template;
use kernel::{Role, WorkspaceId};

use super::nav::{NAV, NavEntry, NavGroup, NavLink};
use super::{Frame, WORKSPACE_SAMPLE};
use crate::Waiting;

/// The largest number that the bell shows as it is.
const MOST_ON_BELL: u32 = 99;

/// A workspace in the switcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceLink {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
}

/// What a signed-in page needs besides its own content. It is also a [`Frame`].
#[derive(Debug, Clone)]
pub struct Shell {
    /// Language, theme, zone and helpers.
    pub frame: Frame,
    /// The person's name.
    pub user_name: String,
    /// The person's address.
    pub user_email: String,
    /// The workspace being worked in.
    pub workspace: WorkspaceLink,
    /// All workspaces of the person, this one included.
    pub workspaces: Vec<WorkspaceLink>,
    /// What the person may do here.
    pub role: Role,
    /// The name of the page's entry in [`NAV`].
    pub active: &'static str,
    /// What waits, by entry name.
    pub counts: BTreeMap<&'static str, u32>,
    /// Unread conversations, for the title and the icon.
    pub unread: u32,
    /// Notifications that were not seen.
    pub notifications: u32,
    /// How many of how many first steps are done, while the list of them is shown.
    pub first_steps: Option<(u32, u32)>,
    /// Which pane a phone shows, on pages with panes: `list`, `thread` or `context`.
    pub pane: &'static str,
}

impl Deref for Shell {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

impl Shell {
    /// The same shell on the page with this name in [`NAV`].
    #[must_use]
    pub fn at(mut self, name: &'static str) -> Self {
        self.active = name;
        self
    }

    /// The same shell with this many waiting behind an entry.
    #[must_use]
    pub fn with_count(mut self, name: &'static str, count: u32) -> Self {
        self.counts.insert(name, count);
        self
    }

    /// The same shell with what waits for the person.
    #[must_use]
    pub fn with_waiting(mut self, waiting: Waiting) -> Self {
        self.unread = waiting.conversations;
        self.notifications = waiting.notifications;
        self.first_steps = waiting.first_steps;
        self.with_count("inbox", waiting.conversations)
            .with_count("comments", waiting.comments)
    }

    /// How many notifications were not seen, short enough for the bell.
    pub fn notifications_short(&self) -> String {
        if self.notifications > MOST_ON_BELL {
            format!("{MOST_ON_BELL}+")
        } else {
            self.number(self.notifications)
        }
    }

    /// Whether the person may do what this role may.
    pub fn may(&self, role: &Role) -> bool {
        self.role >= *role
    }

    /// Whether the person manages the workspace.
    pub fn is_admin(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Whether the person answers customers (a viewer only reads).
    pub fn is_agent(&self) -> bool {
        self.role >= Role::Agent
    }

    /// Whether this is the workspace being worked in.
    pub fn is_current(&self, workspace: &WorkspaceLink) -> bool {
        self.workspace.id == workspace.id
    }

    /// The groups of the sidebar in their order.
    pub fn groups(&self) -> [NavGroup; 3] {
        NavGroup::ALL
    }

    /// The entries of a group that this person sees.
    pub fn links(&self, group: &NavGroup) -> Vec<NavLink> {
        self.visible()
            .filter(|entry| entry.group == *group)
            .map(|entry| self.link(entry))
            .collect()
    }

    /// The entries in the bar of a phone.
    pub fn tabs(&self) -> Vec<NavLink> {
        self.visible()
            .filter(|entry| entry.on_phone)
            .map(|entry| self.link(entry))
            .collect()
    }

    /// The entries behind “More” on a phone.
    pub fn more(&self) -> Vec<NavLink> {
        self.visible()
            .filter(|entry| !entry.on_phone)
            .map(|entry| self.link(entry))
            .collect()
    }

    fn visible(&self) -> impl Iterator<Item = NavEntry> {
        NAV.into_iter().filter(|entry| self.may(&entry.role))
    }

    fn link(&self, entry: NavEntry) -> NavLink {
        let count = self.counts.get(entry.name).copied().unwrap_or_default();
        NavLink {
            entry,
            active: entry.name == self.active,
            count,
        }
    }

    /// A shell for samples: an owner with two workspaces and twelve unread conversations.
    pub fn sample() -> Self {
        let workspace = WorkspaceLink {
            id: WORKSPACE_SAMPLE,
            name: "Atelier Lin".to_owned(),
        };
        let second = WorkspaceLink {
            id: WorkspaceId::from_uuid(uuid::Uuid::nil()),
            name: "Atelier Lin, outlet".to_owned(),
        };
        Self {
            frame: Frame::sample(),
            user_name: "Camille Durand".to_owned(),
            user_email: "camille@atelier-lin.example".to_owned(),
            workspaces: vec![workspace.clone(), second],
            workspace,
            role: Role::Owner,
            active: "inbox",
            counts: BTreeMap::from([("inbox", 12)]),
            unread: 12,
            notifications: 3,
            first_steps: Some((2, 5)),
            pane: "list",
        }
    }
}

/// The navigation alone, which the page fetches again when something changed.
#[derive(Debug, Clone, Template)]
#[template(path = "nav_fragment.html")]
pub struct NavFragment {
    /// The shell, at the page that asks.
    pub shell: Shell,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_admins_see_operations() {
        let mut shell = Shell::sample();
        let sees = |shell: &Shell| {
            shell
                .more()
                .iter()
                .any(|link| link.entry.name == "operations")
        };
        assert!(sees(&shell));
        shell.role = Role::Agent;
        assert!(!sees(&shell));
    }

    #[test]
    fn every_entry_is_in_exactly_one_place() {
        let shell = Shell::sample();
        let listed: usize = shell
            .groups()
            .iter()
            .map(|group| shell.links(group).len())
            .sum();
        assert_eq!(listed, NAV.len());
        assert_eq!(shell.tabs().len() + shell.more().len(), NAV.len());
    }
}

//! The page of the channels, and the return of a login at a platform.

use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use http::{HeaderMap, Method};
use kernel::{AccountId, Platform, Role};
use serde::Deserialize;
use web::ui::{Shell, told};
use web::{Access, Form, Html, Member, Path, Problem, Query, Routes, member_shell};

use crate::Channels;
use crate::accounts::{self, Account, AccountState, ConnectError};
use crate::api::person;

/// The connected accounts.
#[derive(Template)]
#[template(path = "channels.html")]
struct ChannelsPage {
    shell: Shell,
    accounts: Vec<AccountRow>,
    /// What became of a connect, as a key.
    notice: Option<Notice>,
    instagram: bool,
    whatsapp: bool,
}

/// An account and the addresses of its buttons.
struct AccountRow {
    account: Account,
    dialog: String,
    disconnect: String,
    automation: String,
}

impl AccountRow {
    fn new(account: Account) -> Self {
        let id = account.id;
        Self {
            account,
            dialog: format!("disconnect-{id}"),
            disconnect: format!("/channels/{id}/disconnect"),
            automation: format!("/channels/{id}/automation"),
        }
    }

    fn tone(&self) -> &'static str {
        match self.account.state {
            AccountState::Connected => "ok",
            AccountState::Reconnect => "danger",
            AccountState::Disconnected => "neutral",
        }
    }

    fn state_key(&self) -> &'static str {
        match self.account.state {
            AccountState::Connected => "channels.state.connected",
            AccountState::Reconnect => "channels.state.reconnect",
            AccountState::Disconnected => "channels.state.disconnected",
        }
    }

    /// Whether it works only after it was connected again.
    fn is_broken(&self) -> bool {
        self.account.state != AccountState::Connected
    }

    fn connect(&self) -> String {
        format!("/channels/{}/connect", self.account.platform)
    }

    /// A lost connection stands out; one that was ended on purpose does not.
    fn connect_variant(&self) -> &'static str {
        match self.account.state {
            AccountState::Reconnect => "primary",
            AccountState::Connected | AccountState::Disconnected => "outline",
        }
    }

    fn is_ended(&self) -> bool {
        self.account.state == AccountState::Disconnected
    }
}

impl ChannelsPage {
    /// Whether the reader can connect this account again.
    fn may_connect(&self, row: &AccountRow) -> bool {
        let known = match row.account.platform {
            Platform::Instagram => self.instagram,
            Platform::Whatsapp => self.whatsapp,
        };
        known && row.is_broken()
    }
}

/// What became of a connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Notice {
    Connected,
    Denied,
    NotConfigured,
    UnknownState,
    ForeignToken,
    NoNumber,
    Elsewhere,
    Platform,
}

impl Notice {
    const fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Denied => "denied",
            Self::NotConfigured => "not_configured",
            Self::UnknownState => "unknown_state",
            Self::ForeignToken => "foreign_token",
            Self::NoNumber => "no_number",
            Self::Elsewhere => "elsewhere",
            Self::Platform => "platform",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Connected => "channels.notice.connected",
            Self::Denied => "channels.notice.denied",
            Self::NotConfigured => "channels.notice.not_configured",
            Self::UnknownState => "channels.notice.unknown_state",
            Self::ForeignToken => "channels.notice.foreign_token",
            Self::NoNumber => "channels.notice.no_number",
            Self::Elsewhere => "channels.notice.elsewhere",
            Self::Platform => "channels.notice.platform",
        }
    }

    const fn tone(self) -> &'static str {
        match self {
            Self::Connected => "ok",
            _ => "warn",
        }
    }
}

pub(crate) fn routes() -> Routes<Channels> {
    let (viewer, admin) = (Access::Member(Role::Viewer), Access::Member(Role::Admin));
    let mut routes = Routes::new()
        .page(Method::GET, "/channels", viewer, show)
        .page(Method::POST, "/channels/{id}/disconnect", admin, disconnect)
        .page(
            Method::POST,
            "/channels/{id}/automation",
            admin,
            set_automation,
        );
    for (platform, connect, callback) in [
        (
            Platform::Instagram,
            "/channels/instagram/connect",
            "/channels/instagram/callback",
        ),
        (
            Platform::Whatsapp,
            "/channels/whatsapp/connect",
            "/channels/whatsapp/callback",
        ),
    ] {
        let begin = move |state: State<Channels>, member: Member| async move {
            begin(platform, &state.0, &member).await
        };
        let finish = move |state: State<Channels>, member: Member, query: Query<Answer>| async move {
            finish(platform, &state.0, &member, &query.0).await
        };
        routes = routes.page(Method::GET, connect, admin, begin).page(
            Method::GET,
            callback,
            admin,
            finish,
        );
    }
    routes
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default, deserialize_with = "web::known")]
    notice: Option<Notice>,
}

async fn show(
    State(channels): State<Channels>,
    member: Member,
    headers: HeaderMap,
    Query(shown): Query<Shown>,
) -> Result<Html<ChannelsPage>, Problem> {
    let mut tx = channels.db.tenant(&member.scope).await?;
    let accounts = accounts::list(&mut tx).await?;
    Ok(Html(ChannelsPage {
        shell: member_shell(&member, "channels", &headers),
        accounts: accounts.into_iter().map(AccountRow::new).collect(),
        notice: shown.notice,
        instagram: channels.instagram_app.is_some(),
        whatsapp: channels.whatsapp_app.is_some(),
    }))
}

async fn begin(
    platform: Platform,
    channels: &Channels,
    member: &Member,
) -> Result<Redirect, Problem> {
    let user = person(member)?;
    let mut tx = channels.db.tenant(&member.scope).await?;
    match channels.begin_connect(&mut tx, platform, user).await {
        Ok(begun) => {
            tx.commit().await?;
            Ok(Redirect::to(&begun.authorize_url))
        }
        Err(error) => refused(error),
    }
}

/// What the platform's redirect brings.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
}

async fn finish(
    platform: Platform,
    channels: &Channels,
    member: &Member,
    answer: &Answer,
) -> Result<Redirect, Problem> {
    let user = person(member)?;
    // Without a code the person said no.
    let Some(code) = &answer.code else {
        return Ok(back(Notice::Denied));
    };
    let connected = channels
        .finish_connect(&member.scope, platform, user, &answer.state, code)
        .await;
    match connected {
        Ok(_) => Ok(back(Notice::Connected)),
        Err(error) => refused(error),
    }
}

/// A refusal that a person can do something about is said on the page of the channels.
fn refused(error: ConnectError) -> Result<Redirect, Problem> {
    let notice = match &error {
        ConnectError::NotConfigured(_) => Notice::NotConfigured,
        ConnectError::UnknownState => Notice::UnknownState,
        ConnectError::ForeignToken => Notice::ForeignToken,
        ConnectError::NoNumber => Notice::NoNumber,
        ConnectError::ConnectedElsewhere => Notice::Elsewhere,
        ConnectError::Platform(error) => {
            tracing::warn!(%error, "the platform refused a connect");
            Notice::Platform
        }
        ConnectError::Crypto(_) | ConnectError::Database(_) => return Err(error.into()),
    };
    Ok(back(notice))
}

fn back(notice: Notice) -> Redirect {
    Redirect::to(&format!("/channels?notice={}", notice.name()))
}

async fn disconnect(
    State(channels): State<Channels>,
    member: Member,
    Path(id): Path<AccountId>,
) -> Result<Response, Problem> {
    channels.disconnect(&member.scope, id).await?;
    Ok(told("channels.done.disconnected", "/channels"))
}

#[derive(Deserialize)]
struct Automation {
    on: bool,
}

async fn set_automation(
    State(channels): State<Channels>,
    member: Member,
    Path(id): Path<AccountId>,
    Form(wanted): Form<Automation>,
) -> Result<Response, Problem> {
    let mut tx = channels.db.tenant(&member.scope).await?;
    if !accounts::set_automation(&mut tx, id, wanted.on).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(if wanted.on {
        told("channels.done.ai_on", "/channels")
    } else {
        told("channels.done.ai_off", "/channels")
    })
}

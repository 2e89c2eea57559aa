//! A person's own page, and their workspaces.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use kernel::{Secret, SessionId};
use serde::Deserialize;
use web::i18n::{Locale, Message};
use web::ui::{FieldErrors, Flash, Preferences, Shell, Theme, told};
use web::{Form, Html, Member, Path, Problem, Query, member_shell};

use super::{Choice, explain, refused};
use crate::Accounts;
use crate::api::person;
use crate::passwords::PasswordError;
use crate::profile::{Profile, ProfileError};
use crate::sessions::Session;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    shell: Shell,
    profile: Profile,
    locales: Vec<Choice>,
    themes: Vec<Choice>,
    sessions: Vec<Session>,
    current: Option<SessionId>,
    errors: FieldErrors,
}

impl AccountPage {
    fn is_current(&self, session: &Session) -> bool {
        self.current == Some(session.id)
    }
}

#[derive(Deserialize)]
pub(crate) struct Arrival {
    #[serde(default)]
    done: bool,
}

#[derive(Deserialize)]
pub(crate) struct PasswordChange {
    current_password: Secret,
    password: Secret,
}

async fn page(
    accounts: &Accounts,
    member: &Member,
    headers: &HeaderMap,
    profile: Option<Profile>,
    errors: FieldErrors,
) -> Result<AccountPage, Problem> {
    let user = person(&member.caller)?;
    let shell = member_shell(member, "account", headers);
    let profile = profile.unwrap_or_else(|| Profile {
        name: user.name.clone(),
        locale: user.locale.clone(),
        time_zone: user.time_zone.clone(),
        theme: user.theme.clone(),
    });
    let locales = Locale::ALL.map(|locale| Choice {
        value: locale.tag().to_owned(),
        label: locale.name().to_owned(),
        selected: locale.tag() == profile.locale,
    });
    let themes = Theme::ALL.map(|theme| Choice {
        value: theme.as_str().to_owned(),
        label: Message::new(shell.locale, theme.key()).to_string(),
        selected: theme.as_str() == profile.theme,
    });
    Ok(AccountPage {
        locales: locales.to_vec(),
        themes: themes.to_vec(),
        sessions: accounts.sessions(user.id).await?,
        current: member.caller.session,
        shell,
        profile,
        errors,
    })
}

pub(crate) async fn show(
    State(accounts): State<Accounts>,
    member: Member,
    headers: HeaderMap,
    Query(arrival): Query<Arrival>,
) -> Result<Response, Problem> {
    let mut page = page(&accounts, &member, &headers, None, FieldErrors::default()).await?;
    if arrival.done {
        let text = page.shell.t("accounts.settings.done").to_string();
        page.shell.frame.flash = Some(Flash::ok(text));
    }
    Ok(Html(page).into_response())
}

pub(crate) async fn save(
    State(accounts): State<Accounts>,
    member: Member,
    locale: Locale,
    headers: HeaderMap,
    Form(profile): Form<Profile>,
) -> Result<Response, Problem> {
    let mut errors = FieldErrors::default();
    match accounts
        .change_profile(person(&member.caller)?.id, &profile)
        .await
    {
        Ok(_) => {
            let locale = Locale::from_tag(&profile.locale).unwrap_or_default();
            let cookies = Preferences::cookies(locale, Theme::from_name(&profile.theme));
            return Ok((cookies, Redirect::to("/account?done=true")).into_response());
        }
        Err(ProfileError::Invalid(broken)) => explain(&mut errors, &broken, locale),
        Err(error) => return Err(error.into()),
    }
    Ok(refused(
        page(&accounts, &member, &headers, Some(profile), errors).await?,
    ))
}

pub(crate) async fn change_password(
    State(accounts): State<Accounts>,
    member: Member,
    locale: Locale,
    headers: HeaderMap,
    Form(form): Form<PasswordChange>,
) -> Result<Response, Problem> {
    let (user, session) = (person(&member.caller)?.id, member.caller.session);
    let mut errors = FieldErrors::default();
    let changed = accounts
        .change_password(user, session, &form.current_password, &form.password)
        .await;
    match changed {
        Ok(()) => return Ok(Redirect::to("/account?done=true").into_response()),
        Err(PasswordError::Invalid(broken)) => explain(&mut errors, &broken, locale),
        Err(PasswordError::Current) => {
            let text = Message::new(locale, "accounts.account.wrong_password");
            errors.add("current_password", text);
        }
        Err(PasswordError::TooMany { retry_after }) => {
            let text = Message::new(locale, "accounts.sign_in.too_many");
            let minutes = retry_after.div_ceil(60);
            errors.add("current_password", text.with("minutes", minutes));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(refused(
        page(&accounts, &member, &headers, None, errors).await?,
    ))
}

pub(crate) async fn end_session(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<SessionId>,
) -> Result<Response, Problem> {
    accounts.end_session(person(&member.caller)?.id, id).await?;
    Ok(told("ui.done.ended", "/account"))
}

//! Facebook login for WhatsApp: consent, code, and which Business Accounts the token opens.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::Secret;
use serde_json::Value;
use url::Url;

use super::config::join;
use super::instagram_login::token;
use super::{App, CallError, MetaClient};
use crate::read::Stamp;
use crate::read::json::{at, id, is_set, list, text, whole};

/// The permissions this product asks for.
pub const WHATSAPP_SCOPES: [&str; 2] = [
    "whatsapp_business_management",
    "whatsapp_business_messaging",
];

/// A token for the owner's WhatsApp accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessToken {
    /// The token.
    pub token: Secret,
    /// How long it lives; system-user tokens do not end.
    pub expires_in: Option<Duration>,
}

/// What a token is good for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenInfo {
    /// Whether the platform accepts it.
    pub is_valid: bool,
    /// The app it was made for: must be ours.
    pub app_id: Option<String>,
    /// The person or system user behind it.
    pub user_id: Option<String>,
    /// When it ends; never when absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// Everything that was granted.
    pub scopes: Vec<String>,
    /// The WhatsApp Business Accounts that were granted.
    pub whatsapp_account_ids: Vec<String>,
}

impl MetaClient {
    /// Where a person is sent to consent.
    pub fn whatsapp_authorize_url(
        &self,
        app_id: &str,
        redirect_uri: &str,
        scopes: &[&str],
        state: &str,
    ) -> Url {
        let segments = [&*self.version, "dialog", "oauth"];
        let mut url = join(&self.bases.dialog_facebook, segments);
        url.query_pairs_mut()
            .append_pair("client_id", app_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &scopes.join(","))
            .append_pair("state", state);
        url
    }

    /// Turns the code of the return into a token.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_exchange_code(
        &self,
        app: &App,
        redirect_uri: &str,
        code: &str,
    ) -> Result<BusinessToken, CallError> {
        let parameters = [
            ("redirect_uri", redirect_uri),
            ("code", code.trim_end_matches("#_")),
        ];
        self.facebook_token("whatsapp_exchange_code", app, &parameters)
            .await
    }

    /// Turns a token of an hour or two into one of about 60 days.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_long_token(
        &self,
        app: &App,
        short: &Secret,
    ) -> Result<BusinessToken, CallError> {
        let parameters = [
            ("grant_type", "fb_exchange_token"),
            ("fb_exchange_token", short.expose()),
        ];
        self.facebook_token("whatsapp_long_token", app, &parameters)
            .await
    }

    async fn facebook_token(
        &self,
        operation: &'static str,
        app: &App,
        parameters: &[(&str, &str)],
    ) -> Result<BusinessToken, CallError> {
        let mut url = self.facebook(&["oauth", "access_token"]);
        url.query_pairs_mut()
            .append_pair("client_id", &app.id)
            .append_pair("client_secret", app.secret.expose())
            .extend_pairs(parameters);
        let body = self.call(operation, &app.id, self.http.get(url)).await?;
        Ok(BusinessToken {
            token: token(&body)?,
            expires_in: whole(&body, "expires_in")
                .and_then(|seconds| u64::try_from(seconds).ok())
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
        })
    }

    /// What a token is good for, asked with the app's own credentials.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn debug_token(&self, app: &App, token: &Secret) -> Result<TokenInfo, CallError> {
        let mut url = self.facebook(&["debug_token"]);
        url.query_pairs_mut()
            .append_pair("input_token", token.expose());
        let own = format!("{}|{}", app.id, app.secret.expose());
        let body = self
            .call("debug_token", &app.id, self.http.get(url).bearer_auth(own))
            .await?;
        Ok(token_info(at(&body, "data")))
    }
}

fn token_info(data: &Value) -> TokenInfo {
    let mut accounts: Vec<String> = list(data, "granular_scopes")
        .iter()
        .filter(|grant| {
            text(grant, "scope").is_some_and(|scope| WHATSAPP_SCOPES.contains(&scope.as_str()))
        })
        .flat_map(|grant| list(grant, "target_ids"))
        .filter_map(|target| match target {
            Value::String(id) => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        })
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    TokenInfo {
        is_valid: is_set(data, "is_valid"),
        app_id: id(data, "app_id"),
        user_id: id(data, "user_id"),
        expires_at: Stamp::read(at(data, "expires_at")).map(|stamp| stamp.at),
        scopes: list(data, "scopes")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        whatsapp_account_ids: accounts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_granted_accounts_are_named_once() {
        let info = token_info(&json!({"is_valid":true,"app_id":"1","expires_at":0,
            "scopes":["whatsapp_business_management"],"granular_scopes":[
            {"scope":"whatsapp_business_management","target_ids":["102","103"]},
            {"scope":"whatsapp_business_messaging","target_ids":[102]},
            {"scope":"pages_show_list","target_ids":["9"]}]}));
        assert_eq!(info.whatsapp_account_ids, ["102", "103"]);
        assert_eq!(info.expires_at, None);
        assert!(info.is_valid);
    }
}

//! Instagram Login: consent, code, short token, long token, refresh.

use std::time::Duration;

use kernel::Secret;
use serde_json::Value;
use url::Url;

use super::config::join;
use super::{App, CallError, MetaClient};
use crate::read::json::{at, id, list, text, whole};

/// The permissions this product asks an Instagram account for.
pub const INSTAGRAM_SCOPES: [&str; 5] = [
    "instagram_business_basic",
    "instagram_business_manage_messages",
    "instagram_business_manage_comments",
    "instagram_business_content_publish",
    "instagram_business_manage_insights",
];

/// What a code is worth: a token for about an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortToken {
    /// The token.
    pub token: Secret,
    /// The account, as the login names it.
    pub user_id: String,
    /// What was granted.
    pub permissions: Vec<String>,
}

/// A token for about 60 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongToken {
    /// The token.
    pub token: Secret,
    /// How long it lives from now.
    pub expires_in: Duration,
}

impl MetaClient {
    /// Where a person is sent to consent. `redirect_uri` must be registered letter by letter.
    pub fn instagram_authorize_url(
        &self,
        app_id: &str,
        redirect_uri: &str,
        scopes: &[&str],
        state: &str,
    ) -> Url {
        let mut url = join(&self.bases.authorize_instagram, ["oauth", "authorize"]);
        url.query_pairs_mut()
            .append_pair("client_id", app_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &scopes.join(","))
            .append_pair("state", state)
            .append_pair("force_reauth", "true");
        url
    }

    /// Turns the code of the return into a short token. A code works once and for an hour.
    ///
    /// # Errors
    /// [`CallError`]; a used or old code is `login_failed`.
    pub async fn instagram_exchange_code(
        &self,
        app: &App,
        redirect_uri: &str,
        code: &str,
    ) -> Result<ShortToken, CallError> {
        let url = join(&self.bases.api_instagram, ["oauth", "access_token"]);
        let form = [
            ("client_id", app.id.as_str()),
            ("client_secret", app.secret.expose()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect_uri),
            // The platform appends #_ to its redirect; copied by hand, it comes along.
            ("code", code.trim_end_matches("#_")),
        ];
        let request = self.http.post(url).form(&form);
        let body = self
            .call("instagram_exchange_code", &app.id, request)
            .await?;
        short_token(&body)
    }

    /// Turns a short token into a long one.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_long_token(
        &self,
        app: &App,
        short: &Secret,
    ) -> Result<LongToken, CallError> {
        let mut url = join(&self.bases.graph_instagram, ["access_token"]);
        url.query_pairs_mut()
            .append_pair("grant_type", "ig_exchange_token")
            .append_pair("client_secret", app.secret.expose())
            .append_pair("access_token", short.expose());
        long_token(
            &self
                .call("instagram_long_token", &app.id, self.http.get(url))
                .await?,
        )
    }

    /// Renews a long token. It must be at least 24 hours old and still alive.
    ///
    /// # Errors
    /// [`CallError`]; class `token` means the account must be connected again.
    pub async fn instagram_refresh_token(
        &self,
        account_id: &str,
        long: &Secret,
    ) -> Result<LongToken, CallError> {
        let mut url = join(&self.bases.graph_instagram, ["refresh_access_token"]);
        url.query_pairs_mut()
            .append_pair("grant_type", "ig_refresh_token")
            .append_pair("access_token", long.expose());
        long_token(
            &self
                .call("instagram_refresh_token", account_id, self.http.get(url))
                .await?,
        )
    }
}

/// The documentation wraps the answer in `data[]` with the permissions in one text; recorded
/// answers are flat with a list.
fn short_token(body: &Value) -> Result<ShortToken, CallError> {
    let body = list(body, "data").first().unwrap_or(body);
    let permissions = match at(body, "permissions") {
        Value::String(joined) => joined
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect(),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    };
    Ok(ShortToken {
        token: token(body)?,
        user_id: id(body, "user_id").ok_or(CallError::Incomplete("a user id"))?,
        permissions,
    })
}

pub(super) fn long_token(body: &Value) -> Result<LongToken, CallError> {
    let seconds = whole(body, "expires_in").and_then(|seconds| u64::try_from(seconds).ok());
    Ok(LongToken {
        token: token(body)?,
        expires_in: Duration::from_secs(seconds.ok_or(CallError::Incomplete("a life time"))?),
    })
}

pub(super) fn token(body: &Value) -> Result<Secret, CallError> {
    text(body, "access_token")
        .filter(|token| !token.is_empty())
        .map(Secret::new)
        .ok_or(CallError::Incomplete("a token"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_shapes_of_the_token_answer_are_read() {
        let flat = json!({"access_token":"IGAA","user_id":178,"permissions":["a","b"]});
        let wrapped =
            json!({"data":[{"access_token":"IGAA","user_id":"178","permissions":"a, b"}]});
        let expected = ShortToken {
            token: Secret::new("IGAA"),
            user_id: "178".to_owned(),
            permissions: vec!["a".to_owned(), "b".to_owned()],
        };
        assert_eq!(short_token(&flat).unwrap(), expected);
        assert_eq!(short_token(&wrapped).unwrap(), expected);
        assert!(short_token(&json!({"data":[]})).is_err());
    }

    #[test]
    fn a_long_token_says_how_long_it_lives() {
        let body = json!({"access_token":"x","token_type":"bearer","expires_in":5_183_944});
        assert_eq!(
            long_token(&body).unwrap().expires_in,
            Duration::from_secs(5_183_944)
        );
    }

    #[test]
    fn the_consent_address_holds_everything_once() {
        let client = MetaClient::new(&super::super::MetaUrls::default()).unwrap();
        let url = client.instagram_authorize_url("1", "https://a.example/cb/", &["x", "y"], "s t");
        assert_eq!(
            url.as_str(),
            "https://www.instagram.com/oauth/authorize?client_id=1&redirect_uri=https%3A%2F%2Fa.example%2Fcb%2F&response_type=code&scope=x%2Cy&state=s+t&force_reauth=true"
        );
    }
}

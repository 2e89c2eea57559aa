//! Instagram accounts: who is connected, who writes, which events are delivered.

use serde_json::Value;

use super::{Access, CallError, MetaClient};
use crate::read::json::{first_id, flag, id, text, whole};

/// The webhook fields this product subscribes to.
pub const INSTAGRAM_FIELDS: [&str; 8] = [
    "messages",
    "message_reactions",
    "messaging_postbacks",
    "messaging_seen",
    "message_edit",
    "messaging_referral",
    "comments",
    "live_comments",
];

/// A connected professional account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstagramAccount {
    /// Professional account id: what webhooks name, and what events are routed by.
    pub user_id: String,
    /// App-scoped id: what deauthorise and deletion requests name.
    pub app_scoped_id: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// `BUSINESS` or `MEDIA_CREATOR`.
    pub account_type: Option<String>,
    /// Picture; the link expires.
    pub picture_url: Option<String>,
    /// How many follow.
    pub followers: Option<i64>,
}

/// A person who wrote to an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactProfile {
    /// Name.
    pub name: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Picture; the link expires after days.
    pub picture_url: Option<String>,
    /// How many follow this person.
    pub followers: Option<i64>,
    /// Whether the platform verified them.
    pub verified: Option<bool>,
    /// Whether this person follows the business.
    pub follows_business: Option<bool>,
}

impl MetaClient {
    /// The account behind a token.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_me(&self, access: &Access) -> Result<InstagramAccount, CallError> {
        let mut url = self.instagram(&["me"]);
        url.query_pairs_mut().append_pair(
            "fields",
            "id,user_id,username,name,account_type,profile_picture_url,followers_count",
        );
        let body = self
            .call("instagram_me", &access.account_id, self.get(access, url))
            .await?;
        account(&body)
    }

    /// A contact's profile. Works only after the person wrote (else `consent_missing`).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_contact(
        &self,
        access: &Access,
        person_id: &str,
    ) -> Result<ContactProfile, CallError> {
        let mut url = self.instagram(&[person_id]);
        url.query_pairs_mut().append_pair(
            "fields",
            "name,username,profile_pic,follower_count,is_verified_user,is_user_follow_business",
        );
        let request = self.get(access, url);
        let body = self
            .call("instagram_contact", &access.account_id, request)
            .await?;
        Ok(ContactProfile {
            name: text(&body, "name"),
            username: text(&body, "username"),
            picture_url: text(&body, "profile_pic"),
            followers: whole(&body, "follower_count"),
            verified: flag(&body, "is_verified_user"),
            follows_business: flag(&body, "is_user_follow_business"),
        })
    }

    /// Asks for the delivery of these webhook fields. Doing it twice does no harm.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_subscribe(
        &self,
        access: &Access,
        fields: &[&str],
    ) -> Result<(), CallError> {
        let mut url = self.instagram(&["me", "subscribed_apps"]);
        url.query_pairs_mut()
            .append_pair("subscribed_fields", &fields.join(","));
        let request = self.post(access, url);
        self.call("instagram_subscribe", &access.account_id, request)
            .await
            .map(drop)
    }

    /// Ends the delivery of webhooks.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_unsubscribe(&self, access: &Access) -> Result<(), CallError> {
        let url = self.instagram(&["me", "subscribed_apps"]);
        let request = self.http.delete(url).bearer_auth(access.token.expose());
        self.call("instagram_unsubscribe", &access.account_id, request)
            .await
            .map(drop)
    }
}

fn account(body: &Value) -> Result<InstagramAccount, CallError> {
    Ok(InstagramAccount {
        user_id: first_id(body, &["user_id", "id"]).ok_or(CallError::Incomplete("a user id"))?,
        app_scoped_id: id(body, "id"),
        username: text(body, "username"),
        name: text(body, "name"),
        account_type: text(body, "account_type"),
        picture_url: text(body, "profile_picture_url"),
        followers: whole(body, "followers_count"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_professional_id_and_the_app_scoped_id_are_kept_apart() {
        let found = account(&json!({"id":"9","user_id":17_841_400_008_460_056_i64})).unwrap();
        assert_eq!(found.user_id, "17841400008460056");
        assert_eq!(found.app_scoped_id.as_deref(), Some("9"));
    }
}

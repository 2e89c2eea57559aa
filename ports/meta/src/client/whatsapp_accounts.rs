//! WhatsApp Business Accounts and their numbers.

use serde_json::Value;

use super::{Access, CallError, Listing, MetaClient};
use crate::read::json::{at, id, text};

const PHONE_FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,status,\
    name_status,code_verification_status,throughput,platform_type,health_status";

/// A business's number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Platform id: what messages are sent from and routed by.
    pub id: String,
    /// The number as people read it.
    pub display_phone_number: Option<String>,
    /// The name customers see.
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `NA`.
    pub quality: Option<String>,
    /// `CONNECTED`, ….
    pub status: Option<String>,
    /// `CLOUD_API`, ….
    pub platform_type: Option<String>,
    /// `AVAILABLE`, `LIMITED` or `BLOCKED`.
    pub can_send: Option<String>,
}

impl MetaClient {
    /// The numbers of a Business Account.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_phone_numbers(
        &self,
        access: &Access,
        waba_id: &str,
        max_pages: usize,
    ) -> Result<Listing<PhoneNumber>, CallError> {
        let mut url = self.facebook(&[waba_id, "phone_numbers"]);
        url.query_pairs_mut().append_pair("fields", PHONE_FIELDS);
        self.listing(
            "whatsapp_phone_numbers",
            access,
            &url,
            max_pages,
            phone_number,
        )
        .await
    }

    /// One number.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_phone_number(
        &self,
        access: &Access,
        phone_number_id: &str,
    ) -> Result<PhoneNumber, CallError> {
        let mut url = self.facebook(&[phone_number_id]);
        url.query_pairs_mut().append_pair("fields", PHONE_FIELDS);
        let request = self.get(access, url);
        let body = self
            .call("whatsapp_phone_number", &access.account_id, request)
            .await?;
        phone_number(&body).ok_or(CallError::Incomplete("a phone number id"))
    }

    /// Asks for the delivery of a Business Account's webhooks. Doing it twice does no harm.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_subscribe(
        &self,
        access: &Access,
        waba_id: &str,
    ) -> Result<(), CallError> {
        let request = self.post(access, self.facebook(&[waba_id, "subscribed_apps"]));
        self.call("whatsapp_subscribe", &access.account_id, request)
            .await
            .map(drop)
    }

    /// Ends the delivery of a Business Account's webhooks.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_unsubscribe(
        &self,
        access: &Access,
        waba_id: &str,
    ) -> Result<(), CallError> {
        let url = self.facebook(&[waba_id, "subscribed_apps"]);
        let request = self.http.delete(url).bearer_auth(access.token.expose());
        self.call("whatsapp_unsubscribe", &access.account_id, request)
            .await
            .map(drop)
    }
}

fn phone_number(item: &Value) -> Option<PhoneNumber> {
    Some(PhoneNumber {
        id: id(item, "id")?,
        display_phone_number: text(item, "display_phone_number"),
        verified_name: text(item, "verified_name"),
        quality: text(item, "quality_rating").or_else(|| text(at(item, "quality_score"), "score")),
        status: text(item, "status"),
        platform_type: text(item, "platform_type"),
        can_send: text(at(item, "health_status"), "can_send_message"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_number_is_read() {
        let recorded = include_bytes!("../../../../testing/fixtures/whatsapp/rest_phone_full.json");
        let found = phone_number(&serde_json::from_slice(recorded).unwrap()).unwrap();
        assert_eq!(found.id, "999999999999999");
        assert_eq!(found.quality.as_deref(), Some("GREEN"));
        assert_eq!(found.can_send.as_deref(), Some("BLOCKED"));
    }
}

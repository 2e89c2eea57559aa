//! Writing down what a model was asked, and what its answer cost.

use db::{DbResult, Scope};
use llm::{Answer, Endpoint, Error, Prices};

use super::{Call, PriceSource, price, record};
use crate::Agent;
use crate::settings::{Settings, Stored};

/// What was asked of a model, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// What for, as the ledger names it.
    pub(crate) purpose: &'a str,
    /// Where.
    pub(crate) endpoint: &'a Endpoint,
    /// The model by the name that was asked for.
    pub(crate) model: &'a str,
}

impl<'a> Asked<'a> {
    /// The entry of the ledger: what an answer used, or the class of the error. `listed` is what the
    /// provider's list says of its price.
    pub(crate) fn call(
        self,
        answered: Result<&'a Answer, Option<&'a str>>,
        settings: &Settings,
        listed: Option<&Prices>,
    ) -> Call<'a> {
        let call = Call {
            run: None,
            purpose: self.purpose,
            provider: self.endpoint.base_url.host_str().unwrap_or_default(),
            model: self.model,
            usage: llm::Usage::default(),
            micro_usd: None,
            source: PriceSource::Unknown,
            error: None,
        };
        match answered {
            Ok(answer) => {
                let names = [answer.model.as_str(), self.model];
                let (micro_usd, source) = price(settings, names, &answer.usage, listed);
                Call {
                    model: &answer.model,
                    usage: answer.usage.clone(),
                    micro_usd,
                    source,
                    ..call
                }
            }
            Err(error) => Call { error, ..call },
        }
    }
}

impl Agent {
    /// What the provider's list says of a price that an answer does not say. No transaction may be
    /// open.
    pub(crate) async fn listed(
        &self,
        scope: &Scope,
        asked: Asked<'_>,
        answer: &Answer,
    ) -> Option<Prices> {
        if answer.usage.micro_usd(None).is_some() {
            return None;
        }
        let names = [answer.model.as_str(), asked.model];
        self.listed_prices(scope.workspace(), asked.endpoint, names)
            .await
    }

    /// Writes down what a question outside of a run cost, and tells it. No transaction may be open.
    pub(crate) async fn note_call(
        &self,
        scope: &Scope,
        stored: &Stored,
        asked: Asked<'_>,
        answered: &Result<Answer, Error>,
    ) -> DbResult<Option<i64>> {
        let listed = match answered {
            Ok(answer) => self.listed(scope, asked, answer).await,
            Err(_) => None,
        };
        let answered = answered.as_ref().map_err(|error| Some(error.class()));
        let call = asked.call(answered, &stored.settings, listed.as_ref());
        let mut tx = self.db.tenant(scope).await?;
        record(&mut tx, stored, &call, self.clock.now()).await?;
        tx.commit().await?;
        Ok(call.micro_usd)
    }
}

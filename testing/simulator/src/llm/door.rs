//! The way of every call to a model: the key, the faults, the script, the record, the answer.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response};
use serde_json::Value;

use crate::connection::Connection;
use crate::faults::{FaultKind, Strike, Subject};
use crate::graph::answer::json_response;
use crate::graph::perform::hold;
use crate::llm::refusal::Refusal;
use crate::llm::script::{Broken, ErrorAnswer, Respond, Rule};
use crate::llm::{LlmCall, Operation, Vendor, pace};
use crate::world::{Shared, World};

/// Where a call came in.
#[derive(Clone, Copy)]
pub struct Door<'a> {
    pub shared: &'a Shared,
    pub connection: &'a Connection,
    pub vendor: Vendor,
    pub operation: Operation,
}

/// What decides about a call.
pub struct Asked<'a> {
    pub body: &'a Value,
    pub model: &'a str,
    /// The words that rules look for.
    pub text: String,
    /// Whether tools have answered in this turn.
    pub tools_answered: bool,
}

/// An answer before it leaves.
pub enum Reply {
    /// JSON in one piece.
    Whole(Value),
    /// Server-sent events.
    Pieces(Vec<String>),
}

impl Door<'_> {
    /// The body of a request with a key.
    pub fn open(&self, headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Refusal> {
        self.check_key(headers)?;
        serde_json::from_slice(bytes)
            .map_err(|_| Refusal::bad("We could not parse the JSON body of your request."))
    }

    /// Any key is right, none is wrong.
    pub fn check_key(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let key = match self.vendor {
            Vendor::Gemini => header("x-goog-api-key"),
            Vendor::Openai | Vendor::Openrouter => {
                header("authorization").and_then(|value| value.strip_prefix("Bearer "))
            }
        };
        match (key, self.vendor) {
            (Some(key), _) if !key.is_empty() => Ok(()),
            (_, Vendor::Gemini) => Err(Refusal::new(
                403,
                "Method doesn't allow unregistered callers.",
            )),
            _ => Err(Refusal::new(401, "You didn't provide an API key.")),
        }
    }

    /// Refuses before anything was decided.
    pub fn refuse(&self, refusal: &Refusal) -> Response<Body> {
        refusal.response(self.vendor)
    }

    /// Answers by a fault, else by a rule, else by `make`, which is given what a rule wants said
    /// and how it breaks.
    pub async fn answer(
        &self,
        asked: Asked<'_>,
        make: impl FnOnce(&mut World, Option<&Respond>, Option<Broken>) -> Result<Reply, Refusal> + Send,
    ) -> Response<Body> {
        let strike = self.shared.world().faults.strike(&Subject {
            names: &[self.operation.name()],
            account_id: self.vendor.name(),
            key: &asked.text,
            webhook: false,
        });
        if let Some(strike) = strike {
            return self.struck(strike, &asked).await;
        }
        let (rule, reply, mut released) = {
            let mut world = self.shared.world();
            let (number, rule) = self.rule(&mut world, &asked);
            let reply = reply(&mut world, rule.as_ref(), make);
            let status = match &reply {
                Ok((status, _)) => *status,
                Err(refusal) => refusal.status,
            };
            self.record(&mut world, &asked, number, status);
            (rule, reply, world.llm.released.subscribe())
        };
        if rule.as_ref().is_some_and(|rule| rule.hold) {
            // A world that was reset holds nobody either.
            released.changed().await.ok();
        }
        let (delay, broken) = rule.map_or((0, None), |rule| (rule.delay_ms, rule.broken));
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        match broken {
            Some(Broken::Hang) => return hold(self.connection).await,
            Some(Broken::Reset) => self.connection.reset().await,
            Some(Broken::NotJson) => return Response::new(Body::from("<html>Bad gateway</html>")),
            _ => {}
        }
        match reply {
            Err(refusal) => refusal.response(self.vendor),
            Ok((status, Reply::Whole(body))) => self.whole(status, &body, broken),
            Ok((_, Reply::Pieces(events))) => pace::stream(events, broken),
        }
    }

    async fn struck(&self, strike: Strike, asked: &Asked<'_>) -> Response<Body> {
        let seconds = u32::try_from(strike.delay_ms / 1000).ok();
        let refusal = match strike.kind {
            FaultKind::RateLimited => Refusal::new(429, "Rate limit reached.")
                .retry_after(seconds.filter(|seconds| *seconds > 0)),
            FaultKind::ExpiredToken => Refusal::new(401, "Incorrect API key provided."),
            FaultKind::TimeoutBefore | FaultKind::TimeoutAfter => {
                self.record(&mut self.shared.world(), asked, None, 0);
                return hold(self.connection).await;
            }
            FaultKind::ConnectionReset | FaultKind::ResetAfter => {
                self.record(&mut self.shared.world(), asked, None, 0);
                self.connection.reset().await
            }
            _ => Refusal::new(
                500,
                "The server had an error while processing your request.",
            ),
        };
        self.record(&mut self.shared.world(), asked, None, refusal.status);
        refusal.response(self.vendor)
    }

    /// The first rule that fits, used once more.
    fn rule(&self, world: &mut World, asked: &Asked<'_>) -> (Option<usize>, Option<Rule>) {
        let text = asked.text.to_lowercase();
        let number = world.llm.rules.iter().position(|rule| {
            rule.operation == self.operation
                && rule.times != Some(0)
                && rule
                    .matches
                    .as_ref()
                    .is_none_or(|part| text.contains(&part.to_lowercase()))
                && rule
                    .after_tools
                    .is_none_or(|wanted| wanted == asked.tools_answered)
                && rule.model.as_ref().is_none_or(|model| model == asked.model)
        });
        let rule = number.and_then(|at| world.llm.rules.get_mut(at));
        let rule = rule.map(|rule| {
            if let Some(times) = &mut rule.times {
                *times -= 1;
            }
            rule.clone()
        });
        (number, rule)
    }

    fn record(&self, world: &mut World, asked: &Asked<'_>, rule: Option<usize>, status: u16) {
        let at = world.now();
        world.llm.record(LlmCall {
            seq: 0,
            at,
            vendor: self.vendor,
            operation: self.operation,
            request: asked.body.clone(),
            rule,
            status,
        });
    }

    fn whole(&self, status: u16, body: &Value, broken: Option<Broken>) -> Response<Body> {
        if broken == Some(Broken::Drip) {
            return pace::dripping("application/json", body.to_string());
        }
        let mut response = json_response(status, body);
        let headers = response.headers_mut();
        if self.vendor != Vendor::Gemini {
            for (name, value) in [
                ("x-ratelimit-limit-requests", "10000"),
                ("x-ratelimit-remaining-requests", "9999"),
                ("x-ratelimit-reset-requests", "6ms"),
            ] {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        let id = body.get("id").and_then(Value::as_str);
        if let (Vendor::Openrouter, Some(Ok(id))) = (self.vendor, id.map(HeaderValue::from_str)) {
            headers.insert("x-generation-id", id);
        }
        response
    }
}

/// What is answered, with its status: an error or a recording of the rule, else what is made.
fn reply(
    world: &mut World,
    rule: Option<&Rule>,
    make: impl FnOnce(&mut World, Option<&Respond>, Option<Broken>) -> Result<Reply, Refusal>,
) -> Result<(u16, Reply), Refusal> {
    let Some(rule) = rule else {
        return make(world, None, None).map(|reply| (200, reply));
    };
    if let Some(ErrorAnswer {
        status,
        body,
        retry_after,
    }) = &rule.error
    {
        let mut refusal = Refusal::new(*status, "Simulated error.").retry_after(*retry_after);
        refusal.body = body.clone().map(Box::new);
        return Err(refusal);
    }
    match &rule.replay {
        Some(replay) => Ok((200, replay.reply())),
        None => make(world, rule.respond.as_ref(), rule.broken).map(|reply| (200, reply)),
    }
}

//! Extractors like axum's own whose refusals are [`Problem`]s, and the answer of a page.

mod multipart;
mod reason;

use std::fmt;
use std::marker::PhantomData;

use askama::Template;
use axum::extract::rejection::{BytesRejection, FormRejection, JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use kernel::page::InvalidCursor;
use kernel::{Cursor, Limit};
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{DeserializeOwned, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::Problem;
use crate::i18n::Locale;
use crate::ui::Preferences;
use reason::unfit;

pub use multipart::Multipart;

/// A JSON body, both ways. What is read is an object: a list of its values in their order is none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = axum::Json::<Object<T>>::from_request(request, state).await;
        read.map(|axum::Json(Object(value))| Self(value))
            .map_err(|rejection| match rejection {
                JsonRejection::JsonSyntaxError(_) => Problem {
                    code: "MALFORMED_JSON",
                    ..Problem::bad_request("The body is not well-formed JSON.")
                },
                JsonRejection::JsonDataError(error) => unfit(&error.body_text()),
                JsonRejection::MissingJsonContentType(_) => Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "The body has to be JSON (Content-Type: application/json).",
                ),
                JsonRejection::BytesRejection(error) => unread(&error),
                _ => Problem::bad_request("The body can't be read."),
            })
    }
}

/// Whatever is read from an object and from nothing else.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The fields of a form, or of the query on a GET.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = axum::Form::<T>::from_request(request, state).await;
        read.map(|axum::Form(value)| Self(value))
            .map_err(|rejection| match rejection {
                FormRejection::BytesRejection(error) => unread(&error),
                FormRejection::InvalidFormContentType(_) => Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "The body has to be a form (Content-Type: application/x-www-form-urlencoded).",
                ),
                other => unfit(&other.body_text()),
            })
    }
}

/// The query of the address.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection: QueryRejection| unfit(&rejection.body_text()))
    }
}

/// The variable parts of the path. What can't be one (a malformed id) was not found.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| Problem::not_found())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<crate::SignedIn>();
        let preferences = caller.map_or_else(
            || Preferences::from_headers(&parts.headers),
            |caller| caller.0.preferences(&parts.headers),
        );
        Ok(preferences.locale)
    }
}

/// The query of every list: how many items, and where the page starts.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// How many items at most: 50 unless given, and never more than 100.
    #[serde(default, deserialize_with = "at_least_one")]
    #[param(minimum = 1)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

/// The wanted size of a page; any that is too large is as good as the largest.
fn at_least_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match Option::<u64>::deserialize(deserializer)? {
        Some(0) => Err(D::Error::custom("must be at least 1")),
        wanted => Ok(wanted.map(|wanted| u16::try_from(wanted).unwrap_or(u16::MAX))),
    }
}

impl ListQuery {
    /// The size of the page, brought into 1 to 100.
    pub fn limit(&self) -> Limit {
        self.limit.map_or_else(Limit::default, Limit::new)
    }

    /// The sort key behind which the page starts; 422 for a cursor that this list did not give out.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let key = self.cursor.as_ref().map(Cursor::key).transpose();
        key.map_err(Problem::from)
    }
}

impl From<InvalidCursor> for Problem {
    fn from(error: InvalidCursor) -> Self {
        Self::invalid([("cursor", error)])
    }
}

/// A rendered template.
#[derive(Debug, Clone, Copy)]
pub struct Html<T>(pub T);

impl<T: Template> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(text) => axum::response::Html(text).into_response(),
            Err(error) => Problem::internal(&error).into_response(),
        }
    }
}

/// A field of a query that is as if it were not there when nobody knows its value:
/// `#[serde(default, deserialize_with = "web::known")]`.
pub fn known<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let text: StringDeserializer<serde::de::value::Error> = text.into_deserializer();
    Ok(T::deserialize(text).ok())
}

fn unread(error: &BytesRejection) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large()
    } else {
        Problem::bad_request("The body can't be read.")
    }
}

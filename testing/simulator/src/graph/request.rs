//! A Graph API request, whichever way its parameters came.

use axum::body::to_bytes;
use axum::extract::{ConnectInfo, FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, Method, header};
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::connection::Connection;
use crate::errors::GraphError;
use crate::fields::Fields;
use crate::json::{id_of, param};

/// More than the largest document WhatsApp takes (100 MB).
const MAX_BODY: usize = 110 * 1024 * 1024;

/// A file of a multipart upload.
#[derive(Clone, Debug)]
pub struct Upload {
    pub mime: String,
    pub bytes: Bytes,
}

/// A request to a Graph host.
#[derive(Debug)]
pub struct GraphRequest {
    pub method: Method,
    /// The path without host and version.
    pub path: Vec<String>,
    /// Query, form and JSON parameters together.
    pub params: Map<String, Value>,
    pub token: Option<String>,
    pub upload: Option<Upload>,
    pub connection: Connection,
}

impl GraphRequest {
    /// Reads `request`, whose path behind the host is `path`.
    pub async fn read(path: &str, request: Request) -> Result<Self, GraphError> {
        let (parts, body) = request.into_parts();
        let connection = parts
            .extensions
            .get::<ConnectInfo<Connection>>()
            .map(|info| info.0.clone())
            .ok_or_else(|| GraphError::new(500, 1, "An unknown error occurred"))?;
        let mut params = Map::new();
        for (name, value) in
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        {
            params.insert(name.into_owned(), decoded(&value));
        }
        let content_type = text_header(&parts.headers, header::CONTENT_TYPE.as_str());
        let token = bearer(&parts.headers);
        let mut read = Self {
            method: parts.method.clone(),
            path: segments(path),
            params,
            token,
            upload: None,
            connection,
        };
        let bytes = to_bytes(body, MAX_BODY)
            .await
            .map_err(|_| GraphError::new(413, 1, "The request body is too large"))?;
        let kind = content_type.unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            read.take_multipart(Request::from_parts(parts, bytes.into()))
                .await?;
        } else if !bytes.is_empty() {
            read.take_body(&kind, &bytes)?;
        }
        if read.token.is_none() {
            read.token = param(&read.params, "access_token");
        }
        Ok(read)
    }

    fn take_body(&mut self, kind: &str, bytes: &[u8]) -> Result<(), GraphError> {
        if kind.starts_with("application/x-www-form-urlencoded") {
            for (name, value) in url::form_urlencoded::parse(bytes) {
                self.params.insert(name.into_owned(), decoded(&value));
            }
            return Ok(());
        }
        if !kind.starts_with("application/json") {
            return Ok(());
        }
        match serde_json::from_slice::<Value>(bytes) {
            Ok(Value::Object(object)) => {
                self.params.extend(object);
                Ok(())
            }
            _ => Err(GraphError::parameter(
                "The request body is not a JSON object",
            )),
        }
    }

    async fn take_multipart(&mut self, request: Request) -> Result<(), GraphError> {
        let broken = |_| GraphError::parameter("The multipart body can't be read");
        let mut form = Multipart::from_request(request, &())
            .await
            .map_err(|_| GraphError::parameter("The multipart body can't be read"))?;
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                let mime = field
                    .content_type()
                    .unwrap_or("application/octet-stream")
                    .to_owned();
                let bytes = field.bytes().await.map_err(broken)?;
                self.upload = Some(Upload { mime, bytes });
            } else {
                let text = field.text().await.map_err(broken)?;
                self.params.insert(name, Value::String(text));
            }
        }
        Ok(())
    }

    /// A parameter as text.
    pub fn param(&self, name: &str) -> Option<String> {
        param(&self.params, name).filter(|text| !text.is_empty())
    }

    /// A parameter that must be there.
    pub fn required(&self, name: &str) -> Result<String, GraphError> {
        self.param(name)
            .ok_or_else(|| GraphError::parameter(format!("The parameter {name} is required.")))
    }

    pub fn fields(&self) -> Fields {
        Fields::parse(&self.param("fields").unwrap_or_default())
    }

    /// The body as it is recorded: without the token.
    pub fn recorded(&self) -> Value {
        let mut params = self.params.clone();
        params.remove("access_token");
        params.remove("client_secret");
        Value::Object(params)
    }

    /// The object at `name`, as JSON.
    pub fn value(&self, name: &str) -> Value {
        self.params.get(name).cloned().unwrap_or(Value::Null)
    }

    /// `recipient.id` and the like: an id inside an object parameter.
    pub fn id_in(&self, object: &str, name: &str) -> Option<String> {
        self.params
            .get(object)?
            .get(name)
            .and_then(id_of)
            .filter(|id| !id.is_empty())
    }
}

/// Path segments without the version prefix.
fn segments(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    if parts.first().is_some_and(|first| is_version(first)) {
        parts.remove(0);
    }
    parts
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .chars()
                .all(|letter| letter.is_ascii_digit() || letter == '.')
    })
}

/// A query or form value: objects and lists are JSON, everything else is text.
fn decoded(text: &str) -> Value {
    if text.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(text)
    {
        return value;
    }
    Value::String(text.to_owned())
}

fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = text_header(headers, header::AUTHORIZATION.as_str())?;
    value
        .strip_prefix("Bearer ")
        .or_else(|| value.strip_prefix("OAuth "))
        .map(|token| token.trim().to_owned())
        .filter(|token| !token.is_empty())
}

//! A form with files.

use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};

use crate::Problem;

/// A form with files, to be read field by field.
#[derive(Debug)]
pub struct Multipart(pub axum::extract::Multipart);

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let is_form = kind
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.trim_start().starts_with("multipart/form-data"));
        if !is_form {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "The body has to be a form with files (Content-Type: multipart/form-data).",
            ));
        }
        let form = axum::extract::Multipart::from_request(request, state).await;
        form.map(Self).map_err(|_| {
            Problem::bad_request("The Content-Type does not say what separates the fields.")
        })
    }
}

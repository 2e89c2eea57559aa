//! Files of messages for programs.

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::MessageId;
use web::{Access, Json, Member, Multipart, Path, Problem, Query, Routes, routes};

use super::person;
use crate::Inbox;
use crate::pages::media;
use crate::upload::{self, UploadError, Uploaded};

/// Room for the borders and the other fields of a multipart body, in bytes.
const BORDERS: usize = 256 * 1024;

/// How much a body with a picture may hold.
pub(crate) fn roomy() -> DefaultBodyLimit {
    DefaultBodyLimit::max(upload::LARGEST + BORDERS)
}

pub(crate) fn routes() -> Routes<Inbox> {
    let (schemas, paths, methods) = routes!(upload_picture);
    Routes::new()
        .api(Access::Member(kernel::Role::Viewer), routes!(message_media))
        .api(
            Access::Member(kernel::Role::Agent),
            (schemas, paths, methods.layer(roomy())),
        )
}

/// The bytes of a file, for the OpenAPI document.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
#[expect(dead_code, reason = "it describes the answer, nothing makes it")]
struct MessageFile(Vec<u8>);

/// A file of a message: what a customer or a person of the business sent. It is fetched from the
/// platform once and kept. The content type is found out from the content.
#[utoipa::path(get, path = "/api/messages/{id}/media", tag = "inbox",
    params(("id" = String, Path), media::Wanted),
    responses((status = 200, body = MessageFile, content_type = "application/octet-stream")))]
async fn message_media(
    inbox: State<Inbox>,
    member: Member,
    headers: HeaderMap,
    id: Path<MessageId>,
    wanted: Query<media::Wanted>,
) -> Result<Response, Problem> {
    media::handed_over(inbox, member, headers, id, wanted).await
}

/// The body of an upload, for the OpenAPI document.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes the form, nothing reads it")]
struct PictureForm {
    /// A PNG or JPEG picture: of at most 8 MB for Instagram, 5 MB for WhatsApp.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    image: String,
}

/// Uploads a picture. It is kept for a day; a reply with its id as `media_id` sends it.
#[utoipa::path(post, path = "/api/media", tag = "inbox",
    request_body(content = PictureForm, content_type = "multipart/form-data"), security(("bearer" = [])),
    responses((status = 201, body = Uploaded)))]
async fn upload_picture(
    State(inbox): State<Inbox>,
    member: Member,
    Multipart(mut body): Multipart,
) -> Result<impl IntoResponse, Problem> {
    let user = person(&member)?;
    while let Some(field) = body.next_field().await.map_err(|error| unread(&error))? {
        if field.name() != Some("image") {
            continue;
        }
        let bytes: Bytes = field.bytes().await.map_err(|error| unread(&error))?;
        let uploaded = upload::take(&inbox, &member.scope, user, bytes).await?;
        return Ok((StatusCode::CREATED, Json(uploaded)));
    }
    Err(Problem::invalid([("image", "A picture is needed.")]))
}

fn unread(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large()
    } else {
        Problem::bad_request("The body is not a well-formed multipart form.")
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge => Self::too_large(),
            UploadError::NotKept(error) => error.into(),
            UploadError::Empty | UploadError::NotAPicture => {
                Self::invalid([("image", error.to_string())])
            }
        }
    }
}

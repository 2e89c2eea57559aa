//! What a crawler meets on other people's sites.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use futures::{StreamExt as _, stream};

/// The pause between two letters of a page that drips.
const DRIP: Duration = Duration::from_millis(100);

/// Where the redirects lead: into the house, to the cloud's metadata, to a file, to elsewhere.
const LEADS: [(&str, &str); 6] = [
    ("loopback", "http://127.0.0.1/"),
    ("decimal", "http://2130706433/"),
    ("name", "http://localhost/"),
    ("metadata", "http://169.254.169.254/latest/meta-data/"),
    ("file", "file:///etc/passwd"),
    ("elsewhere", "https://elsewhere.example/"),
];

/// The answer under `/site/hostile/`.
pub fn answer(name: &str) -> Option<Response<Body>> {
    match name {
        "drip" => Some(html(Body::from_stream(stream::unfold((), async |()| {
            tokio::time::sleep(DRIP).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b".")), ()))
        })))),
        "endless" => {
            let piece = Bytes::from_static(&[b'a'; 16 * 1024]);
            let pieces = stream::repeat(piece).map(Ok::<_, Infallible>);
            Some(html(Body::from_stream(pieces)))
        }
        _ => {
            let (_, target) = LEADS.iter().find(|(known, _)| *known == name)?;
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::FOUND;
            let target = HeaderValue::from_static(target);
            response.headers_mut().insert(header::LOCATION, target);
            Some(response)
        }
    }
}

fn html(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let kind = HeaderValue::from_static(super::pages::HTML);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

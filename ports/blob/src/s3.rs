//! Stores that speak S3: Amazon's, and the many that took its interface over.

use std::error::Error as _;
use std::time::Duration;

use kernel::Secret;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};
use url::Url;

/// How long one request may take. The largest blob has some 30 MB.
const REQUEST: Duration = Duration::from_secs(30);

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How often, and for how long, a request is tried again: somebody waits for the answer.
const RETRIES: usize = 3;
const RETRYING: Duration = Duration::from_secs(20);

/// A bucket, and how it is entered.
#[derive(Clone, Debug)]
pub struct S3 {
    /// Where the store is, with the bucket behind it in the path; `None` is Amazon's own.
    pub endpoint: Option<Url>,
    /// The bucket.
    pub bucket: String,
    /// The region; stores with only one often call it `us-east-1`.
    pub region: String,
    /// The id of the pair of keys.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: Secret,
}

/// The client of the store could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the client of the S3 store could not be made")]
pub struct SetupError(#[from] object_store::Error);

impl S3 {
    pub(crate) fn store(&self) -> Result<AmazonS3, SetupError> {
        let plain = self.endpoint.as_ref().map(Url::scheme) == Some("http");
        let options = ClientOptions::new()
            .with_allow_http(plain)
            .with_timeout(REQUEST)
            .with_connect_timeout(CONNECT);
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: RETRIES,
            retry_timeout: RETRYING,
        };
        let builder = AmazonS3Builder::new()
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_access_key_id(&self.access_key_id)
            .with_secret_access_key(self.secret_access_key.expose())
            .with_client_options(options)
            .with_retry(retry)
            // Not every store knows how to remove many at once, and there is never more than one.
            .with_disable_bulk_delete(true);
        let builder = match &self.endpoint {
            Some(endpoint) => builder.with_endpoint(endpoint.as_str()),
            None => builder.with_virtual_hosted_style_request(true),
        };
        Ok(builder.build()?)
    }
}

/// Whether it is the bucket that is missing and not what should be in it. The client reports both
/// alike, with what the store said as its cause.
pub(crate) fn lacks_bucket(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. })
        && error
            .source()
            .is_some_and(|cause| cause.to_string().contains("NoSuchBucket"))
}

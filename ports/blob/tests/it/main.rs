//! Blobs in a store that speaks S3.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may fail loudly, as the tests themselves may"
)]

mod s3;

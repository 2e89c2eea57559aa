//! An object store that speaks S3, addressed by path: `{base}/s3.amazonaws.com/{bucket}/{key}`.
//!
//! Built from Amazon's API reference: single objects (PUT, GET, HEAD, DELETE) with conditions,
//! lists (version 2), and signatures (version 4) that are checked to the letter. What it does not
//! know, such as uploads in parts, it refuses as not implemented.

mod error;
mod list;
mod objects;
mod route;
mod sign;

pub use objects::Objects;
pub use route::handle;

//! Settings of where files are kept.

use blob::S3;
use url::Url;

use super::{ConfigError, Source};

/// The region of stores that know only one, and Amazon's first.
const USUAL_REGION: &str = "us-east-1";

/// Where documents, pictures and other files are kept.
#[derive(Clone, Debug, Default)]
pub struct FileSettings {
    /// The bucket of `S3_BUCKET` at `S3_ENDPOINT` in `S3_REGION`, entered with
    /// `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY`; without it a folder.
    pub s3: Option<S3>,
}

impl FileSettings {
    /// Reads and checks them.
    pub fn from_source(source: &Source) -> Result<Self, ConfigError> {
        let endpoint = source.parsed::<Url>("S3_ENDPOINT", "a web address")?;
        if let Some(url) = &endpoint
            && !matches!(url.scheme(), "http" | "https")
        {
            return Err(ConfigError::Malformed {
                name: "S3_ENDPOINT",
                problem: "a web address".to_owned(),
            });
        }
        let text = |name| source.text(name).map(|text| text.trim().to_owned());
        let bucket = text("S3_BUCKET");
        let region = text("S3_REGION");
        let access_key_id = text("S3_ACCESS_KEY_ID");
        let secret_access_key = source.secret("S3_SECRET_ACCESS_KEY");
        let any = endpoint.is_some()
            || [&bucket, &region, &access_key_id]
                .iter()
                .any(|setting| setting.is_some())
            || secret_access_key.is_some();
        if !any {
            return Ok(Self::default());
        }
        let s3 = S3 {
            endpoint,
            bucket: bucket.ok_or_else(|| missing("S3_BUCKET"))?,
            region: region.unwrap_or_else(|| USUAL_REGION.to_owned()),
            access_key_id: access_key_id.ok_or_else(|| missing("S3_ACCESS_KEY_ID"))?,
            secret_access_key: secret_access_key.ok_or_else(|| missing("S3_SECRET_ACCESS_KEY"))?,
        };
        Ok(Self { s3: Some(s3) })
    }

    /// The settings as lines for people, keys hidden.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let Some(s3) = &self.s3 else {
            return vec![(
                "S3_BUCKET",
                "not set: files are kept in the data folder".to_owned(),
            )];
        };
        let endpoint = match &s3.endpoint {
            Some(url) => telemetry::redact_url(url.as_str()),
            None => "Amazon's".to_owned(),
        };
        vec![
            ("S3_ENDPOINT", endpoint),
            ("S3_BUCKET", s3.bucket.clone()),
            ("S3_REGION", s3.region.clone()),
            ("S3_ACCESS_KEY_ID", "set".to_owned()),
            ("S3_SECRET_ACCESS_KEY", "set".to_owned()),
        ]
    }
}

fn missing(name: &'static str) -> ConfigError {
    ConfigError::Malformed {
        name,
        problem: "it is not set, and another setting of S3 is".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket() -> Source {
        Source::default()
            .with("S3_BUCKET", "shop")
            .with("S3_ACCESS_KEY_ID", "topid")
            .with("S3_SECRET_ACCESS_KEY", "topsecret")
    }

    fn read(source: &Source) -> Result<FileSettings, ConfigError> {
        FileSettings::from_source(source)
    }

    #[test]
    fn without_a_bucket_files_stay_in_the_folder() {
        assert!(read(&Source::default()).unwrap().s3.is_none());
        let empty = Source::default().with("S3_BUCKET", " ");
        assert!(read(&empty).unwrap().s3.is_none());
    }

    #[test]
    fn a_bucket_needs_its_keys_and_keys_need_a_bucket() {
        let s3 = read(&bucket()).unwrap().s3.unwrap();
        assert_eq!((s3.region.as_str(), s3.endpoint), ("us-east-1", None));
        for name in ["S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] {
            let error = read(&bucket().with(name, "")).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("the setting {name} is wrong: it is not set, and another setting of S3 is")
            );
        }
        assert!(read(&bucket().with("S3_ENDPOINT", "s3.example.org:9000")).is_err());
    }

    #[test]
    fn keys_are_hidden() {
        let source = bucket().with("S3_ENDPOINT", "https://s3.example.org");
        let settings = read(&source).unwrap();
        let shown = format!("{:?}", settings.lines());
        assert!(!shown.contains("top"), "{shown}");
        assert!(!format!("{settings:?}").contains("topsecret"));
    }
}

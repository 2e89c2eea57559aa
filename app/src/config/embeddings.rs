//! Settings of what makes vectors of passages and questions.

use std::path::PathBuf;

use knowledge::embed::Embedder;

use super::{ConfigError, Source};

/// The model asked of Google when nothing else is said.
const GEMINI: &str = "gemini-embedding-001";
/// The model asked of OpenAI, and the length of its vectors.
const OPENAI: (&str, usize) = ("text-embedding-3-small", 1536);

/// What workspaces have that chose nothing, and where the model on this machine is.
#[derive(Clone, Debug)]
pub struct EmbeddingSettings {
    /// `SOCIALSYNC_EMBEDDER`: `local` (the default), `gemini`, `openai` or `none`.
    pub usual: Embedder,
    /// `SOCIALSYNC_EMBEDDING_MODEL_DIR`: a folder with the model, which is fetched otherwise.
    pub model_dir: Option<PathBuf>,
}

impl EmbeddingSettings {
    /// Reads and checks them.
    pub fn from_source(source: &Source) -> Result<Self, ConfigError> {
        let usual = match source.text("SOCIALSYNC_EMBEDDER").map(str::trim) {
            None | Some("local") => Embedder::Local,
            Some("none") => Embedder::None,
            Some("gemini") => Embedder::Gemini {
                model: GEMINI.to_owned(),
            },
            Some("openai") => Embedder::Openai {
                model: OPENAI.0.to_owned(),
                dimensions: OPENAI.1,
            },
            Some(_) => {
                return Err(ConfigError::Malformed {
                    name: "SOCIALSYNC_EMBEDDER",
                    problem: "one of local, gemini, openai, none".to_owned(),
                });
            }
        };
        let model_dir = source
            .text("SOCIALSYNC_EMBEDDING_MODEL_DIR")
            .map(PathBuf::from);
        Ok(Self { usual, model_dir })
    }

    /// The settings as lines for people.
    pub fn lines(&self) -> [(&'static str, String); 2] {
        let usual = self.usual.model().unwrap_or_else(|| "none".to_owned());
        let dir = self.model_dir.as_ref();
        let dir = dir.map_or_else(
            || "fetched once".to_owned(),
            |dir| dir.display().to_string(),
        );
        [
            ("SOCIALSYNC_EMBEDDER", usual),
            ("SOCIALSYNC_EMBEDDING_MODEL_DIR", dir),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_on_this_machine_is_the_default_and_a_wrong_name_is_told() {
        let read = |source: &Source| EmbeddingSettings::from_source(source);
        assert_eq!(read(&Source::default()).unwrap().usual, Embedder::Local);
        let none = Source::default().with("SOCIALSYNC_EMBEDDER", "none");
        assert_eq!(read(&none).unwrap().usual, Embedder::None);
        let wrong = Source::default().with("SOCIALSYNC_EMBEDDER", "magic");
        let error = read(&wrong).unwrap_err().to_string();
        assert!(error.contains("SOCIALSYNC_EMBEDDER"), "{error}");
    }
}

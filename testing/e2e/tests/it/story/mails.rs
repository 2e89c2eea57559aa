//! Mails that were sent: files in the data folder, where no SMTP server is set.

use serde_json::Value;

use super::Story;

impl Story {
    /// The link with a token in the newest mail to this address.
    pub async fn mailed_link(&self, to: &str) -> String {
        let mut link = None;
        self.until(&format!("a mail to {to}"), async || {
            link = self
                .mails()
                .iter()
                .rev()
                .find(|mail| mail.contains(to))
                .and_then(|mail| link_in(mail));
            link.is_some()
        })
        .await;
        link.unwrap()
    }

    /// All mails, oldest first.
    fn mails(&self) -> Vec<String> {
        let Ok(folder) = std::fs::read_dir(self.folder().join("mail")) else {
            return Vec::new();
        };
        let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
        files.sort();
        files
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect()
    }
}

fn link_in(mail: &str) -> Option<String> {
    let mail: Value = serde_json::from_str(mail).ok()?;
    let text = mail["text"].as_str()?;
    text.split_whitespace()
        .find(|word| word.starts_with("http") && word.contains("token="))
        .map(str::to_owned)
}

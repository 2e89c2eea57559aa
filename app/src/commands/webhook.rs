//! `socialsync webhook explain`: what a webhook body means, by the reader of the webhook door.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use kernel::Platform;

use crate::words;

/// Prints the events of a body as JSON.
pub fn explain(platform: Platform, file: &Path) -> anyhow::Result<()> {
    let body = read(file).with_context(|| format!("{} can't be read", file.display()))?;
    let events = meta::read::read(platform, &body)?;
    let json = meta::explain::explain(&events);
    words::print(&serde_json::to_string_pretty(&json)?);
    Ok(())
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut body = Vec::new();
        std::io::stdin().lock().read_to_end(&mut body)?;
        return Ok(body);
    }
    std::fs::read(file)
}

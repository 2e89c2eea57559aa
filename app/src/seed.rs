//! The filled workspace of the demo.

use agent::settings::{self, Mode, Save, Settings};
use anyhow::Context as _;
use bytes::Bytes;
use db::Scope;
use kernel::{Platform, Secret, WorkspaceId};
use knowledge::{demo, faq, ingest, upload};
use simulator::Options;

use crate::parts::Parts;

/// What the demo's workspace came to be.
pub struct Seeded {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The Instagram account that was connected.
    pub instagram_account_id: String,
    /// The WhatsApp number that was connected.
    pub whatsapp_phone_number_id: String,
}

/// Fills the workspace once; a later start finds it as it was left.
pub async fn demo(
    parts: &Parts,
    email: &str,
    password: &str,
    platforms: &Options,
) -> anyhow::Result<Seeded> {
    let password = Secret::new(password);
    let (_, scope) = parts
        .accounts
        .ensure_user(email, &password, "Camille Laurent", "Atelier Lumen")
        .await?;
    let mut tx = parts.db.tenant(&scope).await?;
    let fresh = faq::list(&mut tx).await?.is_empty();
    drop(tx);
    if fresh {
        fill_knowledge(parts, &scope).await?;
        let mut tx = parts.db.tenant(&scope).await?;
        let stored = settings::load(&mut tx).await?;
        let wanted = Settings {
            mode: Mode::Auto,
            ..stored.settings
        };
        settings::save(&mut tx, &parts.agent, Save::of(&wanted)).await?;
        tx.commit().await?;
    }
    let instagram = platforms
        .instagram_accounts
        .first()
        .context("no Instagram account")?;
    let whatsapp = platforms
        .whatsapp_numbers
        .first()
        .context("no WhatsApp number")?;
    let mut tx = parts.db.tenant(&scope).await?;
    let connected = channels::accounts::connected(&mut tx).await?;
    drop(tx);
    if connected.is_empty() {
        for (platform, token) in [
            (Platform::Instagram, &instagram.access_token),
            (Platform::Whatsapp, &whatsapp.access_token),
        ] {
            let token = Secret::new(token.clone().unwrap_or_default());
            parts
                .channels
                .connect_with_token(&scope, platform, token)
                .await?;
        }
    }
    Ok(Seeded {
        workspace: scope.workspace(),
        instagram_account_id: instagram.account_id.clone(),
        whatsapp_phone_number_id: whatsapp.phone_number_id.clone(),
    })
}

async fn fill_knowledge(parts: &Parts, scope: &Scope) -> anyhow::Result<()> {
    let known = demo::demo()?;
    let mut tx = parts.db.tenant(scope).await?;
    for draft in known.faq {
        faq::create(&mut tx, draft, parts.clock.now()).await?;
    }
    let mut kept = Vec::new();
    for document in known.documents {
        let content = Bytes::from_static(document.content.as_bytes());
        kept.push(upload::keep(&parts.knowledge, &mut tx, document.name, content).await?);
    }
    tx.commit().await?;
    // Whoever opens the demo finds it ready.
    for document in kept {
        ingest::ingest(&parts.knowledge, scope, document.id).await?;
    }
    Ok(())
}

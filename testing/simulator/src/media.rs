//! Files the platforms hold: WhatsApp media by id, and links that die.

use std::collections::{HashMap, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use sha2::{Digest as _, Sha256};

use crate::ids;

/// How long a media URL lives (WhatsApp: 5 minutes).
pub const URL_LIFE: TimeDelta = TimeDelta::minutes(5);

const KEPT: usize = 2000;

/// A drawn vase: stands in for what a customer photographed.
const PICTURE: &[u8] = include_bytes!("assets/vase.png");

/// One file.
#[derive(Clone, Debug)]
pub struct Media {
    pub mime: String,
    pub bytes: Bytes,
    /// The WhatsApp number it belongs to.
    pub owner: String,
    /// Uploaded ids live 30 days, ids from webhooks 7.
    pub expires_at: DateTime<Utc>,
}

impl Media {
    /// SHA-256 in base64, as webhooks carry it.
    pub fn sha256(&self) -> String {
        STANDARD.encode(Sha256::digest(&self.bytes))
    }
}

/// Files by id and the links given out for them.
#[derive(Debug, Default)]
pub struct MediaStore {
    files: HashMap<String, Media>,
    order: VecDeque<String>,
    links: HashMap<String, (String, DateTime<Utc>)>,
}

impl MediaStore {
    pub fn add(&mut self, rng: &mut StdRng, media: Media) -> String {
        let id = ids::digits(rng, 16);
        if self.order.len() >= KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.files.remove(&oldest);
            self.links.retain(|_, (id, _)| *id != oldest);
        }
        self.order.push_back(id.clone());
        self.files.insert(id.clone(), media);
        id
    }

    pub fn get(&self, id: &str, now: DateTime<Utc>) -> Option<&Media> {
        self.files.get(id).filter(|media| media.expires_at > now)
    }

    pub fn remove(&mut self, id: &str) -> bool {
        self.order.retain(|known| known != id);
        self.files.remove(id).is_some()
    }

    /// A fresh link's key, good for five minutes.
    pub fn link(&mut self, rng: &mut StdRng, id: &str, now: DateTime<Utc>) -> String {
        self.links.retain(|_, (_, end)| *end > now);
        let key = ids::opaque(rng, 32);
        self.links
            .insert(key.clone(), (id.to_owned(), now + URL_LIFE));
        key
    }

    /// The file behind a link that is still alive.
    pub fn linked(&self, key: &str, now: DateTime<Utc>) -> Option<&Media> {
        let (id, end) = self.links.get(key)?;
        (*end > now).then(|| self.get(id, now)).flatten()
    }
}

/// What a customer attached: the bytes of a `data:` URL, else a stand-in.
pub fn customer_file(url: Option<&str>, kind: &str) -> (String, Bytes) {
    if let Some((head, data)) = url
        .and_then(|url| url.strip_prefix("data:"))
        .and_then(|rest| rest.split_once(";base64,"))
        && let Ok(bytes) = STANDARD.decode(data)
    {
        return (head.to_owned(), Bytes::from(bytes));
    }
    let mime = match kind {
        "audio" => "audio/ogg; codecs=opus",
        "video" => "video/mp4",
        "document" | "file" => "application/pdf",
        "sticker" => "image/webp",
        _ => {
            return ("image/png".into(), Bytes::from_static(PICTURE));
        }
    };
    (mime.into(), Bytes::from_static(b"simulated file\n"))
}

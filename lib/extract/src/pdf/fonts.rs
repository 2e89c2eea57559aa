//! Fonts: what a code of a string means, and how far it moves the pen.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn};
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, Stream, String as PdfString};

use super::embedded;
use super::tounicode::ToUnicode;
use crate::symbols;

/// The fonts of a file.
pub(crate) struct Fonts<'a> {
    cache: FontCache<'a>,
    faces: HashMap<ObjectIdentifier, Option<Rc<Face<'a>>>>,
    fallback: FontResolverFn,
    cmaps: CMapResolverFn,
}

/// A font as the text needs it.
pub(crate) struct Face<'a> {
    font: Font<'a>,
    composite: bool,
    /// The map of the font itself.
    map: Option<ToUnicode>,
    collection: Option<Collection>,
    /// Whether the file says nothing of what its codes mean.
    bare: bool,
    /// What the embedded font says of its glyphs, once somebody asked.
    glyphs: OnceCell<HashMap<u32, char>>,
    /// Its name, when its letters are signs with codes of their own.
    symbols: Option<String>,
    /// Whether its letters are bold.
    pub(crate) bold: bool,
}

/// A code that was read from a string.
pub(crate) struct Shown {
    /// What it means; none when nobody knows.
    pub(crate) text: Option<String>,
    /// How many bytes it took.
    pub(crate) length: usize,
    /// How far it moves the pen, in parts of the font's size: right, or down when the font is
    /// written so.
    pub(crate) advance: f64,
    /// Whether it is the single byte 32, which word spacing widens.
    pub(crate) space: bool,
}

/// The letters of a collection of East Asian glyphs, for fonts that carry no map of their own.
struct Collection {
    codes: CMap,
    letters: CMap,
}

impl<'a> Fonts<'a> {
    pub(crate) fn new() -> Self {
        Self {
            cache: FontCache::new(),
            faces: HashMap::new(),
            fallback: Arc::new(|query| {
                Some(match query {
                    FontQuery::Standard(font) => font.get_font_data(),
                    FontQuery::Fallback(query) => query.pick_standard_font().get_font_data(),
                })
            }),
            cmaps: Arc::new(load_embedded),
        }
    }

    /// The font of a font dictionary.
    pub(crate) fn face(&mut self, dict: &Dict<'a>) -> Option<Rc<Face<'a>>> {
        let Some(id) = dict.obj_id() else {
            return self.load(dict).map(Rc::new);
        };
        if let Some(face) = self.faces.get(&id) {
            return face.clone();
        }
        let face = self.load(dict).map(Rc::new);
        self.faces.insert(id, face.clone());
        face
    }

    fn load(&self, dict: &Dict<'a>) -> Option<Face<'a>> {
        let font = self.cache.font(dict, &self.fallback, &self.cmaps)?;
        let composite = dict
            .get::<Name<'_>>("Subtype")
            .is_some_and(|name| &*name == b"Type0");
        let has_map = dict.contains_key("ToUnicode");
        let name = dict.get::<Name<'_>>("BaseFont");
        let name = name
            .as_ref()
            .map_or("", |name| name.as_str())
            .to_lowercase();
        Some(Face {
            font,
            composite,
            map: map(dict),
            collection: (composite && !has_map).then(|| collection(dict)).flatten(),
            bare: !has_map && !dict.contains_key("Encoding"),
            glyphs: OnceCell::new(),
            symbols: symbols(&name),
            bold: ["bold", "black", "heavy", "demi"]
                .iter()
                .any(|word| name.contains(word)),
        })
    }
}

impl Face<'_> {
    /// Whether its text runs from left to right and not downwards.
    pub(crate) fn is_horizontal(&self) -> bool {
        self.font.is_horizontal()
    }

    /// Reads the code at the start of `bytes`, which are not empty.
    pub(crate) fn read(&self, bytes: &[u8]) -> Shown {
        let (code, length) = self.font.read_code(bytes, 0);
        let advance = self.font.code_advance(code);
        let advance = if self.is_horizontal() {
            advance.x
        } else {
            advance.y
        };
        Shown {
            text: self.meaning(code, length).map(|text| self.in_words(text)),
            length: length.max(1),
            advance: advance / f64::from(hayro_font::UNITS_PER_EM),
            space: length == 1 && code == 32,
        }
    }

    fn meaning(&self, code: u32, length: usize) -> Option<String> {
        if let Some(text) = self.map.as_ref().and_then(|map| map.get(code)) {
            return Some(text);
        }
        let glyph = self.font.glyph(self.font.map_code(code), code);
        if self.bare
            && let Some(letter) = self.embedded(&glyph)
        {
            return Some(letter.to_string());
        }
        let known = match &glyph {
            FontGlyph::Outline(glyph) => glyph.as_unicode(),
            FontGlyph::Type3(glyph) => glyph.as_unicode(),
        };
        let known = known.or_else(|| self.collection.as_ref()?.letter(code, length));
        match known {
            Some(BfString::Char('\0' | '\u{fffd}')) | None => self
                .embedded(&glyph)
                // Fonts without an encoding mostly keep the codes of ASCII.
                .or_else(|| char::from_u32(code).filter(|c| !self.composite && is_ascii(*c)))
                .map(String::from),
            Some(BfString::Char(letter)) => Some(letter.to_string()),
            Some(BfString::String(letters)) => Some(letters),
        }
    }

    /// The signs of a symbol font as Unicode has them.
    fn in_words(&self, text: String) -> String {
        let (Some(font), Some(code)) = (&self.symbols, text.chars().next()) else {
            return text;
        };
        let code = u32::from(code);
        if !(0xf020..0xf100).contains(&code) {
            return text;
        }
        symbols::letter(font, code).map_or(text, String::from)
    }

    /// What the embedded font says of a glyph.
    fn embedded(&self, glyph: &FontGlyph<'_>) -> Option<char> {
        let FontGlyph::Outline(glyph) = glyph else {
            return None;
        };
        let glyphs = self.glyphs.get_or_init(|| {
            let font = glyph.font_data();
            font.map(|font| embedded::characters((*font.data).as_ref()))
                .unwrap_or_default()
        });
        glyphs.get(&glyph.glyph_id().to_u32()).copied()
    }
}

/// The name of a font of signs, without the mark of a part of it: `ABCDEF+OpenSymbol`.
fn symbols(name: &str) -> Option<String> {
    let name = name.rsplit('+').next().unwrap_or_default();
    symbols::is_of_signs(name).then(|| name.to_owned())
}

fn is_ascii(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic()
}

/// The map that a font carries.
fn map(dict: &Dict<'_>) -> Option<ToUnicode> {
    let stream = dict.get::<Stream<'_>>("ToUnicode")?;
    Some(ToUnicode::parse(&stream.decoded_data().ok()?))
}

impl Collection {
    fn letter(&self, code: u32, length: usize) -> Option<BfString> {
        let cid = self
            .codes
            .lookup_cid_code(code, u8::try_from(length).ok()?)?;
        self.letters.lookup_bf_string(cid)
    }
}

/// The collection that a composite font draws from.
fn collection(dict: &Dict<'_>) -> Option<Collection> {
    let family = dict
        .get::<Array<'_>>("DescendantFonts")?
        .iter::<Dict<'_>>()
        .next()?
        .get::<Dict<'_>>("CIDSystemInfo")
        .map(|info| {
            let text = |key| {
                info.get::<PdfString<'_>>(key)
                    .map(|text| text.as_bytes().to_vec())
            };
            let (registry, ordering) = (text("Registry"), text("Ordering"));
            CidFamily::from_registry_ordering(
                &registry.unwrap_or_default(),
                &ordering.unwrap_or_default(),
            )
        })?;
    let letters = CMap::parse(load_embedded(family.ucs2_cmap()?)?, load_embedded)?;
    let codes = if let Some(name) = dict.get::<Name<'_>>("Encoding") {
        match CMapName::from_bytes(&name) {
            CMapName::IdentityH => CMap::identity_h(),
            CMapName::IdentityV => CMap::identity_v(),
            name => CMap::parse(load_embedded(name)?, load_embedded)?,
        }
    } else {
        let stream = dict.get::<Stream<'_>>("Encoding")?;
        CMap::parse(&stream.decoded_data().ok()?, load_embedded)?
    };
    Some(Collection { codes, letters })
}

//! Layers that are switched off (ISO 32000-2, 8.11): nobody sees their text.

use std::collections::HashSet;

use hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjRef, Object, ObjectIdentifier};
use hayro_syntax::xref::XRef;

/// The layers that a file shows at first.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    off: HashSet<ObjectIdentifier>,
}

impl Layers {
    pub(crate) fn of(xref: &XRef) -> Self {
        let off = xref
            .get::<Dict<'_>>(xref.root_id())
            .and_then(|catalog| catalog.get::<Dict<'_>>("OCProperties"))
            .map(|properties| hidden(&properties));
        Self {
            off: off.unwrap_or_default(),
        }
    }

    /// Whether what belongs to the layer under `key` of a dictionary is hidden. A layer may stand
    /// for several: then it is hidden when all of them are.
    pub(crate) fn hides(&self, dict: &Dict<'_>, key: &[u8]) -> bool {
        if self.off.is_empty() {
            return false;
        }
        if dict.get_ref(key).is_some_and(|layer| self.is_off(layer)) {
            return true;
        }
        let Some(members) = dict.get::<Dict<'_>>(key) else {
            return false;
        };
        if let Some(one) = members.get_ref("OCGs")
            && self.is_off(one)
        {
            return true;
        }
        members.get::<Array<'_>>("OCGs").is_some_and(|several| {
            let mut layers = refs(&several).peekable();
            layers.peek().is_some() && layers.all(|layer| self.is_off(layer))
        })
    }

    fn is_off(&self, layer: ObjRef) -> bool {
        self.off.contains(&layer.into())
    }
}

fn hidden(properties: &Dict<'_>) -> HashSet<ObjectIdentifier> {
    let mut off = HashSet::new();
    let Some(shown) = properties.get::<Dict<'_>>("D") else {
        return off;
    };
    let list = |dict: &Dict<'_>, key: &str| -> Vec<ObjectIdentifier> {
        let array = dict.get::<Array<'_>>(key);
        array.iter().flat_map(refs).map(Into::into).collect()
    };
    if shown
        .get::<Name<'_>>("BaseState")
        .is_some_and(|state| &*state == b"OFF")
    {
        off.extend(list(properties, "OCGs"));
    }
    for layer in list(&shown, "ON") {
        off.remove(&layer);
    }
    off.extend(list(&shown, "OFF"));
    off
}

fn refs<'a>(array: &Array<'a>) -> impl Iterator<Item = ObjRef> + use<'a> {
    array
        .raw_iter()
        .filter_map(|item: MaybeRef<Object<'a>>| item.as_obj_ref())
}

//! What the demo's shop, Atelier Lumen, knows.

use crate::faq::Draft;

/// A document of the demo.
#[derive(Clone, Copy, Debug)]
pub struct DemoDocument {
    /// The file's name.
    pub name: &'static str,
    /// Its text.
    pub content: &'static str,
}

/// The demo's knowledge in English, French and Spanish.
#[derive(Clone, Debug)]
pub struct DemoKnowledge {
    /// The FAQ entries.
    pub faq: Vec<Draft>,
    /// The documents.
    pub documents: Vec<DemoDocument>,
}

/// The knowledge of the demo's shop.
pub fn demo() -> Result<DemoKnowledge, serde_json::Error> {
    let faq = serde_json::from_str(include_str!("../demo/faq.json"))?;
    let documents = vec![
        DemoDocument {
            name: "delivery.md",
            content: include_str!("../demo/delivery.md"),
        },
        DemoDocument {
            name: "care.md",
            content: include_str!("../demo/care.md"),
        },
        DemoDocument {
            name: "entretien.md",
            content: include_str!("../demo/entretien.md"),
        },
    ];
    Ok(DemoKnowledge { faq, documents })
}

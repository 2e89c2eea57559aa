//! The mode without a model: the best passage answers word for word, or a person is asked.

use crate::step::Passage;

/// A passage in another language than the customer's has to be this sure; the search has taken its
/// part for the language off already.
const FOREIGN: f32 = 0.76;

/// The passage that answers, when one is sure enough: in the customer's language from the
/// threshold on, in another one only when it is very sure.
pub(crate) fn choose<'a>(
    passages: &[&'a Passage],
    language: Option<&str>,
    threshold: f32,
) -> Option<&'a Passage> {
    let best = |wanted: &dyn Fn(&Passage) -> bool, least: f32| {
        passages
            .iter()
            .copied()
            .filter(|p| wanted(p) && p.score >= least && !p.content.trim().is_empty())
            .max_by(|a, b| a.score.total_cmp(&b.score))
    };
    match language {
        Some(language) => best(&|p| p.language == language, threshold)
            .or_else(|| best(&|p| p.language != language, threshold.max(FOREIGN))),
        None => best(&|_| true, threshold),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::ChunkId;

    fn passage(language: &str, score: f32) -> Passage {
        Passage {
            chunk: ChunkId::new(),
            faq: true,
            title: String::new(),
            heading: String::new(),
            content: "Two to four days.".to_owned(),
            language: language.to_owned(),
            score,
        }
    }

    #[test]
    fn the_customers_language_comes_before_a_higher_score() {
        let (en, fr) = (passage("en", 0.95), passage("fr", 0.75));
        let all = [&en, &fr];
        assert_eq!(choose(&all, Some("fr"), 0.7), Some(&fr));
        assert_eq!(choose(&all, Some("es"), 0.7), Some(&en));
        assert_eq!(choose(&all, None, 0.7), Some(&en));
    }

    #[test]
    fn an_unsure_passage_answers_nothing() {
        let (own, foreign) = (passage("en", 0.69), passage("fr", 0.75));
        assert_eq!(choose(&[&own, &foreign], Some("en"), 0.7), None);
        assert_eq!(choose(&[], None, 0.0), None);
    }
}

//! Vectors without a model: texts with the same words stand near, and the same text always has the
//! same vector.

/// Words of this many letters and fewer say little.
const SMALL: usize = 3;

/// The vector of a text, of length 1: its words and their parts of three letters, each hashed to
/// one place and a sign.
pub fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f32; dimensions.max(1)];
    let lower = text.to_lowercase();
    for word in lower.split(|letter: char| !letter.is_alphanumeric()) {
        let letters: Vec<char> = format!("^{word}$").chars().map(plain).collect();
        let weight = match letters.len() {
            0..=2 => continue,
            length if length <= SMALL + 2 => 0.25,
            _ => 1.0,
        };
        add(&mut sums, &letters, weight);
        for part in letters.windows(3) {
            add(&mut sums, part, weight * 0.4);
        }
    }
    let length = sums.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length == 0.0 {
        // A text without words points somewhere too.
        add(&mut sums, &['?'], 1.0);
        return sums;
    }
    sums.iter().map(|x| x / length).collect()
}

fn add(sums: &mut [f32], feature: &[char], weight: f32) {
    let hash = feature
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, letter| {
            (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0100_0000_01b3)
        });
    // The low bits of this hash alone are weak.
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
    let Ok(places) = u64::try_from(sums.len()) else {
        return;
    };
    let place = usize::try_from(mixed % places).unwrap_or_default();
    if let Some(sum) = sums.get_mut(place) {
        *sum += if hash >> 63 == 0 { weight } else { -weight };
    }
}

/// The letter without its accent.
fn plain(letter: char) -> char {
    match letter {
        'à' | 'â' | 'á' | 'ä' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' => 'i',
        'ñ' => 'n',
        'ô' | 'ö' | 'ó' => 'o',
        'ù' | 'û' | 'ú' | 'ü' => 'u',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &str, other: &str) -> f32 {
        let (one, other) = (vector(one, 768), vector(other, 768));
        one.iter().zip(&other).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn the_same_words_stand_near_and_others_far() {
        let asked = "Do you deliver to Belgium?";
        let answer = likeness(asked, "Yes, we deliver to Belgium within three days.");
        let other = likeness(asked, "Our opening hours are from ten to six.");
        assert!(answer > 0.4 && other < 0.2, "{answer} {other}");
        assert!(likeness("deliveries", "delivery") > 0.3);
        assert!(likeness("Où êtes-vous ?", "ou etes vous") > 0.99);
    }

    #[test]
    fn every_vector_has_length_one_and_the_dimension_that_was_asked_for() {
        for dimensions in [1, 3, 256, 3072] {
            for text in ["", "…", "hello", "a b c"] {
                let vector = vector(text, dimensions);
                assert_eq!(vector.len(), dimensions);
                let length: f32 = vector.iter().map(|x| x * x).sum();
                assert!((length - 1.0).abs() < 1e-4, "{text} {dimensions}: {length}");
            }
        }
    }
}

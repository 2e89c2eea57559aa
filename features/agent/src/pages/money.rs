//! Money as people type it: dollars with a point, kept in millionths.

use std::collections::BTreeMap;

use crate::settings::ModelPrice;

/// Digits behind the point.
const DIGITS: usize = 6;

/// An amount in dollars; nothing for none.
pub(crate) fn shown(micro_usd: Option<i64>) -> String {
    let Some(micro) = micro_usd else {
        return String::new();
    };
    let (whole, rest) = (micro / 1_000_000, (micro % 1_000_000).unsigned_abs());
    let decimals = format!("{rest:06}");
    let decimals = decimals.trim_end_matches('0');
    match decimals.len() {
        0 => whole.to_string(),
        1 => format!("{whole}.{decimals}0"),
        _ => format!("{whole}.{decimals}"),
    }
}

/// Reads an amount; nothing is none.
pub(super) fn read(text: &str) -> Result<Option<i64>, ()> {
    let text = text.trim().trim_start_matches('$').trim().replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > DIGITS {
        return Err(());
    }
    let all = format!("{whole}{decimals:0<DIGITS$}");
    all.parse().map(Some).map_err(|_| ())
}

/// Prices, a model a line: its name, then dollars for a million tokens read and written, and read
/// out of the cache.
pub(super) fn price_list(prices: &BTreeMap<String, ModelPrice>) -> String {
    let amount = |price: u64| shown(i64::try_from(price).ok());
    let line = |(model, price): (&String, &ModelPrice)| {
        let cached = price.cached_prompt.map(amount);
        let cached = cached.map_or_else(String::new, |cached| format!(" {cached}"));
        format!(
            "{model} {} {}{cached}",
            amount(price.prompt),
            amount(price.completion)
        )
    };
    prices.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads such a list; none when a line can't be read.
pub(super) fn read_price_list(lines: &[String]) -> Option<BTreeMap<String, ModelPrice>> {
    lines.iter().map(|line| price(line)).collect()
}

fn price(line: &str) -> Option<(String, ModelPrice)> {
    let mut words = line.split_whitespace();
    let model = words.next()?.to_owned();
    let amounts: Vec<u64> = words
        .map(|word| u64::try_from(read(word).ok()??).ok())
        .collect::<Option<_>>()?;
    let (prompt, completion, cached_prompt) = match amounts.as_slice() {
        [prompt, completion] => (*prompt, *completion, None),
        [prompt, completion, cached] => (*prompt, *completion, Some(*cached)),
        _ => return None,
    };
    let price = ModelPrice {
        prompt,
        completion,
        cached_prompt,
    };
    Some((model, price))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_back_as_it_is_shown() {
        for (text, micro) in [
            ("12.50", 12_500_000),
            ("0.000001", 1),
            ("3", 3_000_000),
            ("0", 0),
        ] {
            assert_eq!(read(text), Ok(Some(micro)));
            assert_eq!(shown(Some(micro)), text);
        }
        assert_eq!(read(" $2,5 "), Ok(Some(2_500_000)));
        assert_eq!(read(" "), Ok(None));
        assert_eq!(shown(None), "");
        for wrong in [
            "much",
            "-1",
            "1.0000001",
            ".5",
            "1.2.3",
            "99999999999999999999",
        ] {
            assert_eq!(read(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn a_price_has_a_model_and_two_or_three_amounts() {
        let read = |line: &str| read_price_list(&[line.to_owned()]);
        assert_eq!(
            price_list(&read("a/b 0.25 2 0.025").unwrap()),
            "a/b 0.25 2 0.025"
        );
        for wrong in ["a/b", "a/b 1", "a/b 1 2 3 4", "a/b one 2"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}

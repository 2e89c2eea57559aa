//! Small charts, drawn here as SVG paths.

use std::fmt::Write as _;

/// The two paths of a sparkline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sparkline {
    /// The `d` of the line.
    pub line: String,
    /// The `d` of the area under it.
    pub area: String,
}

/// Draws `values` from left to right in a box of 100 by 32, the largest at the top.
///
/// The scale begins at zero, so that a small change stays small to the eye.
pub fn sparkline(values: &[f64]) -> Sparkline {
    const WIDTH: f64 = 100.0;
    const HEIGHT: f64 = 32.0;
    let top = values.iter().copied().fold(f64::EPSILON, f64::max);
    let last = u32::try_from(values.len().saturating_sub(1))
        .unwrap_or(1)
        .max(1);
    let mut line = String::new();
    for (index, value) in (0u32..).zip(values) {
        let x = WIDTH * f64::from(index) / f64::from(last);
        let y = HEIGHT - (HEIGHT - 2.0) * (value / top).max(0.0);
        let _ = write!(line, "{}{x:.2} {y:.2}", if index == 0 { "M" } else { "L" });
    }
    let area = if line.is_empty() {
        String::new()
    } else {
        format!("{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z")
    };
    Sparkline { line, area }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_spans_the_box() {
        let drawn = sparkline(&[0.0, 5.0, 10.0]);
        assert_eq!(drawn.line, "M0.00 32.00L50.00 17.00L100.00 2.00");
        assert!(drawn.area.ends_with("L100 32L0 32Z"));
    }

    #[test]
    fn nothing_draws_nothing() {
        assert_eq!(sparkline(&[]).area, "");
    }
}

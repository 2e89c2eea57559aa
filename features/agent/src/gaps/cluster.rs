//! Grouping by average linkage: two groups are joined while their members are alike on average.
//!
//! The nearest-neighbour chain (Murtagh 1983; Müllner, "Modern hierarchical, agglomerative
//! clustering algorithms", 2011) finds the same groups as joining the nearest pair again and again,
//! in time that grows with the square of their number: average linkage is reducible, so joining two
//! groups never brings the joint one nearer to a third than the nearer of both was. For the same
//! reason a group whose nearest is below the threshold can be finished at once. Of equals the one
//! that came first is taken, so that the same questions always give the same groups.

use std::collections::BTreeSet;

/// How alike each pair of a list is.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    count: usize,
    /// Rows below the diagonal, one after the other.
    values: Vec<f32>,
}

impl Pairs {
    /// Asks how alike each pair is.
    pub(super) fn new(count: usize, alike: impl Fn(usize, usize) -> f32) -> Self {
        let pairs = (0..count).flat_map(|row| (0..row).map(move |column| (row, column)));
        Self {
            count,
            values: pairs.map(|(row, column)| alike(row, column)).collect(),
        }
    }

    fn place(one: usize, other: usize) -> usize {
        let (row, column) = (one.max(other), one.min(other));
        row * row.saturating_sub(1) / 2 + column
    }

    /// How alike these two are.
    pub(super) fn of(&self, one: usize, other: usize) -> f32 {
        if one == other {
            return 1.0;
        }
        let value = self.values.get(Self::place(one, other));
        value.copied().unwrap_or_default()
    }

    fn set(&mut self, one: usize, other: usize, value: f32) {
        if let Some(kept) = self.values.get_mut(Self::place(one, other)) {
            *kept = value;
        }
    }
}

/// The groups, each in order, those whose first member came first first.
pub(super) fn groups(pairs: &Pairs, threshold: f32) -> Vec<Vec<usize>> {
    let mut pairs = pairs.clone();
    let mut members: Vec<Vec<usize>> = (0..pairs.count).map(|at| vec![at]).collect();
    let mut growing: BTreeSet<usize> = (0..pairs.count).collect();
    let mut finished: Vec<Vec<usize>> = Vec::new();
    let mut chain: Vec<usize> = Vec::new();
    while let Some(tip) = chain.last().or_else(|| growing.first()).copied() {
        if chain.is_empty() {
            chain.push(tip);
        }
        let before = chain.len().checked_sub(2).and_then(|at| chain.get(at));
        let before = before.copied();
        match nearest(&pairs, &growing, tip, before).filter(|(_, alike)| *alike >= threshold) {
            None => {
                chain.pop();
                growing.remove(&tip);
                finished.push(take(&mut members, tip));
            }
            Some((other, _)) if Some(other) == before => {
                chain.truncate(chain.len().saturating_sub(2));
                join(
                    &mut pairs,
                    &mut members,
                    &mut growing,
                    tip.min(other),
                    tip.max(other),
                );
            }
            Some((other, _)) => chain.push(other),
        }
    }
    for group in &mut finished {
        group.sort_unstable();
    }
    finished.sort_unstable();
    finished
}

/// The group that is most like this one; of equals the one before it in the chain, else the first.
fn nearest(
    pairs: &Pairs,
    growing: &BTreeSet<usize>,
    tip: usize,
    before: Option<usize>,
) -> Option<(usize, f32)> {
    let mut best = before.map(|before| (before, pairs.of(tip, before)));
    for other in growing.iter().copied().filter(|other| *other != tip) {
        let alike = pairs.of(tip, other);
        if best.is_none_or(|(_, most)| alike > most) {
            best = Some((other, alike));
        }
    }
    best
}

fn take(members: &mut [Vec<usize>], at: usize) -> Vec<usize> {
    members.get_mut(at).map(std::mem::take).unwrap_or_default()
}

fn join(
    pairs: &mut Pairs,
    members: &mut [Vec<usize>],
    growing: &mut BTreeSet<usize>,
    kept: usize,
    gone: usize,
) {
    growing.remove(&gone);
    let added = take(members, gone);
    let (own, theirs) = (
        members.get(kept).map_or(0.0, |group| size(group)),
        size(&added),
    );
    for other in growing.iter().copied().filter(|other| *other != kept) {
        // Lance and Williams (1967): the average over all pairs stays an average.
        let sum = own * pairs.of(kept, other) + theirs * pairs.of(gone, other);
        pairs.set(kept, other, sum / (own + theirs));
    }
    if let Some(group) = members.get_mut(kept) {
        group.extend(added);
    }
}

fn size(group: &[usize]) -> f32 {
    f32::from(u16::try_from(group.len()).unwrap_or(u16::MAX))
}

/// How alike each member of a group is to the others, on average; 1 for one alone.
pub(super) fn centrality(pairs: &Pairs, group: &[usize]) -> Vec<f32> {
    let others = size(group) - 1.0;
    let of = |one: &usize| {
        let sum: f32 = group
            .iter()
            .filter(|o| *o != one)
            .map(|o| pairs.of(*one, *o))
            .sum();
        if others > 0.0 { sum / others } else { 1.0 }
    };
    group.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closer than this, two means may change places by how they are rounded.
    const TIE: f32 = 1e-5;

    /// Joining the nearest pair again and again, by the definition; `None` where the rounding decides.
    fn plainly(pairs: &Pairs, threshold: f32) -> Option<Vec<Vec<usize>>> {
        let mut groups: Vec<Vec<usize>> = (0..pairs.count).map(|at| vec![at]).collect();
        loop {
            let mut means = Vec::new();
            for a in 0..groups.len() {
                for b in 0..a {
                    let sum: f32 = groups[a]
                        .iter()
                        .flat_map(|x| groups[b].iter().map(|y| pairs.of(*x, *y)))
                        .sum();
                    means.push((sum / (size(&groups[a]) * size(&groups[b])), a, b));
                }
            }
            means.sort_by(|one, other| other.0.total_cmp(&one.0));
            let Some(&(most, a, b)) = means.first() else {
                break;
            };
            let second = means.get(1).map_or(f32::MIN, |(mean, ..)| *mean);
            if most - second < TIE || (most - threshold).abs() < TIE {
                return None;
            }
            if most < threshold {
                break;
            }
            let gone = groups.remove(a);
            groups[b].extend(gone);
        }
        for group in &mut groups {
            group.sort_unstable();
        }
        groups.sort_unstable();
        Some(groups)
    }

    proptest::proptest! {
        #[test]
        fn the_chain_finds_what_joining_the_nearest_pairs_finds(
            values in proptest::collection::vec(0.0_f32..1.0, 45), threshold in 0.2_f32..0.9
        ) {
            let pairs = Pairs { count: 10, values };
            let Some(expected) = plainly(&pairs, threshold) else {
                return Err(proptest::test_runner::TestCaseError::reject("a tie"));
            };
            proptest::prop_assert_eq!(groups(&pairs, threshold), expected);
        }

        #[test]
        fn everything_is_in_one_group_and_in_one_only(
            values in proptest::collection::vec(0.0_f32..1.0, 28), threshold in 0.0_f32..1.0
        ) {
            let pairs = Pairs { count: 8, values };
            let mut all: Vec<usize> = groups(&pairs, threshold).concat();
            all.sort_unstable();
            proptest::prop_assert_eq!(all, (0..8).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_makes_no_group_and_equals_make_one() {
        assert!(groups(&Pairs::new(0, |_, _| 1.0), 0.5).is_empty());
        assert_eq!(groups(&Pairs::new(3, |_, _| 1.0), 0.5), [[0, 1, 2]]);
        assert_eq!(groups(&Pairs::new(2, |_, _| 0.1), 0.5), [[0], [1]]);
    }

    #[test]
    fn the_middle_one_is_the_most_central() {
        let pairs = Pairs::new(3, |row, column| if row - column == 1 { 0.9 } else { 0.5 });
        let central = centrality(&pairs, &[0, 1, 2]);
        assert!(central[1] > central[0] && central[1] > central[2]);
    }
}

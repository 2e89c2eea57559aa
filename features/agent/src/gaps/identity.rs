//! Which new group is which gap of before.

use std::collections::BTreeMap;

use kernel::GapId;

/// The gap that each group goes on: the one that most of its questions were in. A gap that falls
/// apart goes on as its largest part, and of gaps that flow together the largest goes on; of equals
/// the older one.
pub(super) fn identities(groups: &[Vec<Option<GapId>>]) -> Vec<Option<GapId>> {
    let mut shared: BTreeMap<(GapId, usize), usize> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        for gap in group.iter().flatten() {
            *shared.entry((*gap, at)).or_default() += 1;
        }
    }
    let mut shared: Vec<((GapId, usize), usize)> = shared.into_iter().collect();
    shared.sort_by_key(|((gap, at), count)| (std::cmp::Reverse(*count), *gap, *at));
    let mut found: Vec<Option<GapId>> = vec![None; groups.len()];
    let mut taken: Vec<GapId> = Vec::new();
    for ((gap, at), _) in shared {
        let free = found.get(at).is_some_and(Option::is_none) && !taken.contains(&gap);
        if free && let Some(place) = found.get_mut(at) {
            *place = Some(gap);
            taken.push(gap);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_goes_on_as_the_gap_that_most_of_it_was_in() {
        let (a, b) = (GapId::new(), GapId::new());
        let (a_, b_) = (Some(a), Some(b));
        // New questions join.
        assert_eq!(identities(&[vec![a_, a_, None], vec![b_]]), [a_, b_]);
        // It falls apart: the larger part goes on.
        assert_eq!(identities(&[vec![a_], vec![a_, a_]]), [None, a_]);
        // They flow together: the larger goes on.
        assert_eq!(identities(&[vec![a_, b_, b_]]), [b_]);
        // Of equals the older.
        assert_eq!(identities(&[vec![b_, a_]]), [Some(a.min(b))]);
        assert_eq!(identities(&[vec![None]]), [None]);
    }
}

//! Success rate, refusals and durations of the passes of some days.

use super::model::Week;

/// One pass that ended: how, and how long it took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// Completed rather than failed.
    pub completed: bool,
    /// Failed, because the guard refused.
    pub refused: bool,
    /// From start to end, where both are known.
    pub duration_ms: Option<i64>,
}

/// Sums up passes: the rate over all, the durations over the completed.
pub(crate) fn week(passes: impl Iterator<Item = Ended>) -> Week {
    let passes: Vec<Ended> = passes.collect();
    let completed = passes.iter().filter(|pass| pass.completed);
    let mut durations: Vec<i64> = completed.clone().filter_map(|pass| pass.duration_ms).collect();
    durations.sort_unstable();
    let success_rate = (!passes.is_empty()).then(|| completed.count() as f64 / passes.len() as f64);
    Week {
        runs: passes.len(),
        success_rate,
        refused: passes.iter().filter(|pass| pass.refused).count(),
        median_ms: percentile(&durations, 50),
        p95_ms: percentile(&durations, 95),
    }
}

/// The least of the rising `sorted` that at least `percent` of them do not exceed.
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let hundred: Vec<i64> = (1..=100).collect();
        assert_eq!((percentile(&hundred, 50), percentile(&hundred, 95)), (Some(50), Some(95)));
        assert_eq!((percentile(&[7], 50), percentile(&[7], 95)), (Some(7), Some(7)));
        assert_eq!(percentile(&[1, 2, 3], 50), Some(2));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn failed_passes_count_for_the_rate_only() {
        let passes = [
            (true, false, Some(100)),
            (true, false, Some(300)),
            (false, true, Some(9_000)),
            (false, false, Some(8_000)),
            (true, false, None),
        ];
        let ended = passes.map(|(completed, refused, duration_ms)| Ended { completed, refused, duration_ms });
        let (median_ms, p95_ms) = (Some(100), Some(300));
        let expected = Week { runs: 5, success_rate: Some(0.6), refused: 1, median_ms, p95_ms };
        assert_eq!(week(ended.into_iter()), expected);
        assert_eq!(week(std::iter::empty()), Week::default());
    }
}

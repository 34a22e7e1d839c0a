//! Which copy of a centre's database results are of (contract §11.5): each file names those that it follows.

use uuid::Uuid;

use crate::package::manifest::{Manifest, VersionId};
use crate::queries::results::KnownResults;

/// What is to be done with results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They were taken before.
    Known,
    /// Newer ones of this copy were taken before, which hold all of it.
    Superseded(Uuid),
    /// They follow what was taken of this copy.
    Take(Uuid),
    /// Others were taken where these were made: there are two copies of the centre's database.
    Forked {
        /// The copy that is known.
        of: Uuid,
        /// The newest results that both have in common; 0 where there are none.
        common: i64,
    },
}

/// Judges results against those that are known of their instance.
pub(super) fn judge(known: &[KnownResults], results: &Manifest) -> Verdict {
    let (instance, seq) = (results.instance.unwrap_or_default(), results.seq.unwrap_or_default());
    if known.iter().any(|known| known.results_id == results.id && !known.only_named) {
        return Verdict::Known;
    }
    let own = VersionId { version: seq, id: results.id };
    let is_named = |known: &&KnownResults| {
        let one = VersionId { version: known.seq, id: known.results_id };
        one == own || results.line.contains(&one)
    };
    let Some(last) = known.iter().filter(is_named).max_by_key(|known| known.seq) else {
        return match known.first() {
            None => Verdict::Take(instance),
            Some(first) => Verdict::Forked { of: first.branch, common: 0 },
        };
    };
    if last.seq == seq {
        return Verdict::Superseded(last.branch);
    }
    let of_copy = || known.iter().filter(|known| known.branch == last.branch);
    if of_copy().all(|known| known.seq <= last.seq) {
        return Verdict::Take(last.branch);
    }
    let taken = of_copy().filter(|known| !known.only_named && known.seq <= last.seq);
    Verdict::Forked { of: last.branch, common: taken.map(|known| known.seq).max().unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::package::manifest::Kind;

    const INSTANCE: Uuid = Uuid::from_u128(1);

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn known(seq: i64, number: u128, branch: Uuid, only_named: bool) -> KnownResults {
        KnownResults { seq, results_id: id(number), branch, only_named }
    }

    /// Results of this number and id that follow those of `line`.
    fn results(seq: i64, number: u128, line: &[(i64, u128)]) -> Manifest {
        let mut manifest = Manifest::new(Kind::Results, 4, id(number), "site", Utc::now());
        (manifest.instance, manifest.seq) = (Some(INSTANCE), Some(seq));
        manifest.line =
            line.iter().map(|(version, number)| VersionId { version: *version, id: id(*number) }).collect();
        manifest
    }

    #[test]
    fn results_follow_what_was_taken_also_over_some_that_were_lost() {
        assert_eq!(judge(&[], &results(1, 11, &[])), Verdict::Take(INSTANCE));
        let taken = [known(1, 11, INSTANCE, false)];
        assert_eq!(judge(&taken, &results(1, 11, &[])), Verdict::Known);
        assert_eq!(judge(&taken, &results(2, 12, &[(1, 11)])), Verdict::Take(INSTANCE));
        assert_eq!(judge(&taken, &results(3, 13, &[(1, 11), (2, 12)])), Verdict::Take(INSTANCE));
        let lost = [taken[0], known(2, 12, INSTANCE, true), known(3, 13, INSTANCE, false)];
        assert_eq!(judge(&lost, &results(2, 12, &[(1, 11)])), Verdict::Superseded(INSTANCE));
    }

    #[test]
    fn a_copy_is_known_by_what_it_follows() {
        let forked = |common| Verdict::Forked { of: INSTANCE, common };
        let taken = [known(1, 11, INSTANCE, false), known(2, 12, INSTANCE, false)];
        assert_eq!(judge(&taken, &results(2, 22, &[(1, 11)])), forked(1), "the same number");
        assert_eq!(judge(&taken, &results(3, 23, &[(1, 11), (2, 22)])), forked(1), "one was lost");
        let later = [taken[0], known(2, 12, INSTANCE, true), known(3, 13, INSTANCE, false)];
        assert_eq!(judge(&later, &results(2, 22, &[(1, 11)])), forked(1), "a lower number");
        assert_eq!(judge(&taken, &results(1, 21, &[])), forked(0), "nothing in common");
        // Approved, it goes on by itself, and so does the first.
        let branch = id(22);
        let both = [taken[0], taken[1], known(2, 22, branch, false)];
        assert_eq!(judge(&both, &results(3, 23, &[(1, 11), (2, 22)])), Verdict::Take(branch));
        assert_eq!(judge(&both, &results(3, 13, &[(1, 11), (2, 12)])), Verdict::Take(INSTANCE));
    }
}

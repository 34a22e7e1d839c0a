//! Sends what is due to one destination: several batches at once, each recorded before another takes its place, so that a
//! run that is killed leaves at most those under way to be sent twice.

use std::cell::Cell;
use std::collections::VecDeque;

use bytes::Bytes;
use futures_util::future::{FutureExt as _, LocalBoxFuture, OptionFuture};
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::answer::Verdict;
use super::attempt::{Retries, Tried, deliver};
use super::queue::Queue;
use super::record::{Exchanged, Ledger};
use super::target::Target;
use crate::exit::{Failure, FailureKind};
use crate::shutdown::Stop;
use crate::store::error::StoreError;
use crate::store::outbox::batches::Pending;
use crate::tasks::run_blocking;

/// Batches that fail one after the other, with none delivered between, after which the destination rests.
const MAX_IN_A_ROW: usize = 3;
/// The batches whose bytes are loaded ahead of being sent.
const LOADED_AHEAD: usize = 32;

/// What a run to one destination came to.
#[derive(Default)]
pub(super) struct Outcome {
    /// Records that it took.
    pub(super) delivered: usize,
    /// Records that are put aside, each with why.
    pub(super) put_aside: Vec<String>,
    /// Records that are given up.
    pub(super) given_up: usize,
    /// Why some were not taken.
    pub(super) failure: Option<Failure>,
    /// Why nothing more is sent there until a person says so.
    pub(super) stopped: Option<String>,
    /// Whether nothing more is sent there in this run and for a while.
    pub(super) rests: bool,
    /// Why the run ended before it was done.
    pub(super) ended_early: Option<Failure>,
}

/// One run to one destination.
pub(super) struct Run<'a> {
    target: &'a Target,
    retries: Retries,
    /// The most batches that are under way, or not recorded yet.
    slots: usize,
    queue: Queue,
    outcome: Outcome,
    failures_in_a_row: usize,
}

type Job = LocalBoxFuture<'static, (Ledger, Result<Exchanged, StoreError>)>;

impl<'a> Run<'a> {
    pub(super) fn new(target: &'a Target, retries: Retries, slots: usize, queue: Queue) -> Self {
        Self { target, retries, slots, queue, outcome: Outcome::default(), failures_in_a_row: 0 }
    }

    /// Sends until nothing is due, the destination takes no more, or the command ends. Returns what it came to with the
    /// database's side, for what is recorded of the destination itself.
    pub(super) async fn run(mut self, ledger: Ledger, stop: &Stop) -> (Ledger, Result<Outcome, StoreError>) {
        let halted = Cell::new(false);
        let (target, retries) = (self.target, self.retries);
        let mut flying = FuturesUnordered::new();
        let mut loaded: VecDeque<(Pending, Bytes)> = VecDeque::new();
        let mut finished: Vec<Tried> = Vec::new();
        let mut ledger = Some(ledger);
        let mut job: OptionFuture<Job> = None.into();
        let mut recording = 0;
        loop {
            while !halted.get() && flying.len() + finished.len() + recording < self.slots {
                let Some(next) = loaded.pop_front() else { break };
                flying.push(deliver(target, retries, next, &halted));
            }
            if let Some(mut idle) = ledger.take() {
                let wanted = if halted.get() { Vec::new() } else { self.wanted(loaded.len()) };
                if finished.is_empty() && wanted.is_empty() {
                    if flying.is_empty() {
                        return (idle, Ok(self.outcome));
                    }
                    ledger = Some(idle);
                } else {
                    let tried = std::mem::take(&mut finished);
                    recording = tried.len();
                    let work = move || {
                        let exchanged = idle.exchange(&tried, wanted);
                        (idle, exchanged)
                    };
                    job = Some(run_blocking(work).boxed_local()).into();
                }
            }
            let is_working = ledger.is_none();
            tokio::select! {
                biased;
                failure = stop.stopped(), if self.outcome.ended_early.is_none() => {
                    self.outcome.ended_early = Some(failure);
                    halted.set(true);
                    // What is under way may have arrived: it is sent again, with the same id.
                    flying = FuturesUnordered::new();
                }
                Some((idle, exchanged)) = &mut job, if is_working => {
                    job = None.into();
                    recording = 0;
                    match exchanged {
                        Ok(exchanged) => self.took(exchanged, &mut loaded),
                        Err(error) => return (idle, Err(error)),
                    }
                    ledger = Some(idle);
                }
                Some(tried) = flying.next() => {
                    self.observe(&tried.verdict, &halted);
                    finished.push(tried);
                    while let Some(Some(more)) = flying.next().now_or_never() {
                        self.observe(&more.verdict, &halted);
                        finished.push(more);
                    }
                }
            }
        }
    }

    /// The batches whose bytes are to be loaded now.
    fn wanted(&mut self, loaded: usize) -> Vec<Pending> {
        if loaded >= self.slots {
            return Vec::new();
        }
        std::iter::from_fn(|| self.queue.next()).take(LOADED_AHEAD).collect()
    }

    fn took(&mut self, exchanged: Exchanged, loaded: &mut VecDeque<(Pending, Bytes)>) {
        let Exchanged { done, later, parts, loaded: more, delivered, put_aside, given_up } = exchanged;
        done.into_iter().for_each(|place| self.queue.done(place));
        later.into_iter().for_each(|place| self.queue.later(place));
        parts.into_iter().for_each(|part| self.queue.add(part));
        loaded.extend(more);
        self.outcome.delivered += delivered;
        self.outcome.put_aside.extend(put_aside);
        self.outcome.given_up += given_up;
    }

    /// What a verdict means for the destination as a whole.
    fn observe(&mut self, verdict: &Verdict, halted: &Cell<bool>) {
        let host = &self.target.known.host;
        match verdict {
            Verdict::Taken(_) | Verdict::Refused(_) => self.failures_in_a_row = 0,
            Verdict::Stop(why) => {
                halted.set(true);
                self.outcome.stopped = Some(why.clone());
                let message = format!(
                    "{host}: {why}; nothing more is sent there until its address is right and `examsync push --again` is run"
                );
                self.outcome.failure = Some(Failure::new(FailureKind::Contract, message));
            }
            Verdict::Failed { why, kind, of_all, .. } => {
                self.failures_in_a_row += 1;
                if *of_all || self.failures_in_a_row >= MAX_IN_A_ROW {
                    halted.set(true);
                    self.outcome.rests = true;
                }
                let message = format!("{host}: {why}; what is left waits, and a later run sends it");
                // What a person has to see to is not hidden by what may pass by itself.
                if self.outcome.failure.as_ref().is_none_or(|before| before.kind == FailureKind::Temporary) {
                    self.outcome.failure = Some(Failure::new(*kind, message));
                }
            }
        }
    }
}

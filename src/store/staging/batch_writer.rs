//! Records go from the thread that decodes them to one that inserts them, some at a time.

use std::sync::mpsc;
use std::{mem, panic, thread};

use crate::model::{Entry, Place, Stopped};

/// Enough that handing them over costs little compared with inserting them.
const MAX_RECORDS: usize = 256;
/// A batch of long texts is handed over before it grows large.
const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Batches that wait for the inserting thread.
const MAX_WAITING: usize = 2;

/// What is staged, record by record.
pub(super) trait Record: Clone + Send {
    /// About how much its texts take, in bytes.
    fn text_bytes(&self) -> usize;
}

impl Record for Place {
    fn text_bytes(&self) -> usize {
        length(&[&self.external_uid, &self.name, &self.address, &self.problem, &self.notice])
    }
}

impl Record for Entry {
    fn text_bytes(&self) -> usize {
        let texts =
            [&self.participant_id, &self.participant_name, &self.exam_title, &self.problem, &self.notice];
        length(&texts)
    }
}

fn length(texts: &[&Option<String>]) -> usize {
    texts.iter().map(|text| text.as_ref().map_or(0, String::len)).sum()
}

/// Calls `fill` on this thread, and `insert` on another with the records that it hands over, in that order, each with
/// its part. When `insert` fails, the sink is closed.
///
/// # Errors
/// The first of `insert`.
pub(super) fn insert_beside<R: Record, E: Send>(
    mut insert: impl FnMut(&[(i32, R)]) -> Result<(), E> + Send,
    fill: impl FnOnce(&mut dyn FnMut(i32, &R) -> Result<(), Stopped>),
) -> Result<(), E> {
    thread::scope(|scope| {
        let (sender, batches) = mpsc::sync_channel::<Vec<(i32, R)>>(MAX_WAITING);
        let inserting = scope.spawn(move || batches.iter().try_for_each(|batch| insert(&batch)));
        let mut batch = Vec::new();
        let mut text_bytes = 0;
        fill(&mut |part, record| {
            text_bytes += record.text_bytes();
            batch.push((part, record.clone()));
            if batch.len() < MAX_RECORDS && text_bytes < MAX_TEXT_BYTES {
                return Ok(());
            }
            text_bytes = 0;
            sender.send(mem::take(&mut batch)).map_err(|_| Stopped)
        });
        // If inserting failed, the rest has no receiver; the inserting side reports that.
        let _ = sender.send(batch);
        drop(sender);
        inserting.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
    })
}

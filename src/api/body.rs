//! The bytes of one answer on their way from the network to the blocking side that reads them.

use std::io::{self, Read};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::feed::Broken;

/// Chunks that may wait; the network is not read further while this many do. One is at most 400 KiB or so, so that
/// this is most of what a pull holds in memory.
const MAX_WAITING: usize = 4;

enum Chunk {
    Data(Bytes),
    /// The body is whole. Said explicitly: a sender that vanishes must not look like the end.
    End,
    Broken(Broken),
}

/// The network's side of a body.
pub(super) struct BodySender(mpsc::Sender<Chunk>);

/// The reading side of a body, for a thread that may block.
pub(super) struct BodyReader {
    chunks: mpsc::Receiver<Chunk>,
    current: Bytes,
    ended: Option<Result<(), Broken>>,
}

/// The reading side is gone.
pub(super) struct HungUp;

/// A new pair of sides.
pub(super) fn channel() -> (BodySender, BodyReader) {
    let (sender, chunks) = mpsc::channel(MAX_WAITING);
    (BodySender(sender), BodyReader { chunks, current: Bytes::new(), ended: None })
}

impl BodySender {
    /// Hands over bytes, waiting while the reader is behind.
    pub(super) async fn data(&self, bytes: Bytes) -> Result<(), HungUp> {
        self.0.send(Chunk::Data(bytes)).await.map_err(|_| HungUp)
    }

    /// Says that the body is whole. A reader that is gone no longer cares.
    pub(super) async fn end(self) {
        let _ = self.0.send(Chunk::End).await;
    }

    /// Says that the rest will not come, and why. A reader that is gone no longer cares.
    pub(super) async fn broken(self, why: &str) {
        let _ = self.0.send(Chunk::Broken(Broken(why.to_owned()))).await;
    }

    /// Waits until the reading side is gone.
    pub(super) async fn hung_up(&self) {
        self.0.closed().await;
    }
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match &self.ended {
                Some(Ok(())) => return Ok(0),
                Some(Err(broken)) => return Err(io::Error::other(broken.clone())),
                None => match self.chunks.blocking_recv() {
                    Some(Chunk::Data(bytes)) => self.current = bytes,
                    Some(Chunk::End) => self.ended = Some(Ok(())),
                    Some(Chunk::Broken(broken)) => self.ended = Some(Err(broken)),
                    None => self.ended = Some(Err(Broken("the pull was given up".to_owned()))),
                },
            }
        }
        let length = self.current.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.current.split_to(length));
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(reader: BodyReader) -> io::Result<String> {
        let read = tokio::task::spawn_blocking(move || io::read_to_string(reader));
        read.await.expect("the reader does not panic")
    }

    #[tokio::test]
    async fn a_whole_body_arrives_and_ends() {
        let (sender, reader) = channel();
        for part in ["{\"da", "", "ta\":[]}"] {
            assert!(sender.data(Bytes::from(part)).await.is_ok());
        }
        sender.end().await;
        assert_eq!(read(reader).await.expect("a whole body"), "{\"data\":[]}");
    }

    #[tokio::test]
    async fn a_vanished_sender_is_no_end() {
        let (sender, reader) = channel();
        assert!(sender.data(Bytes::from("{}")).await.is_ok());
        drop(sender);
        assert_eq!(read(reader).await.expect_err("not the end").to_string(), "the pull was given up");
    }

    #[tokio::test]
    async fn a_broken_body_says_why_inside_the_error() {
        let (sender, reader) = channel();
        sender.broken("connection reset").await;
        let error = read(reader).await.expect_err("broken");
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Broken>());
        assert_eq!(inner, Some(&Broken("connection reset".to_owned())));
    }
}

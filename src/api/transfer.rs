//! The body of one answer on its way to the reading side: unpacked, counted, and within its limits.

use bytes::Bytes;
use bytesize::ByteSize;
use reqwest::Response;
use tokio::time::timeout;

use super::ApiError;
use super::attempt::Attempt;
use super::attempt_error::{Fault, root_cause};
use super::body::BodySender;
use super::unpack::Unpacker;

/// One body.
pub(super) struct Transfer<'a> {
    attempt: &'a Attempt<'a>,
    sender: BodySender,
    unpacker: Unpacker,
    /// How many unpacked bytes may still come.
    left: u64,
}

/// Why no more is passed on before the body is at its end.
enum Early {
    /// The reading side hung up. Its verdict says why, so this is no fault.
    HungUp,
    /// The body broke.
    Broken {
        /// The reason that the reading side gets.
        why: String,
        fault: Fault,
    },
}

impl<'a> Transfer<'a> {
    /// The body of an answer to `attempt`.
    pub(super) fn new(attempt: &'a Attempt<'a>, sender: BodySender, unpacker: Unpacker) -> Self {
        Self { attempt, sender, unpacker, left: attempt.peer.settings.max_body_bytes }
    }

    /// Passes the bytes on until the body ends or breaks, or the reading side hangs up.
    ///
    /// # Errors
    /// How the body broke.
    pub(super) async fn run(mut self, response: &mut Response) -> Result<(), Fault> {
        match self.until_end(response).await {
            Ok(()) => self.sender.end().await,
            Err(Early::HungUp) => {}
            Err(Early::Broken { why, fault }) => {
                self.sender.broken(&why).await;
                return Err(fault);
            }
        }
        Ok(())
    }

    async fn until_end(&mut self, response: &mut Response) -> Result<(), Early> {
        let limit = self.attempt.peer.settings.timeout;
        loop {
            // The limit counts while bytes are awaited, not while the reader is busy elsewhere.
            let chunk = tokio::select! {
                () = self.sender.hung_up() => return Err(Early::HungUp),
                chunk = timeout(limit, response.chunk()) => chunk,
            };
            match chunk {
                Ok(Ok(Some(bytes))) => {
                    self.unpacker.push(bytes);
                    while let Some(bytes) =
                        self.unpacker.pull().map_err(|error| self.cut_off(error.to_string()))?
                    {
                        self.hand_over(bytes).await?;
                    }
                }
                Ok(Ok(None)) => {
                    let rest = self.unpacker.finish().map_err(|error| self.cut_off(error.to_string()))?;
                    return self.hand_over(rest).await;
                }
                Ok(Err(error)) => return Err(self.cut_off(root_cause(&error))),
                Err(_) => {
                    let missing =
                        format!("more of the answer (HTTP 200) from {}", self.attempt.peer.route.host);
                    let fault = Fault::timeout(self.attempt.request, &missing, limit);
                    return Err(Early::Broken { why: "no more bytes came in time".to_owned(), fault });
                }
            }
        }
    }

    async fn hand_over(&mut self, bytes: Bytes) -> Result<(), Early> {
        let length = bytes.len() as u64;
        self.attempt.count(|traffic| traffic.bytes += length);
        self.left = self.left.checked_sub(length).ok_or_else(|| self.too_large())?;
        self.sender.data(bytes).await.map_err(|_| Early::HungUp)
    }

    fn cut_off(&self, why: String) -> Early {
        let fault = Fault::cut_off(self.attempt.request, &why);
        Early::Broken { why, fault }
    }

    fn too_large(&self) -> Early {
        let limit = ByteSize(self.attempt.peer.settings.max_body_bytes);
        let fault = Fault::last(ApiError::Contract(format!(
            "{}: the answer (HTTP 200) is larger than SYNC_MAX_BODY ({limit}); raise it when that is right",
            self.attempt.request
        )));
        Early::Broken { why: "larger than SYNC_MAX_BODY".to_owned(), fault }
    }
}

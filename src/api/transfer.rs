//! The body of one answer on its way to the reading side: unpacked, counted, and within its limits.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use bytesize::ByteSize;
use reqwest::Response;
use tokio::time::timeout;

use super::ApiError;
use super::attempt_error::{Fault, root_cause};
use super::body::BodySender;
use super::unpack::Unpacker;
use crate::feed::{Request, Traffic};
use crate::settings::Api;

/// One body.
pub(super) struct Transfer<'a> {
    pub(super) request: Request,
    pub(super) settings: &'a Api,
    /// The host that answers, for messages.
    pub(super) host: &'a str,
    /// Where its bytes are counted.
    pub(super) traffic: &'a Mutex<Traffic>,
    pub(super) body: PassedBody,
}

/// Where the bytes go, and in which form they come.
pub(super) struct PassedBody {
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

impl PassedBody {
    /// A body that may have `max_bytes` when it is unpacked.
    pub(super) fn new(sender: BodySender, unpacker: Unpacker, max_bytes: u64) -> Self {
        Self { sender, unpacker, left: max_bytes }
    }
}

impl Transfer<'_> {
    /// Passes the bytes on until the body ends or breaks, or the reading side hangs up.
    ///
    /// # Errors
    /// How the body broke.
    pub(super) async fn run(mut self, response: &mut Response) -> Result<(), Fault> {
        match self.until_end(response).await {
            Ok(()) => self.body.sender.end().await,
            Err(Early::HungUp) => {}
            Err(Early::Broken { why, fault }) => {
                self.body.sender.broken(&why).await;
                return Err(fault);
            }
        }
        Ok(())
    }

    async fn until_end(&mut self, response: &mut Response) -> Result<(), Early> {
        let limit = self.settings.timeout;
        loop {
            // The limit counts while bytes are awaited, not while the reader is busy elsewhere.
            let chunk = tokio::select! {
                () = self.body.sender.hung_up() => return Err(Early::HungUp),
                chunk = timeout(limit, response.chunk()) => chunk,
            };
            match chunk {
                Ok(Ok(Some(bytes))) => {
                    self.body.unpacker.push(bytes);
                    while let Some(bytes) =
                        self.body.unpacker.pull().map_err(|error| self.cut_off(error.to_string()))?
                    {
                        self.hand_over(bytes).await?;
                    }
                }
                Ok(Ok(None)) => {
                    let rest =
                        self.body.unpacker.finish().map_err(|error| self.cut_off(error.to_string()))?;
                    return self.hand_over(rest).await;
                }
                Ok(Err(error)) => return Err(self.cut_off(root_cause(&error))),
                Err(_) => {
                    let missing = format!("more of the answer (HTTP 200) from {}", self.host);
                    let fault = Fault::timeout(self.request, &missing, limit);
                    return Err(Early::Broken { why: "no more bytes came in time".to_owned(), fault });
                }
            }
        }
    }

    async fn hand_over(&mut self, bytes: Bytes) -> Result<(), Early> {
        let length = bytes.len() as u64;
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner).bytes += length;
        self.body.left = self.body.left.checked_sub(length).ok_or_else(|| self.too_large())?;
        self.body.sender.data(bytes).await.map_err(|_| Early::HungUp)
    }

    fn cut_off(&self, why: String) -> Early {
        let fault = Fault::cut_off(self.request, &why);
        Early::Broken { why, fault }
    }

    fn too_large(&self) -> Early {
        let limit = ByteSize(self.settings.max_body_bytes);
        let fault = Fault::last(ApiError::Contract(format!(
            "{}: the answer (HTTP 200) is larger than SYNC_MAX_BODY ({limit}); raise it when that is right",
            self.request
        )));
        Early::Broken { why: "larger than SYNC_MAX_BODY".to_owned(), fault }
    }
}

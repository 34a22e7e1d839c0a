//! One answer: what its status says of any request, and its body, read whole.

use std::sync::PoisonError;
use std::time::SystemTime;

use bytes::Bytes;
use bytesize::ByteSize;
use reqwest::{Response, StatusCode};
use tokio::time::timeout;

use super::Exchange;
use crate::api::ApiError;
use crate::api::answer::{UNREADABLE, label, redirect_target};
use crate::api::attempt_error::{Fault, root_cause};
use crate::api::retry::retry_after;
use crate::api::unpack::Unpacker;

/// An answer that is no reason to try again.
pub(crate) struct Reply {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The status as messages name it, such as `HTTP 404 Not Found`.
    pub(crate) fn label(&self) -> String {
        label(self.status)
    }
}

impl Exchange {
    /// Why an answer is none that its asker could use, whatever it asked.
    pub(super) fn unfit(&self, what: &str, response: &Response) -> Option<Fault> {
        let (host, label) = (self.host(), label(response.status()));
        match response.status().as_u16() {
            407 => Some(Fault::refused_by_proxy(what, &self.host.route)),
            408 | 425 | 429 | 500..=599 => Some(Fault {
                floor: retry_after(response.headers(), SystemTime::now()),
                ..Fault::again(ApiError::Temporary(format!(
                    "{what}: {host} answered {label}; try again later, or ask those who run it"
                )))
            }),
            300..=399 => {
                let target = redirect_target(response);
                Some(Fault::last(ApiError::Contract(format!(
                    "{what}: {host} redirects to {} ({label}), which is not followed; set ROSTER_URL to its own address",
                    target.as_deref().unwrap_or(UNREADABLE)
                ))))
            }
            _ => None,
        }
    }

    /// The whole body.
    pub(super) async fn body(&self, what: &str, mut response: Response) -> Result<Vec<u8>, Fault> {
        let label = label(response.status());
        let mut unpacker = Unpacker::new(response.headers()).map_err(|_| {
            Fault::last(ApiError::Contract(format!(
                "{what}: the answer ({label}) is compressed by another way than gzip"
            )))
        })?;
        let mut body = Vec::new();
        loop {
            let chunk = timeout(self.host.timeout, response.chunk()).await.map_err(|_| {
                let missing = format!("more of the answer ({label}) from {}", self.host());
                Fault::timeout(what, &missing, self.host.timeout)
            })?;
            match chunk.map_err(|error| Fault::cut_off(what, &root_cause(&error)))? {
                Some(bytes) => unpacker.push(bytes),
                None => {
                    let rest = unpacker.finish().map_err(|error| Fault::cut_off(what, &error.to_string()))?;
                    self.take(what, &mut body, &rest)?;
                    return Ok(body);
                }
            }
            while let Some(bytes) =
                unpacker.pull().map_err(|error| Fault::cut_off(what, &error.to_string()))?
            {
                self.take(what, &mut body, &bytes)?;
            }
        }
    }

    /// Adds bytes to a body, within the limit over all of them.
    fn take(&self, what: &str, body: &mut Vec<u8>, bytes: &Bytes) -> Result<(), Fault> {
        let mut traffic = self.traffic.lock().unwrap_or_else(PoisonError::into_inner);
        traffic.bytes += bytes.len() as u64;
        if traffic.bytes > self.max_bytes {
            let limit = ByteSize(self.max_bytes);
            return Err(Fault::last(ApiError::Contract(format!(
                "{what}: the answers of {} are larger than SYNC_MAX_BODY ({limit}); raise it when that is right",
                self.host()
            ))));
        }
        body.extend_from_slice(bytes);
        Ok(())
    }
}

//! One request as the mock API received it.

use std::io::{self, Read};
use std::time::{Instant, SystemTime};

/// A recorded request.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path without base path and query.
    pub path: String,
    /// The request target as sent: base path, path, query.
    pub target: String,
    /// Names in lower case, values as sent, in order.
    pub headers: Vec<(String, String)>,
    /// The body; only `Content-Length` framing is understood.
    pub body: Vec<u8>,
    /// When its head was read, on the clock for intervals.
    pub at: Instant,
    /// When its head was read, on the wall clock.
    pub time: SystemTime,
}

impl Request {
    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Reads the next request; `None` at the end of the connection. What was read past the request
    /// stays in `buffer`.
    pub(super) fn read(stream: &mut dyn Read, buffer: &mut Vec<u8>) -> io::Result<Option<Self>> {
        loop {
            if let Some((mut request, head_length)) = parse(buffer)? {
                let length = request.header("content-length").map_or(Ok(0), str::parse);
                let length: usize = length.map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
                while buffer.len() < head_length + length {
                    if !fill(stream, buffer)? {
                        return Ok(None);
                    }
                }
                let rest = buffer.split_off(head_length + length);
                request.body = buffer.split_off(head_length);
                *buffer = rest;
                return Ok(Some(request));
            }
            if !fill(stream, buffer)? {
                return Ok(None);
            }
        }
    }
}

fn fill(stream: &mut dyn Read, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut piece = [0; 8192];
    let read = stream.read(&mut piece)?;
    buffer.extend_from_slice(&piece[..read]);
    Ok(read > 0)
}

fn parse(buffer: &[u8]) -> io::Result<Option<(Request, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut headers);
    // No other error of a connection is of this kind: that this is no HTTP can be told from it.
    let not_http = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
    let httparse::Status::Complete(length) = head.parse(buffer).map_err(not_http)? else {
        return Ok(None);
    };
    let target = head.path.unwrap_or_default().to_owned();
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: target.split('?').next().unwrap_or_default().to_owned(),
        target,
        headers: head
            .headers
            .iter()
            .map(|header| {
                (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned())
            })
            .collect(),
        body: Vec::new(),
        at: Instant::now(),
        time: SystemTime::now(),
    };
    Ok(Some((request, length)))
}

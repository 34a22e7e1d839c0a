//! Puts an answer on the wire, as badly as it asks to be.

use std::io::{self, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Answer;
use super::answer::{End, Framing};

/// At most so many bytes go out in one write.
const PIECE: usize = 64 * 1024;

/// What becomes of the connection after an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    KeepAlive,
    Close,
}

pub(super) fn send(
    answer: &Answer,
    connection: &mut dyn Write,
    socket: &TcpStream,
    stopping: &dyn Fn() -> bool,
) -> io::Result<Next> {
    wait(answer.delay, stopping);
    if answer.end == End::Never {
        wait(Duration::MAX, stopping);
        return Ok(Next::Close);
    }
    let limit = match answer.end {
        End::Cut(bytes) | End::Reset(bytes) | End::Stall(bytes) => bytes.min(answer.body.len()),
        End::Whole | End::Never => answer.body.len(),
    };
    send_bytes(answer, &answer.body[..limit], connection, stopping)?;
    match answer.end {
        End::Whole if answer.framing == Framing::Chunked => connection.write_all(b"0\r\n\r\n")?,
        End::Stall(_) => wait(Duration::MAX, stopping),
        End::Reset(_) => {
            // A reset throws away what the kernel still holds: let it arrive first.
            sleep(Duration::from_millis(30));
            socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO))?;
        }
        _ => {}
    }
    let keeps = answer.end == End::Whole
        && answer.framing != Framing::UntilClose
        && answer.get("connection") != Some("close");
    Ok(if keeps { Next::KeepAlive } else { Next::Close })
}

fn send_bytes(
    answer: &Answer,
    body: &[u8],
    connection: &mut dyn Write,
    stopping: &dyn Fn() -> bool,
) -> io::Result<()> {
    let (piece, pause) = answer.pace.unwrap_or((PIECE, Duration::ZERO));
    // The head goes out with the first piece: two small packets would cost a small pass real time.
    let mut out = if answer.raw { Vec::new() } else { head(answer) };
    for (index, bytes) in body.chunks(piece).enumerate() {
        if index > 0 {
            wait(pause, stopping);
        }
        if answer.framing == Framing::Chunked {
            out.extend_from_slice(format!("{:x}\r\n", bytes.len()).as_bytes());
            out.extend_from_slice(bytes);
            out.extend_from_slice(b"\r\n");
        } else {
            out.extend_from_slice(bytes);
        }
        connection.write_all(&out)?;
        out.clear();
    }
    connection.write_all(&out)
}

fn head(answer: &Answer) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    // RFC 9110 §8.6: no length on 304, which has no body.
    match answer.framing {
        Framing::Length if answer.status != 304 && answer.get("content-length").is_none() => {
            head.push_str(&format!("content-length: {}\r\n", answer.body.len()));
        }
        Framing::Chunked => head.push_str("transfer-encoding: chunked\r\n"),
        Framing::UntilClose => head.push_str("connection: close\r\n"),
        Framing::Length => {}
    }
    head.push_str("\r\n");
    head.into_bytes()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not Modified",
        401 => "Unauthorized",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Answer",
    }
}

/// Sleeps in short naps, so that a stopping server does not wait for a slow answer.
fn wait(duration: Duration, stopping: &dyn Fn() -> bool) {
    let begun = Instant::now();
    while begun.elapsed() < duration && !stopping() {
        sleep(Duration::from_millis(20).min(duration.saturating_sub(begun.elapsed())));
    }
}

//! A receiver of webhooks on loopback that does no more than count: what is measured is the sender.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// It listens until the benchmark ends.
pub(crate) struct Receiver {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Receiver {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("the address just bound");
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let counted = Arc::clone(&counted);
                std::thread::spawn(move || serve(socket, &counted));
            }
        });
        Self { address, requests }
    }

    /// Where it takes requests.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The requests since the last look.
    pub(crate) fn taken(&self) -> usize {
        self.requests.swap(0, Ordering::SeqCst)
    }
}

fn serve(mut socket: TcpStream, requests: &AtomicUsize) {
    drop(socket.set_nodelay(true));
    let (mut buffer, mut piece) = (Vec::new(), [0; 32 * 1024]);
    loop {
        while let Some(length) = whole(&buffer) {
            buffer.drain(..length);
            requests.fetch_add(1, Ordering::SeqCst);
            if socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").is_err() {
                return;
            }
        }
        match socket.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(read) => buffer.extend_from_slice(&piece[..read]),
        }
    }
}

/// The length of the first request, once all of it is there.
fn whole(buffer: &[u8]) -> Option<usize> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(begin) = head.parse(buffer).expect("a request") else { return None };
    let length = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.parse::<usize>().ok());
    Some(begin + length.unwrap_or(0)).filter(|end| *end <= buffer.len())
}

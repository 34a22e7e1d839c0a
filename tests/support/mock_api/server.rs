//! The connections of the mock API: one thread each, kept alive from request to request.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use rustls::{ServerConnection, StreamOwned};

use super::Request;
use super::send::{Next, send};
use super::state::State;

/// What requests are read from and answers written to: plain TCP, or TLS around it.
pub(super) trait Connection: Read + Write {}
impl<T: Read + Write> Connection for T {}

/// The server's end of a socket, shared with what resets it.
struct Plain(Arc<TcpStream>);

impl Read for Plain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(buffer)
    }
}

impl Write for Plain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Accepts connections on a thread of its own until the state says stop, which ends when all of them have.
pub(super) fn accept(listener: TcpListener, state: Arc<State>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let state = &*state;
        thread::scope(|connections| {
            for socket in listener.incoming() {
                if state.stopping() {
                    break;
                }
                let Ok(socket) = socket.map(Arc::new) else { continue };
                state.connected(&socket);
                connections.spawn(move || {
                    match catch_unwind(AssertUnwindSafe(|| serve(state, &socket))) {
                        Err(_) => state.remember_fault("an answer panicked".to_owned()),
                        Ok(Err(e)) if e.kind() == io::ErrorKind::InvalidInput => {
                            state.remember_fault(format!("a request is not HTTP: {e}"));
                        }
                        // A broken connection is the client's business, and some tests' aim.
                        Ok(_) => {}
                    }
                });
            }
        });
    })
}

fn serve(state: &State, socket: &Arc<TcpStream>) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let plain = Plain(Arc::clone(socket));
    let mut connection: Box<dyn Connection> = match &state.tls {
        None => Box::new(plain),
        Some(config) => {
            let tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
            Box::new(StreamOwned::new(tls, plain))
        }
    };
    let mut buffer = Vec::new();
    while let Some(request) = Request::read(&mut connection, &mut buffer)? {
        let last = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let answer = {
            let _answering = state.begin();
            state.answer_to(request)
        };
        let next = send(&answer, &mut *connection, socket, &|| state.stopping())?;
        if last || next == Next::Close {
            break;
        }
    }
    Ok(())
}

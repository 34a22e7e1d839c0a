//! A small SMTP server on loopback that keeps what it is given, and refuses when told to.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The arguments of `RCPT TO`.
    pub to: Vec<String>,
    /// Headers and body as sent, lines ended by `\n`.
    pub data: String,
}

impl Mail {
    /// The first header of that name, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\n\n").next()?.replace("\n ", " ");
        head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).map(str::to_owned)
    }

    /// The body, with quoted-printable soft breaks joined.
    pub fn body(&self) -> String {
        self.data.split_once("\n\n").map(|(_, body)| body.replace("=\n", "")).unwrap_or_default()
    }
}

#[derive(Default)]
struct State {
    mails: Mutex<Vec<Mail>>,
    refusing: AtomicBool,
    stopping: AtomicBool,
}

/// The server; it stops when this is dropped.
pub struct SmtpServer {
    address: SocketAddr,
    state: Arc<State>,
}

impl SmtpServer {
    /// Starts on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("the address just bound");
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                if shared.stopping.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&shared);
                // A broken connection is the client's business.
                thread::spawn(move || drop(serve(&shared, socket)));
            }
        });
        Self { address, state }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on every recipient is refused for now, or taken again.
    pub fn refuse(&self, refuse: bool) {
        self.state.refusing.store(refuse, Ordering::SeqCst);
    }

    /// The mails so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.state.mails.lock().expect("nothing panics while it holds this").clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.state.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

fn serve(state: &State, socket: TcpStream) -> std::io::Result<()> {
    let mut writer = socket.try_clone()?;
    let mut lines = BufReader::new(socket).lines();
    writer.write_all(b"220 loopback ESMTP\r\n")?;
    let mut to = Vec::new();
    while let Some(line) = lines.next().transpose()? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-loopback\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
            "AUTH" => "235 welcome\r\n",
            "RCPT" if state.refusing.load(Ordering::SeqCst) => "451 not now\r\n",
            "RCPT" => {
                to.push(line["RCPT TO:".len()..].trim().to_owned());
                "250 good\r\n"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n")?;
                let mut data = String::new();
                while let Some(line) = lines.next().transpose()? {
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push('\n');
                }
                let mail = Mail { to: std::mem::take(&mut to), data };
                state.mails.lock().expect("nothing panics while it holds this").push(mail);
                "250 kept\r\n"
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n")?;
                break;
            }
            _ => "250 good\r\n",
        };
        writer.write_all(answer.as_bytes())?;
    }
    Ok(())
}

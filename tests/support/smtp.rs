//! A small SMTP server on loopback that keeps what it is given, speaks TLS, and refuses when told to, and always who is
//! `gone`.

mod session;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::ServerConfig;

use super::authority::Identity;
use session::Session;

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

/// How the server speaks TLS.
#[derive(Clone)]
enum Security {
    None,
    Starttls(Arc<ServerConfig>),
    Tls(Arc<ServerConfig>),
}

/// What the server says of one recipient.
#[derive(Debug, Clone, Copy)]
pub enum Verdict {
    /// This line, such as `452 4.2.2 mailbox full`.
    Says(&'static str),
    /// This line, and the connection is closed.
    Closes(&'static str),
    /// Nothing, for ever.
    Silence,
    /// The recipient is taken, and then a letter to it and others is refused with this line.
    RefusesAmongOthers(&'static str),
}

#[derive(Default)]
struct State {
    mails: Mutex<Vec<Mail>>,
    /// Of recipients, by address.
    verdicts: Mutex<BTreeMap<&'static str, Verdict>>,
    hellos: Mutex<Vec<String>>,
    /// What came in before TLS, or without it.
    in_the_clear: Mutex<String>,
    logins: Mutex<Vec<String>>,
    refusing: AtomicBool,
    silent: AtomicBool,
    stopping: AtomicBool,
}

/// Whom the server lets in, and how: `PLAIN` or `LOGIN`.
#[derive(Clone)]
struct Account {
    mechanism: &'static str,
    user: &'static str,
    password: &'static str,
}

/// The server; it stops when this is dropped.
pub struct SmtpServer {
    address: SocketAddr,
    state: Arc<State>,
}

impl SmtpServer {
    /// Starts on a free port, without TLS, and lets anybody in.
    pub fn start() -> Self {
        Self::listen(Security::None, None)
    }

    /// The same with STARTTLS, without which it takes no mail.
    pub fn with_starttls(identity: &Identity) -> Self {
        Self::listen(Security::Starttls(identity.config()), None)
    }

    /// The same with TLS from the first byte.
    pub fn with_tls(identity: &Identity) -> Self {
        Self::listen(Security::Tls(identity.config()), None)
    }

    /// With STARTTLS, and for one account only, which says who it is by this mechanism: `PLAIN` or `LOGIN`.
    pub fn with_account(
        identity: &Identity,
        mechanism: &'static str,
        user: &'static str,
        password: &'static str,
    ) -> Self {
        Self::listen(Security::Starttls(identity.config()), Some(Account { mechanism, user, password }))
    }

    fn listen(security: Security, account: Option<Account>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("the address just bound");
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                if shared.stopping.load(Ordering::SeqCst) {
                    break;
                }
                let session = Session { state: Arc::clone(&shared), account: account.clone() };
                let security = security.clone();
                // A broken connection is the client's business.
                thread::spawn(move || drop(session.serve(socket, security)));
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

    /// From now on this is said of a recipient; nothing special where it is `None`.
    pub fn verdict(&self, address: &'static str, verdict: impl Into<Option<Verdict>>) {
        let mut verdicts = self.state.verdicts.lock().expect("nothing panics while it holds this");
        match verdict.into() {
            Some(verdict) => verdicts.insert(address, verdict),
            None => verdicts.remove(address),
        };
    }

    /// From now on connections are taken and nothing is ever said on them.
    pub fn be_silent(&self) {
        self.state.silent.store(true, Ordering::SeqCst);
    }

    /// The mails so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.state.mails.lock().expect("nothing panics while it holds this").clone()
    }

    /// The lines so far that came without TLS.
    pub fn in_the_clear(&self) -> String {
        self.state.in_the_clear.lock().expect("nothing panics while it holds this").clone()
    }

    /// The arguments of `EHLO` so far.
    pub fn hellos(&self) -> Vec<String> {
        self.state.hellos.lock().expect("nothing panics while it holds this").clone()
    }

    /// The logins so far, as `MECHANISM user password`.
    pub fn logins(&self) -> Vec<String> {
        self.state.logins.lock().expect("nothing panics while it holds this").clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.state.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

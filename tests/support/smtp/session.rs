//! One connection to the SMTP server, from its greeting to its end.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConnection, StreamOwned};

use super::{Account, Mail, Security, State, Verdict};

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// What a connection is served with.
pub(super) struct Session {
    pub(super) state: Arc<State>,
    pub(super) account: Option<Account>,
}

impl Session {
    /// Serves the connection until it says goodbye or breaks.
    pub(super) fn serve(&self, mut socket: TcpStream, security: Security) -> io::Result<()> {
        while self.state.silent.load(Ordering::SeqCst) && !self.state.stopping.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(20));
        }
        match security {
            Security::None => {
                socket.write_all(b"220 loopback ESMTP\r\n")?;
                self.converse(Box::new(socket), false)
            }
            Security::Tls(config) => {
                let connection = ServerConnection::new(config).map_err(io::Error::other)?;
                let mut stream = StreamOwned::new(connection, socket);
                stream.write_all(b"220 loopback ESMTP\r\n")?;
                self.converse(Box::new(stream), true)
            }
            Security::Starttls(config) => {
                socket.write_all(b"220 loopback ESMTP\r\n")?;
                self.before_starttls(&socket)?;
                let connection = ServerConnection::new(config).map_err(io::Error::other)?;
                self.converse(Box::new(StreamOwned::new(connection, socket)), true)
            }
        }
    }

    /// Until STARTTLS, nothing else is answered kindly.
    fn before_starttls(&self, mut socket: &TcpStream) -> io::Result<()> {
        for line in BufReader::new(socket).lines() {
            let line = line?;
            self.heard_in_the_clear(&line);
            match line.split(' ').next() {
                Some("EHLO") => socket.write_all(b"250-loopback\r\n250 STARTTLS\r\n")?,
                Some("STARTTLS") => return socket.write_all(b"220 go ahead\r\n"),
                _ => socket.write_all(b"530 STARTTLS first\r\n")?,
            }
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    fn heard_in_the_clear(&self, line: &str) {
        let mut heard = self.state.in_the_clear.lock().expect("nothing panics while it holds this");
        heard.push_str(line);
        heard.push('\n');
    }

    fn converse(&self, stream: Box<dyn Stream>, encrypted: bool) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut to = Vec::new();
        let mut known = self.account.is_none();
        while let Some(line) = self.line(&mut stream, encrypted)? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => {
                    let name = line["EHLO ".len()..].to_owned();
                    self.state.hellos.lock().expect("nothing panics while it holds this").push(name);
                    let mechanism = self.account.as_ref().map_or("PLAIN", |account| account.mechanism);
                    &format!("250-loopback\r\n250-8BITMIME\r\n250 AUTH {mechanism}\r\n")
                }
                "AUTH" => {
                    let (user, password) = self.credentials(&line, &mut stream, encrypted)?;
                    let mechanism = line.split(' ').nth(1).unwrap_or_default();
                    let mut logins = self.state.logins.lock().expect("nothing panics while it holds this");
                    logins.push(format!("{mechanism} {user} {password}"));
                    known = self.account.as_ref().is_none_or(|account| {
                        (account.user, account.password) == (user.as_str(), password.as_str())
                    });
                    // As tactless as a server can be.
                    let encoded = STANDARD.encode(&password);
                    if known {
                        "235 welcome\r\n"
                    } else {
                        &format!("535 {password} is wrong: {encoded}, {line}\r\n")
                    }
                }
                "MAIL" if !known => "530 log in first\r\n",
                "RCPT" => match self.recipient(&line, &mut to) {
                    Some(Verdict::Silence) => return self.fall_silent(),
                    Some(Verdict::Closes(answer)) => {
                        return stream.get_mut().write_all(format!("{answer}\r\n").as_bytes());
                    }
                    Some(Verdict::Says(answer)) => &format!("{answer}\r\n"),
                    _ => "250 good\r\n",
                },
                "RSET" | "MAIL" => {
                    to.clear();
                    "250 good\r\n"
                }
                "DATA" => {
                    let refusal = to.iter().find_map(|one| match self.verdict(one) {
                        Some(Verdict::RefusesAmongOthers(answer)) if to.len() > 1 => Some(answer),
                        _ => None,
                    });
                    stream.get_mut().write_all(b"354 go on\r\n")?;
                    let mut data = String::new();
                    while let Some(line) = self.line(&mut stream, encrypted)?.filter(|line| line != ".") {
                        data.push_str(line.strip_prefix('.').unwrap_or(&line));
                        data.push('\n');
                    }
                    let mail = Mail { to: std::mem::take(&mut to), data };
                    match refusal {
                        Some(answer) => &format!("{answer}\r\n"),
                        None => {
                            self.state.mails.lock().expect("nothing panics while it holds this").push(mail);
                            "250 kept\r\n"
                        }
                    }
                }
                "QUIT" => {
                    stream.get_mut().write_all(b"221 bye\r\n")?;
                    break;
                }
                _ => "250 good\r\n",
            };
            stream.get_mut().write_all(answer.as_bytes())?;
        }
        Ok(())
    }

    /// Takes a recipient, unless something else is to be said of it.
    fn recipient(&self, line: &str, to: &mut Vec<String>) -> Option<Verdict> {
        let one = line["RCPT TO:".len()..].trim();
        let verdict = match self.verdict(one) {
            _ if self.state.refusing.load(Ordering::SeqCst) => Some(Verdict::Says("451 not now")),
            _ if one.starts_with("<gone@") => Some(Verdict::Says("550 no such user")),
            verdict => verdict,
        };
        if matches!(verdict, None | Some(Verdict::RefusesAmongOthers(_))) {
            to.push(one.to_owned());
        }
        verdict
    }

    /// What is to be said of a recipient, given as `<address>`.
    fn verdict(&self, recipient: &str) -> Option<Verdict> {
        let verdicts = self.state.verdicts.lock().expect("nothing panics while it holds this");
        verdicts.get(recipient.trim_matches(['<', '>'])).copied()
    }

    /// Says nothing more until the server stops.
    fn fall_silent(&self) -> io::Result<()> {
        while !self.state.stopping.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// The next line, none at the end.
    fn line(&self, stream: &mut impl BufRead, encrypted: bool) -> io::Result<Option<String>> {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        if !encrypted {
            self.heard_in_the_clear(&line);
        }
        Ok(Some(line))
    }

    /// User and password, as AUTH PLAIN says them at once and AUTH LOGIN when it is asked.
    fn credentials(
        &self,
        line: &str,
        stream: &mut BufReader<Box<dyn Stream>>,
        encrypted: bool,
    ) -> io::Result<(String, String)> {
        if let Some(both) = line.strip_prefix("AUTH PLAIN ") {
            let both = decoded(both);
            let mut parts = both.split('\0').skip(1).map(str::to_owned);
            return Ok((parts.next().unwrap_or_default(), parts.next().unwrap_or_default()));
        }
        let mut ask = |question: &str| {
            stream.get_mut().write_all(format!("334 {}\r\n", STANDARD.encode(question)).as_bytes())?;
            Ok::<_, io::Error>(decoded(&self.line(stream, encrypted)?.unwrap_or_default()))
        };
        Ok((ask("Username:")?, ask("Password:")?))
    }
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&STANDARD.decode(text).unwrap_or_default()).into_owned()
}

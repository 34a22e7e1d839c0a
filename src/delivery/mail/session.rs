//! A conversation with the mail server, in which each recipient has its own verdict and holds up no other.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, timeout_at};

use super::reason;
use crate::settings::{Mail, MailTls};

/// How long the server may think about one of several recipients.
const RECIPIENT: Duration = Duration::from_secs(2);
/// How long the server may take to say goodbye.
const GOODBYE: Duration = Duration::from_millis(500);
/// How long one address of the server may take to be connected to: it may have another one.
const CONNECT: Duration = Duration::from_secs(2);
/// The server closes the connection (RFC 5321 §3.8).
const CLOSING: &str = "421";

/// What the server and the time allow.
pub(super) struct Session<'a> {
    /// The server and the account there.
    pub(super) mail: &'a Mail,
    /// How this machine introduces itself.
    pub(super) hello: ClientId,
    /// When all must have been said.
    pub(super) until: Instant,
}

/// Why something was not done.
#[derive(Debug, Clone)]
pub(super) struct Reason {
    /// In words, without the password.
    pub(super) text: String,
    /// Whether the server says the same however often it is tried (5yz, RFC 5321 §4.2.1).
    pub(super) is_permanent: bool,
}

/// Recipients that were not served, each with the reason.
pub(super) type Unserved = Vec<(Address, Reason)>;

/// How a letter went.
#[derive(Default)]
pub(super) struct Sent {
    /// Who has not got it.
    pub(super) unserved: Unserved,
    /// What the server said when it took it.
    pub(super) answer: Option<String>,
}

/// Why a step failed.
enum Trouble {
    /// The server refuses; the conversation can go on.
    Refused(Reason),
    /// The connection is of no more use.
    Broken(Reason),
}

/// How one letter to some recipients went.
#[derive(Default)]
struct Transaction {
    unserved: Unserved,
    /// Recipients to be tried once more at once, as these groups.
    again: Vec<Vec<Address>>,
    /// Whether the connection can't be used any more.
    broken: bool,
    /// What the server said when it took the letter.
    answer: Option<String>,
}

impl Transaction {
    /// Counts these recipients as not served.
    fn fail(&mut self, recipients: &[Address], trouble: Trouble) {
        self.broken = matches!(trouble, Trouble::Broken(_));
        let (Trouble::Refused(reason) | Trouble::Broken(reason)) = trouble;
        self.unserved.extend(recipients.iter().map(|one| (one.clone(), reason.clone())));
    }
}

impl Session<'_> {
    /// Connects, logs in where that is set, and says goodbye.
    pub(super) async fn log_in(&self) -> Result<(), String> {
        match self.connect().await {
            Ok(mut open) => {
                self.say_goodbye(&mut open).await;
                Ok(())
            }
            Err(Trouble::Refused(reason) | Trouble::Broken(reason)) => Err(reason.text),
        }
    }

    /// Sends the letter to the recipients, together where the server lets them.
    pub(super) async fn send(&self, to: Vec<Address>, letter: &[u8]) -> Sent {
        let mut sent = Sent::default();
        let mut groups = vec![to];
        let mut connection = None;
        while let Some(group) = groups.pop() {
            let mut open = match connection.take() {
                Some(open) => open,
                None => match self.connect().await {
                    Ok(open) => open,
                    Err(trouble) => {
                        groups.push(group);
                        let mut none = Transaction::default();
                        none.fail(&groups.concat(), trouble);
                        sent.unserved.extend(none.unserved);
                        return sent;
                    }
                },
            };
            let done = self.transaction(&mut open, &group, letter).await;
            sent.unserved.extend(done.unserved);
            sent.answer = done.answer.or(sent.answer);
            groups.extend(done.again);
            connection = Some(open).filter(|_| !done.broken);
        }
        if let Some(mut open) = connection {
            self.say_goodbye(&mut open).await;
        }
        sent
    }

    /// Ends the conversation. What was to be done is done, however this ends.
    async fn say_goodbye(&self, open: &mut AsyncSmtpConnection) {
        let _ = timeout_at(self.until.min(Instant::now() + GOODBYE), open.quit()).await;
    }

    /// Connects, with TLS and the login where they are set.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let Mail { host, port, tls, login, .. } = self.mail;
        let opened = async {
            let parameters = || TlsParameters::new_rustls(host.clone());
            let wrapper = if *tls == MailTls::Tls { Some(parameters()?) } else { None };
            let server = (host.as_str(), *port);
            let mut open =
                AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT), &self.hello, wrapper, None)
                    .await?;
            if *tls == MailTls::Starttls {
                open.starttls(parameters()?, &self.hello).await?;
            }
            if let Some((user, password)) = login {
                let login = Credentials::new(user.clone(), password.expose_secret().to_owned());
                open.auth(DEFAULT_MECHANISMS, &login).await?;
            }
            Ok(open)
        };
        self.step(self.until, opened).await
    }

    /// The letter to one group of recipients.
    async fn transaction(
        &self,
        open: &mut AsyncSmtpConnection,
        group: &[Address],
        letter: &[u8],
    ) -> Transaction {
        let mut done = Transaction::default();
        let from = MailFrom::new(Some(self.mail.from.email.clone()), self.parameters(open, group, letter));
        if let Err(trouble) = self.step(self.until, open.command(from)).await {
            done.fail(group, trouble);
            return done;
        }
        let mut taken = Vec::new();
        for (nth, one) in group.iter().enumerate() {
            let Err(trouble) = self.recipient(open, one, group.len() > 1).await else {
                taken.push(one.clone());
                continue;
            };
            done.fail(std::slice::from_ref(one), trouble);
            if done.broken {
                // Nothing was sent to the others yet: they begin again without this one.
                taken.extend_from_slice(&group[nth + 1..]);
                done.again = Some(taken).filter(|others| !others.is_empty()).into_iter().collect();
                return done;
            }
        }
        if taken.is_empty() {
            done.broken = self.step(self.until, open.command(Rset)).await.is_err();
            return done;
        }
        match self.step(self.until, content(open, letter)).await {
            Ok(said) => {
                let said = format!("{} {}", said.code(), said.first_line().unwrap_or_default());
                done.answer = Some(reason::with_server(self.mail, &said));
            }
            // One of them may be the reason why the server refuses what all were to get.
            Err(Trouble::Refused(_)) if taken.len() > 1 => {
                done.again = taken.into_iter().map(|one| vec![one]).collect();
            }
            Err(trouble) => done.fail(&taken, trouble),
        }
        done
    }

    /// Names one recipient, about whom the server may not think for long where there are others.
    async fn recipient(
        &self,
        open: &mut AsyncSmtpConnection,
        one: &Address,
        has_others: bool,
    ) -> Result<Response, Trouble> {
        let limit = if has_others { self.until.min(Instant::now() + RECIPIENT) } else { self.until };
        self.step(limit, open.command(Rcpt::new(one.clone(), vec![]))).await
    }

    /// What the server has to know of the letter, as far as it understands that.
    fn parameters(&self, open: &AsyncSmtpConnection, group: &[Address], letter: &[u8]) -> Vec<MailParameter> {
        let ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        let mut addresses = group.iter().chain([&self.mail.from.email]);
        let of_addresses =
            (!addresses.all(ascii)).then_some((Extension::SmtpUtfEight, MailParameter::SmtpUtfEight));
        let of_letter = (!letter.is_ascii())
            .then_some((Extension::EightBitMime, MailParameter::Body(MailBodyParameter::EightBitMime)));
        let needed = of_addresses.into_iter().chain(of_letter);
        needed
            .filter(|(extension, _)| open.server_info().supports_feature(*extension))
            .map(|(_, one)| one)
            .collect()
    }

    /// Waits for a step until `limit`.
    async fn step<T>(
        &self,
        limit: Instant,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Trouble> {
        let Ok(ended) = timeout_at(limit, work).await else {
            let text = reason::with_server(self.mail, "no answer in time");
            return Err(Trouble::Broken(Reason { text, is_permanent: false }));
        };
        ended.map_err(|error| {
            let reason =
                Reason { text: reason::of_error(self.mail, &error), is_permanent: error.is_permanent() };
            match error.status() {
                Some(code) if code.to_string() != CLOSING => Trouble::Refused(reason),
                _ => Trouble::Broken(reason),
            }
        })
    }
}

async fn content(open: &mut AsyncSmtpConnection, letter: &[u8]) -> Result<Response, Error> {
    open.command(Data).await?;
    open.message(letter).await
}

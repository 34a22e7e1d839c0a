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

/// Recipients that were not served, each with the reason.
pub(super) type Unserved = Vec<(Address, String)>;

/// Why a step failed.
enum Trouble {
    /// The server refuses; the conversation can go on.
    Refused(String),
    /// The connection is of no more use.
    Broken(String),
}

/// How one letter to some recipients went.
#[derive(Default)]
struct Transaction {
    unserved: Unserved,
    /// Recipients to be tried once more at once, as these groups.
    again: Vec<Vec<Address>>,
    /// Whether the connection can't be used any more.
    broken: bool,
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
    /// Sends the letter to the recipients, together where the server lets them, and returns those that were not served.
    pub(super) async fn send(&self, to: Vec<Address>, letter: &[u8]) -> Unserved {
        let mut unserved = Vec::new();
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
                        unserved.extend(none.unserved);
                        return unserved;
                    }
                },
            };
            let done = self.transaction(&mut open, &group, letter).await;
            unserved.extend(done.unserved);
            groups.extend(done.again);
            connection = Some(open).filter(|_| !done.broken);
        }
        if let Some(mut open) = connection {
            // The letter is delivered, however this ends.
            let _ = timeout_at(self.until.min(Instant::now() + GOODBYE), open.quit()).await;
        }
        unserved
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
            Ok(_) => {}
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
            return Err(Trouble::Broken(reason::with_server(self.mail, "no answer in time")));
        };
        ended.map_err(|error| {
            let reason = reason::of_error(self.mail, &error);
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

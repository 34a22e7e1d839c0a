//! One attempt of a pull: send the request, judge the head, pass the body on, receive the verdict.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, OnceLock};

use reqwest::header::{ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use tokio::sync::{mpsc, oneshot};

use super::ApiError;
use super::answer::{check_content, contains_secret, judged_headers, label, refusal};
use super::attempt_error::{Fault, TELL};
use super::body;
use super::head::Head;
use super::http_host::{HttpHost, count, milliseconds};
use super::transfer::{PassedBody, Transfer};
use super::unpack::Unpacker;
use crate::feed::{AnswerContext, Body, Pulled, Request, SelfReport, Traffic, Unreadable, Validators};
use crate::settings::Api;
use crate::text::truncate::plain;

/// The API as all attempts of a command see it.
pub(super) struct Peer {
    pub(super) http: HttpHost,
    pub(super) settings: Api,
    /// The part that the next body gets.
    pub(super) parts: AtomicI32,
    /// The head of the first answer.
    pub(super) first: OnceLock<Head>,
}

/// One attempt.
pub(super) struct Attempt<'a> {
    pub(super) peer: &'a Peer,
    pub(super) traffic: &'a Mutex<Traffic>,
    pub(super) request: Request,
    pub(super) validators: Option<&'a Validators>,
    pub(super) bodies: &'a mpsc::Sender<Body>,
    /// Whether an attempt of the same pull came before.
    pub(super) retry: bool,
}

impl Attempt<'_> {
    /// Runs the attempt to its end.
    pub(super) async fn run(&self) -> Result<Pulled, Fault> {
        let request = self.request;
        let response = self.ask().await?;
        match response.status() {
            StatusCode::OK => {
                let unpacker = check_content(request, response.headers(), &self.peer.settings.token)?;
                self.forward_body(response, unpacker).await
            }
            StatusCode::NOT_MODIFIED if self.asks_conditionally() => {
                let known = self.validators.cloned().unwrap_or_default();
                Ok(Pulled {
                    part: None,
                    etag: header(response.headers(), &ETAG).or(known.etag),
                    last_modified: header(response.headers(), &LAST_MODIFIED).or(known.last_modified),
                })
            }
            _ => Err(refusal(request, response, &self.peer.settings, &self.peer.http.route).await),
        }
    }

    async fn ask(&self) -> Result<Response, Fault> {
        let (peer, request) = (self.peer, self.request);
        count(self.traffic, |traffic| traffic.retries += u32::from(self.retry));
        let asked = peer.http.ask(request, |client| self.asking(client), true, self.traffic).await;
        let (response, elapsed) = asked.map_err(|unanswered| unanswered.fault)?;
        peer.first.get_or_init(|| Head::of(&response, elapsed));
        let elapsed_ms = milliseconds(elapsed);
        tracing::debug!(%request, status = response.status().as_u16(), elapsed_ms, "the API answered");
        Ok(response)
    }

    /// The request, of this client.
    fn asking(&self, client: &reqwest::Client) -> RequestBuilder {
        let mut ask = client.get(endpoint(&self.peer.settings.base_url, self.request));
        if let Some(validators) = self.validators {
            for (name, value) in
                [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)]
            {
                if let Some(value) = value {
                    ask = ask.header(name, value);
                }
            }
        }
        ask
    }

    /// Hands the body to the reading side while it comes, and turns the verdict into the outcome.
    async fn forward_body(&self, mut response: Response, unpacker: Unpacker) -> Result<Pulled, Fault> {
        let request = self.request;
        let part = self.peer.parts.fetch_add(1, Ordering::Relaxed);
        let (sender, reader) = body::channel();
        let (verdict, heard) = oneshot::channel();
        let headers = judged_headers(response.headers());
        let ignored = self.peer.settings.ignored_fields.clone();
        let context = AnswerContext { headers, ignored, ..AnswerContext::default() };
        let body = Body { request, part, context, reader: Box::new(reader), verdict };
        self.bodies.send(body).await.map_err(|_| Fault::last(ApiError::ReaderGone))?;
        let settings = &self.peer.settings;
        let transfer = Transfer {
            request,
            settings,
            host: &self.peer.http.route.host,
            traffic: self.traffic,
            body: PassedBody::new(sender, unpacker, settings.max_body_bytes),
        };
        let passed_on = transfer.run(&mut response).await;
        match (heard.await, passed_on) {
            (Err(_) | Ok(Err(Unreadable::Abandoned)), _) => Err(Fault::last(ApiError::ReaderGone)),
            // The reader may see a breach in what came before the break: no retry helps.
            (Ok(Err(Unreadable::Contract(what))), _) => Err(Fault::last(ApiError::Contract(format!(
                "{request}: the answer ({}) breaks the API contract: {}; {TELL}",
                label(response.status()),
                plain(&what, 300)
            )))),
            (Ok(Err(Unreadable::SelfReported(report))), _) => Err(self.self_reported(&response, &report)),
            (_, Err(fault)) => Err(fault),
            (Ok(Err(Unreadable::CutOff(why))), Ok(())) => Err(Fault::cut_off(request, &why)),
            (Ok(Ok(())), Ok(())) => Ok(Pulled {
                part: Some(part),
                etag: header(response.headers(), &ETAG),
                last_modified: header(response.headers(), &LAST_MODIFIED),
            }),
        }
    }

    fn self_reported(&self, response: &Response, report: &SelfReport) -> Fault {
        let what = report.describe(|text| contains_secret(text, &self.peer.settings.token));
        Fault::last(ApiError::Contract(format!(
            "{}: the answer ({}) breaks the API contract: {what}; {TELL}, or, {}",
            self.request,
            label(response.status()),
            report.way_out()
        )))
    }

    fn asks_conditionally(&self) -> bool {
        self.validators.is_some_and(|known| known.etag.is_some() || known.last_modified.is_some())
    }
}

/// The address of a request: the base, with or without a path, and the API's own path (contract §3).
fn endpoint(base: &Url, request: Request) -> Url {
    let path = match request {
        Request::Halls => "exam-halls".to_owned(),
        Request::HallRooms(hall) => format!("hall-rooms/{hall}"),
        Request::Participants(date) => format!("room-participants/{date}"),
    };
    let mut url = base.clone();
    url.set_path(&format!("{}/api/external-app/{path}", base.path().trim_end_matches('/')));
    url
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_may_have_a_path_and_a_slash() {
        let date = chrono::NaiveDate::from_ymd_opt(2025, 6, 1).expect("a date");
        for (base, request, expected) in [
            ("https://a.example", Request::Halls, "https://a.example/api/external-app/exam-halls"),
            ("https://a.example/", Request::HallRooms(7), "https://a.example/api/external-app/hall-rooms/7"),
            (
                "https://a.example:8443/exam%20s/",
                Request::Participants(date),
                "https://a.example:8443/exam%20s/api/external-app/room-participants/2025-06-01",
            ),
        ] {
            assert_eq!(endpoint(&Url::parse(base).expect("a URL"), request).as_str(), expected);
        }
    }
}

//! Pages that need a browser: a program that is given the URL and prints HTML.
//!
//! In: a request that names a program. Out: what it printed, as a capture. Guard, robots.txt and the domain's budget
//! apply before it starts, the caps on bytes and time while it runs. What the program itself asks of the network is its
//! own affair, and out of our sight: that is why it is off by default, and named for one source at a time.

use super::error::{FetchError, shown};
use super::fetcher::Fetcher;
use super::guard;
use super::request::{Capture, Exchange, Fetched, Request};
use super::walk::public;
use crate::model::Validators;
use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use std::process::Stdio;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use url::Url;

/// Stands for the URL among the arguments; without it the URL is the last one.
const URL_MARK: &str = "{url}";
/// What is kept of the program's complaints.
const MAX_COMPLAINT_BYTES: u64 = 4 << 10;
/// What every browser prints.
const HTML: &str = "text/html; charset=utf-8";

impl Fetcher {
    /// Has `command` render the page of `request`.
    pub(super) async fn render(&self, request: &Request, command: &[String]) -> Result<Fetched, FetchError> {
        // Arguments of programs can be seen by everybody on the machine: no credentials in them.
        let url = &public(request.url.clone());
        self.check_host(request).await?;
        let client = self.clients.get(&request.allowed_networks, &self.options)?;
        let impatient = |retry_after| FetchError::RateLimited { url: shown(url), retry_after };
        self.politeness.patience(url, self.clock.now()).map_err(impatient)?;
        let crawl_delay = self.pass_gate(&client, request, url).await?;
        let turn = self.politeness.turn(url, &*self.clock, request.delay, crawl_delay).await.map_err(impatient)?;
        let limit = self.options.limits.total;
        let mut child = start(command, url)?;
        let printed = timeout(limit, self.printed(&mut child, url)).await;
        // A program that is still at work has failed us; it is killed when it is dropped.
        let body = printed.map_err(|_| FetchError::Timeout { url: shown(url), phase: "to be rendered", limit })??;
        let at = self.clock.now();
        self.politeness.note(&turn, 200, &HeaderMap::new(), at);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
        Ok(Fetched::Captured(Box::new(Capture {
            url: url.clone(),
            redirects: Vec::new(),
            status: 200,
            headers,
            raw_body: body.clone(),
            body,
            damage: None,
            validators: Validators::default(),
            unmasked: false,
            captured_at: at,
            exchange: exchange(url, &command[0]),
        })))
    }

    /// The guard, before the program starts: the address itself, and all that its name resolves to.
    async fn check_host(&self, request: &Request) -> Result<(), FetchError> {
        let refused = |reason| FetchError::Refused { url: shown(&request.url), reason };
        guard::check_url(&request.url, &request.allowed_networks).map_err(|refusal| refused(refusal.0))?;
        let Some(url::Host::Domain(name)) = request.url.host() else { return Ok(()) };
        let addresses = self
            .clients
            .resolve(name)
            .await
            .map_err(|error| FetchError::Unreachable { url: shown(&request.url), reason: error.to_string() })?;
        for address in addresses {
            guard::check_address(address, &request.allowed_networks)
                .map_err(|refusal| refused(format!("`{name}` leads to `{address}`: {refusal}")))?;
        }
        Ok(())
    }

    /// All that the program prints, within the cap, once it ended well.
    async fn printed(&self, child: &mut Child, url: &Url) -> Result<Bytes, FetchError> {
        let cap = self.options.limits.body_bytes;
        let failed = |reason: String| FetchError::Unreachable { url: shown(url), reason };
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (body, complaint) = tokio::join!(read(stdout, cap as u64 + 1), complaints(stderr));
        let body = body.map_err(|error| failed(format!("the render command broke off: {error}")))?;
        if body.len() > cap {
            return Err(FetchError::TooLarge { url: shown(url), limit: cap, unit: "rendered bytes" });
        }
        let status = child.wait().await.map_err(|error| failed(format!("the render command: {error}")))?;
        if !status.success() {
            return Err(failed(format!("the render command ended with {status}{complaint}")));
        }
        if body.is_empty() {
            return Err(failed(format!("the render command printed nothing{complaint}")));
        }
        Ok(body.into())
    }
}

/// Starts the program, without a shell: the URL is one argument, whatever stands in it.
fn start(command: &[String], url: &Url) -> Result<Child, FetchError> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(FetchError::Refused { url: shown(url), reason: "the render command is empty".to_owned() });
    };
    let mut arguments: Vec<String> = arguments.iter().map(|part| part.replace(URL_MARK, url.as_str())).collect();
    if !command.iter().any(|part| part.contains(URL_MARK)) {
        arguments.push(url.as_str().to_owned());
    }
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| FetchError::Refused {
            url: shown(url),
            reason: format!("the render command `{program}` cannot be started: {error}"),
        })
}

async fn read(stream: Option<impl AsyncRead + Unpin>, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(most).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// The last line of what the program complained about, ready to stand behind a message. All of it is read, so that the
/// program does not wait for a reader.
async fn complaints(stream: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let mut kept = Vec::new();
    let mut rest = tokio::io::sink();
    // Complaints that cannot be read are none: the page is what matters.
    let _ = (&mut stream).take(MAX_COMPLAINT_BYTES).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut stream, &mut rest).await;
    let text = String::from_utf8_lossy(&kept);
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    let last: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if last.is_empty() { last } else { format!(": {last}") }
}

/// The exchange as the archive keeps it: what was asked, and that a program answered.
fn exchange(url: &Url, program: &str) -> Exchange {
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let program: String = program.chars().filter(|c| !c.is_control()).collect();
    Exchange {
        request_head: format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\n\r\n").into_bytes(),
        response_head: format!("HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\nX-Rendered-By: {program}\r\n\r\n")
            .into_bytes(),
        peer: None,
    }
}

//! A loopback HTTP server that answers what a closure says, and the requests that it saw.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use tearsheet::fetch::{Answer, Resolver};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A running server; it stops with the test's runtime.
pub(crate) struct Server {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that answers each request (its head as text) with `answer`.
    pub(crate) async fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST, answer).await
    }

    /// Starts one that listens at `address`.
    pub(crate) async fn start_at(address: Ipv4Addr, answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => head.push(byte),
                            Err(_) => return,
                        }
                    }
                    let head = String::from_utf8_lossy(&head).into_owned();
                    log.lock().unwrap().push(head.clone());
                    let _ = stream.write_all(&answer(&head)).await;
                });
            }
        });
        Self { port, seen }
    }

    /// Heads of the requests so far, robots.txt left out.
    pub(crate) fn seen(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|head| !head.starts_with("GET /robots.txt")).cloned().collect()
    }

    /// How often robots.txt was asked for.
    pub(crate) fn robots_seen(&self) -> usize {
        self.seen.lock().unwrap().iter().filter(|head| head.starts_with("GET /robots.txt")).count()
    }
}

/// The path of a request.
pub(crate) fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or("")
}

/// An answer with `extra` header lines (each ending in CR LF).
pub(crate) fn answer(status: &str, extra: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{extra}\r\n");
    [head.as_bytes(), body].concat()
}

/// Answers every name with loopback, and `rebind.test` with a public address first and loopback afterwards.
#[derive(Default)]
pub(crate) struct LoopbackNames {
    asked: Mutex<u32>,
}

impl Resolver for LoopbackNames {
    fn resolve(&self, name: &str) -> Answer {
        let mut asked = self.asked.lock().unwrap();
        *asked += 1;
        let public = IpAddr::V4(Ipv4Addr::new(93, 184, 216, 34));
        let answer = match name {
            "rebind.test" if *asked == 1 => vec![public],
            "mixed.test" => vec![public, Ipv4Addr::LOCALHOST.into()],
            "mapped.test" => vec!["::ffff:10.0.0.1".parse().unwrap()],
            _ => vec![Ipv4Addr::LOCALHOST.into()],
        };
        Box::pin(async move { Ok(answer) })
    }
}

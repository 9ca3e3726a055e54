//! The sample site: several layouts, four languages, a feed, and a second edition with a changed headline.

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A text dump that lost its markup.
pub(super) const BULLETIN: &str = include_str!("site/bulletin.txt");

const HARBOR: &str = include_str!("site/harbor.html");
const NEW_STORY: &str = include_str!("site/new_story.html");
const FIRST_HEADLINE: &str = "Ferry line adds two morning boats";
const SECOND_HEADLINE: &str = "Ferry line adds two morning boats and a late one";

/// The running site; it ends with the runtime that it was started on.
pub(super) struct Site {
    pub(super) address: SocketAddr,
    second_edition: Arc<AtomicBool>,
}

impl Site {
    /// From now on the front page has one more story and another headline.
    pub(super) fn publish_next_edition(&self) {
        self.second_edition.store(true, Ordering::Relaxed);
    }
}

/// Starts the site on a free port of the loopback interface.
pub(super) async fn start() -> std::io::Result<Site> {
    let second_edition = Arc::new(AtomicBool::new(false));
    let page = |kind: &'static str, body: &'static str| get(move || async move { ([(CONTENT_TYPE, kind)], body) });
    let app = Router::new()
        .route("/latest", get(front_page))
        .route("/presse", page("text/html", include_str!("site/stadtrat.html")))
        .route("/portada", page("text/html", include_str!("site/valle.html")))
        .route("/info", page("text/html", include_str!("site/minato.html")))
        .route("/feed.xml", page("application/rss+xml", include_str!("site/feed.xml")))
        .with_state(Arc::clone(&second_edition));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(Site { address, second_edition })
}

async fn front_page(State(second_edition): State<Arc<AtomicBool>>) -> impl IntoResponse {
    let (headline, new_story) =
        if second_edition.load(Ordering::Relaxed) { (SECOND_HEADLINE, NEW_STORY) } else { (FIRST_HEADLINE, "") };
    let page = HARBOR.replace("{{FERRY}}", headline).replace("{{NEW}}", new_story);
    ([(CONTENT_TYPE, "text/html")], page)
}

/// The config of the demo.
pub(super) fn config(address: SocketAddr) -> String {
    let source = |name: &str, path: &str, zone: &str| {
        format!(
            "[source.{name}]\nurl = \"http://{address}{path}\"\ntime_zone = \"{zone}\"\nallow_networks = [\"127.0.0.0/8\"]\n\n"
        )
    };
    [
        "# The config of `tearsheet demo`. Its site runs only while the demo does.\n".to_owned(),
        "database = \"demo.db\"\ncontact = \"demo@example.org\"\n\n[fetch]\ndelay_s = 0.0\n\n".to_owned(),
        source("harbor-gazette", "/latest", "Europe/London"),
        source("wellenbruck", "/presse", "Europe/Berlin"),
        source("diario-del-valle", "/portada", "America/Lima"),
        source("minato", "/info", "Asia/Tokyo"),
        source("tide-warnings", "/feed.xml", "Europe/London"),
    ]
    .concat()
}

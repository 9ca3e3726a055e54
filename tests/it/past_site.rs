//! A site with a long past, in seven styles of paging, full of traps, and the requests that it saw.

use crate::loopback::{Server, answer, path};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Runtime;

/// Stories on one page.
pub(crate) const PER_PAGE: usize = 5;
/// Pages of one month in the style `Archives`.
const PAGES_PER_MONTH: usize = 10;

/// How the site leads into its past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    RelNext,
    Numbers,
    Older,
    Offsets,
    Archives,
    Sitemaps,
    WordPress,
}

impl Style {
    pub(crate) const ALL: [Self; 7] =
        [Self::RelNext, Self::Numbers, Self::Older, Self::Offsets, Self::Archives, Self::Sitemaps, Self::WordPress];

    /// Where a backfill begins.
    pub(crate) fn start(self) -> &'static str {
        match self {
            Self::Sitemaps => "/sitemap.xml",
            Self::WordPress => "/",
            _ => "/news",
        }
    }
}

/// A running site.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) style: Style,
    pub(crate) pages: usize,
    /// Stories published since the start, in front of all others.
    pub(crate) published: Arc<AtomicUsize>,
    _runtime: Runtime,
}

/// What answers a request.
struct Answering {
    style: Style,
    pages: usize,
    published: Arc<AtomicUsize>,
    requests: AtomicUsize,
}

impl Site {
    pub(crate) fn start(style: Style, pages: usize) -> Self {
        let runtime = Runtime::new().unwrap();
        let published = Arc::new(AtomicUsize::new(0));
        let requests = AtomicUsize::new(0);
        let answering = Answering { style, pages, published: Arc::clone(&published), requests };
        let server = runtime.block_on(Server::start(move |head| answering.answer(path(head), host(head))));
        Self { server, style, pages, published, _runtime: runtime }
    }

    /// Titles of all stories, sorted.
    pub(crate) fn titles(&self) -> Vec<String> {
        let published = self.published.load(Ordering::SeqCst);
        let all = (0..self.pages * PER_PAGE).map(title).chain((0..published).map(|n| title(1_000_000 + n)));
        let mut titles: Vec<String> = all.collect();
        titles.sort();
        titles
    }

    /// Addresses that were asked for, without session ids, in their order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.server.seen().iter().map(|head| without_session(path(head))).collect()
    }
}

/// The host that a request names.
fn host(head: &str) -> &str {
    head.lines().find_map(|line| line.to_ascii_lowercase().starts_with("host:").then(|| line[5..].trim())).unwrap_or("")
}

/// The address without what differs at every request.
pub(crate) fn without_session(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|part| !part.starts_with("PHPSESSID=")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// True for a page that leads nowhere.
pub(crate) fn is_trap(path: &str) -> bool {
    path.starts_with("/calendar")
        || path.starts_with("/week")
        || path.contains("sort=")
        || path.matches("page/").count() > 1
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().concat()
}

fn title(n: usize) -> String {
    const WHO: [&str; 8] = ["mayor", "ferry", "choir", "library", "bakery", "harbor", "school", "orchard"];
    const WHAT: [&str; 7] =
        ["opens again", "asks for help", "finds a home", "wins the cup", "moves north", "turns fifty", "is repaired"];
    format!("The {} of district {n} {}", WHO[n % 8], WHAT[n % 7])
}

/// Story `n` of the past was published `n / PER_PAGE / PAGES_PER_MONTH` months before the end of 2025.
fn date(n: usize) -> (i32, u32, u32) {
    if n >= 1_000_000 {
        return (2026, 2, 1);
    }
    let (month, rest) = (n / (PER_PAGE * PAGES_PER_MONTH), n % (PER_PAGE * PAGES_PER_MONTH));
    let months = 2025 * 12 + 11 - i32::try_from(month).unwrap();
    let day = 28 - u32::try_from(rest / 2).unwrap();
    (months / 12, u32::try_from(months % 12).unwrap() + 1, day.max(1))
}

fn story(n: usize) -> String {
    let (y, m, d) = date(n);
    format!(
        "<article><h2><a href=\"/s/story-{n}\">{}</a></h2><time datetime=\"{y}-{m:02}-{d:02}\">{d}.{m}.{y}</time>\
         <p>What happened in district {n} was seen by {} people, and by one dog.</p></article>\n",
        title(n),
        n % 90 + 3
    )
}

fn html(body: &str) -> Vec<u8> {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><title>Gazette</title></head><body><nav><a href=\"/\">Home</a> \
         <a href=\"/about\">About</a></nav><main>{body}</main><footer><a href=\"/imprint\">Imprint</a></footer></body></html>"
    );
    answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", page.as_bytes())
}

impl Answering {
    fn answer(&self, full: &str, host: &str) -> Vec<u8> {
        let bare = without_session(full);
        let (path, query) = bare.split_once('?').unwrap_or((&bare, ""));
        let request = self.requests.fetch_add(1, Ordering::SeqCst);
        let parameter = |name: &str| {
            query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).and_then(|v| v.parse().ok())
        };
        if path == "/robots.txt" {
            return answer("404 Not Found", "", b"");
        }
        if is_trap(&bare) {
            return trap(path, self.pages, request);
        }
        match self.style {
            Style::RelNext => self.list(
                cursor(path),
                &|next| format!("<a rel=\"next\" href=\"/news/after/c{next}x\">go on</a>"),
                request,
            ),
            Style::Numbers => self.list(parameter("page").unwrap_or(1) - 1, &numbers, request),
            Style::Older => {
                let page =
                    path.trim_matches('/').rsplit('/').next().and_then(|last| last.parse().ok()).unwrap_or(1) - 1;
                let older = |next: usize| {
                    format!(
                        "<nav class=\"nav-links\"><a class=\"older\" href=\"/news/page/{}/\">Older posts</a></nav>",
                        next + 1
                    )
                };
                self.list(page, &older, request)
            }
            Style::Offsets => {
                let pager = |next: usize| {
                    format!(
                        "<ul class=\"pager\"><li class=\"next\"><a href=\"/news?start={}&amp;PHPSESSID={request:08x}\">Next »</a></li></ul>",
                        next * PER_PAGE
                    )
                };
                self.list(parameter("start").unwrap_or(0) / PER_PAGE, &pager, request)
            }
            Style::Archives => self.archive(path, request),
            Style::Sitemaps => self.sitemap(path, host),
            Style::WordPress => self.wordpress(path, host, parameter("page").unwrap_or(1)),
        }
    }

    /// One page of the list. Past the end the last page comes again and again, with a further link each time.
    fn list(&self, page: usize, pager: &dyn Fn(usize) -> String, request: usize) -> Vec<u8> {
        let published = self.published.load(Ordering::SeqCst);
        let all = self.pages * PER_PAGE + published;
        let last = (all - 1) / PER_PAGE;
        let shown = page.min(last);
        let stories = joined(
            (shown * PER_PAGE..((shown + 1) * PER_PAGE).min(all))
                .map(|at| if at < published { story(1_000_000 + published - 1 - at) } else { story(at - published) }),
        );
        html(&format!("{}{stories}{}", traps(request), pager(page + 1)))
    }

    fn archive(&self, path: &str, request: usize) -> Vec<u8> {
        let months = self.pages.div_ceil(PAGES_PER_MONTH);
        let of = |month: usize| date(month * PER_PAGE * PAGES_PER_MONTH);
        let address = |month: usize| format!("/news/{}/{:02}/", of(month).0, of(month).1);
        let menu = joined(
            (0..months).map(|month| format!("<option value=\"{}\">{}</option>", address(month), address(month))),
        );
        let menu = format!("{}<select><option value=\"\">Month</option>{menu}</select>", traps(request));
        let Some(month) = (0..months).find(|month| path.starts_with(&address(*month))) else {
            return html(&format!("{menu}{}", joined((0..PER_PAGE).map(story))));
        };
        let rest = path.strip_prefix(&address(month)).unwrap_or_default();
        let page: usize = rest.trim_matches('/').strip_prefix("page/").and_then(|n| n.parse().ok()).unwrap_or(1) - 1;
        let first = month * PAGES_PER_MONTH;
        let count = PAGES_PER_MONTH.min(self.pages - first);
        let at = first + page.min(count - 1);
        let next = if page + 1 < count {
            format!(
                "<div class=\"pagination\"><a class=\"next\" href=\"{}page/{}/\">Next</a></div>",
                address(month),
                page + 2
            )
        } else {
            String::new()
        };
        let stories = joined((at * PER_PAGE..(at + 1) * PER_PAGE).map(story));
        html(&format!("{menu}{stories}{next}"))
    }

    fn sitemap(&self, path: &str, host: &str) -> Vec<u8> {
        let xml = |body: &str| answer("200 OK", "Content-Type: application/xml\r\n", body.as_bytes());
        let number =
            path.strip_prefix("/sitemap-").and_then(|rest| rest.strip_suffix(".xml")).and_then(|n| n.parse().ok());
        match number {
            None => {
                let maps = joined(
                    (0..self.pages).map(|n| format!("<sitemap><loc>http://{host}/sitemap-{n}.xml</loc></sitemap>")),
                );
                xml(&format!(
                    "<?xml version=\"1.0\"?><sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{maps}</sitemapindex>"
                ))
            }
            Some(n) => {
                let n: usize = n;
                let urls = joined((n * PER_PAGE..(n + 1) * PER_PAGE)
                    .map(|story| {
                        let (y, m, d) = date(story);
                        format!(
                            "<url><loc>http://{host}/s/story-{story}</loc><news:news><news:publication_date>{y}-{m:02}-{d:02}\
                             </news:publication_date><news:title>{}</news:title></news:news></url>",
                            title(story)
                        )
                    }));
                xml(&format!(
                    "<?xml version=\"1.0\"?><urlset xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">{urls}</urlset>"
                ))
            }
        }
    }

    fn wordpress(&self, path: &str, host: &str, page: usize) -> Vec<u8> {
        if path != "/wp-json/wp/v2/posts" {
            let api = "<link rel=\"https://api.w.org/\" href=\"/wp-json/\">";
            return html(&format!("{api}{}", joined((0..PER_PAGE).map(story))));
        }
        if page > self.pages {
            return answer("400 Bad Request", "", b"{\"code\":\"rest_post_invalid_page_number\"}");
        }
        let posts: Vec<serde_json::Value> = ((page - 1) * PER_PAGE..page * PER_PAGE)
            .map(|n| {
                let (y, m, d) = date(n);
                serde_json::json!({
                    "id": n,
                    "date_gmt": format!("{y}-{m:02}-{d:02}T08:00:00"),
                    "link": format!("http://{host}/s/story-{n}"),
                    "title": {"rendered": title(n)},
                    "excerpt": {"rendered": format!("<p>What happened in district {n}.</p>")},
                })
            })
            .collect();
        let headers = format!("Content-Type: application/json\r\nX-WP-TotalPages: {}\r\n", self.pages);
        answer("200 OK", &headers, serde_json::to_string(&posts).unwrap().as_bytes())
    }
}

/// Links into traps: a calendar that turns for ever in both directions, weeks that show today's news, another order,
/// an address that grows.
fn traps(request: usize) -> String {
    format!(
        "<aside class=\"pager\"><a class=\"next\" rel=\"next\" href=\"/week/{request}\">Next week</a> \
         <a class=\"next\" href=\"/calendar/2027-01\">Next month ›</a> <a class=\"next\" href=\"/calendar/2020-11\">›</a> \
         <a class=\"next\" href=\"?sort=title&amp;page=2\">By title ›</a> <a class=\"next\" href=\"page/2/page/3/\">»</a></aside>"
    )
}

fn trap(path: &str, pages: usize, request: usize) -> Vec<u8> {
    if let Some(month) = path.strip_prefix("/calendar/") {
        let year: usize = month.get(..4).and_then(|year| year.parse().ok()).unwrap_or(2020);
        return html(&format!(
            "<h1>Calendar</h1><p>No events.</p><div class=\"pager\"><a class=\"next\" href=\"/calendar/{}-11\">›</a></div>",
            year.saturating_sub(1)
        ));
    }
    let stories = joined((0..PER_PAGE.min(pages * PER_PAGE)).map(story));
    html(&format!(
        "{stories}<div class=\"pager\"><a class=\"next\" rel=\"next\" href=\"/week/{}\">Next</a></div>",
        request + 7_000
    ))
}

fn cursor(path: &str) -> usize {
    path.strip_prefix("/news/after/c").and_then(|rest| rest.strip_suffix('x')).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// A row of numbers around the current one, each with a session id.
fn numbers(next: usize) -> String {
    let current = next;
    let row = joined((current.saturating_sub(2).max(1)..=current + 2).map(|n| {
        if n == current {
            format!("<span>{n}</span> ")
        } else {
            format!("<a href=\"/news?page={n}&amp;PHPSESSID={:016x}\">{n}</a> ", n * 7919 + next)
        }
    }));
    format!("<div class=\"pagination\">{row}</div>")
}

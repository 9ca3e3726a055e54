//! A loopback server with one listing page for each host name, for measuring how fast pages are fetched, read and kept.
//!
//! `cargo run --example page_server -- 2000` prints its port and serves `http://h0.localhost:PORT/` to `h1999…` until it
//! is killed. Every answer is made before the first request, so that the server costs little beside who asks.

#![expect(clippy::print_stdout, reason = "the port is what it has to say")]

use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;

/// Teasers on a page: about what the front page of a section shows.
const TEASERS: usize = 30;

const WORDS: [&str; 24] = [
    "amber", "barley", "cedar", "drizzle", "ember", "fennel", "granite", "heather", "iris", "juniper", "kelp",
    "linden", "marble", "nettle", "osprey", "pewter", "quarry", "rowan", "sable", "thistle", "umber", "velvet",
    "willow", "yarrow",
];

fn main() -> io::Result<()> {
    let pages = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(2_000);
    let answers: Arc<Vec<Vec<u8>>> = Arc::new((0..pages).map(|host| answer("text/html", &page(host))).collect());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?.port());
    io::stdout().flush()?;
    for stream in listener.incoming() {
        let (stream, answers) = (stream?, Arc::clone(&answers));
        // A connection that breaks is the business of who opened it.
        std::thread::spawn(move || serve(stream, &answers).ok());
    }
    Ok(())
}

/// Answers the requests of one connection until it is closed.
fn serve(stream: TcpStream, answers: &[Vec<u8>]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    loop {
        let (mut path, mut host, mut line) = (String::new(), None, String::new());
        loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            if path.is_empty() {
                text.split(' ').nth(1).unwrap_or("/").clone_into(&mut path);
            } else if let Some(name) = text.to_ascii_lowercase().strip_prefix("host: h") {
                host = name.split('.').next().and_then(|number| number.parse::<usize>().ok());
            }
        }
        match host.and_then(|host| answers.get(host)) {
            Some(answer) if path == "/" => out.write_all(answer)?,
            _ if path == "/robots.txt" => out.write_all(&answer("text/plain", "User-agent: *\nDisallow: /admin/\n"))?,
            _ => out.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?,
        }
    }
}

fn answer(kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// A listing as content systems write it: menus, teasers with pictures and dates, side boxes, a footer.
fn page(host: usize) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>The {} Gazette</title>\
         <link rel=\"canonical\" href=\"http://h{host}.localhost/\"></head><body class=\"home page\">",
        word(host)
    );
    menu(&mut html, "site-nav", 24);
    html.push_str(
        "<main id=\"content\" class=\"site-main\"><h1 class=\"page-title\">Latest news</h1><div class=\"river\">\n",
    );
    for rank in 0..TEASERS {
        let number = host * TEASERS + rank;
        let (a, b, c) = (word(number), word(number / 7 + 3), word(number / 31 + 11));
        let (day, picture) = (28 - rank % 28, number % 977);
        writeln!(
            html,
            "<article id=\"post-{number}\" class=\"post type-post status-publish has-post-thumbnail hentry category-local\">\
             <a class=\"post-thumbnail\" href=\"/2026/{a}-{b}-{number}/\" aria-hidden=\"true\" tabindex=\"-1\">\
             <img width=\"640\" height=\"360\" src=\"/media/{picture}-640x360.jpg\" class=\"attachment-medium wp-post-image\" \
             alt=\"\" loading=\"lazy\" srcset=\"/media/{picture}-640x360.jpg 640w, /media/{picture}-320x180.jpg 320w, \
             /media/{picture}-1280x720.jpg 1280w\" sizes=\"(max-width: 640px) 100vw, 640px\"></a>\
             <header class=\"entry-header\"><h2 class=\"entry-title\"><a href=\"/2026/{a}-{b}-{number}/\" rel=\"bookmark\">\
             How the {a} of number {number} came to the {b} market</a></h2><div class=\"entry-meta\">\
             <time class=\"entry-date published\" datetime=\"2026-10-{day:02}T08:30:00+00:00\">October {day}, 2026</time> \
             <span class=\"byline\">by <a href=\"/author/{c}/\">Robin {c}</a></span></div></header>\
             <div class=\"entry-summary\"><p>The council of {b} has waited for the {a} since spring; those who sell {c} \
             wonder what comes of it, and whether the road will be open by the fair.</p></div></article>"
        )
        .expect("writing into memory does not fail");
    }
    html.push_str("</div></main><aside id=\"secondary\" class=\"widget-area\">");
    for title in ["Most read", "Topics", "Archive"] {
        write!(html, "<section class=\"widget\"><h3 class=\"widget-title\">{title}</h3>")
            .expect("writing into memory does not fail");
        menu(&mut html, "widget-list", 10);
        html.push_str("</section>");
    }
    html.push_str("</aside><footer class=\"site-footer\">");
    menu(&mut html, "footer-nav", 30);
    html.push_str("<p>All rights reserved.</p></footer></body></html>");
    html
}

fn menu(html: &mut String, class: &str, entries: usize) {
    write!(html, "<nav class=\"{class}\"><ul>").expect("writing into memory does not fail");
    for entry in 0..entries {
        let word = word(entry);
        write!(html, "<li class=\"menu-item\"><a href=\"/section/{word}/\">{word}</a></li>")
            .expect("writing into memory does not fail");
    }
    html.push_str("</ul></nav>");
}

fn word(number: usize) -> &'static str {
    WORDS[number % WORDS.len()]
}

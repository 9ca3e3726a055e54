//! Rows for measuring bulk ingest, and the plain program that it is measured against.
//!
//! `cargo run --release --example bulk_rows -- make 1000000 rows.jsonl` writes teasers as JSON Lines, the same at every call:
//! half of them repeat an earlier row, one in twenty is a near-duplicate of an earlier one under another URL.
//! `… upsert rows.jsonl plain.db` is what a person writes who needs no more than the latest state of each URL: a table with
//! the digest of the URL as its key, an upsert a row, a transaction for every thousand.

#![expect(clippy::print_stdout, reason = "figures are what it has to say")]

use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::time::Instant;

/// Rows in a transaction of the plain program.
const ROWS_PER_TRANSACTION: usize = 1_000;

/// Different words: as many as a year of a local paper has.
const VOCABULARY: u64 = 30_000;

const SYLLABLES: [&str; 32] = [
    "an", "ber", "ca", "dor", "el", "fin", "gra", "hol", "in", "ju", "ka", "lo", "mar", "no", "or", "pel", "qui", "ra",
    "sto", "tam", "ur", "ve", "wil", "xa", "yor", "ze", "bri", "cla", "dre", "fo", "gle", "tri",
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", rows, path] => make(rows.parse()?, path),
        ["upsert", rows, database] => upsert(rows, database),
        _ => Err("usage: bulk_rows make ROWS FILE | bulk_rows upsert FILE DATABASE".into()),
    }
}

fn make(rows: u64, path: &str) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for row in 0..rows {
        // Every second row is an article not seen before; the others repeat one of those before it.
        let article = if row % 2 == 0 { row / 2 } else { mixed(row) % (row / 2 + 1) };
        write_article(&mut out, article)?;
    }
    out.flush()?;
    Ok(())
}

fn write_article(out: &mut impl Write, article: u64) -> std::io::Result<()> {
    // One article in ten, so one row in twenty, tells an earlier story once more, with other words at its end.
    let earlier = mixed(!article) % article.max(1);
    let story = if article % 10 == 9 { earlier - earlier % 10 } else { article };
    let words = |salt: u64, count: u64| -> Vec<String> {
        (0..count).map(|at| word(mixed(story * 97 + salt * 131_071 + at))).collect()
    };
    let mut excerpt = words(2, 18 + story % 12);
    if story != article {
        excerpt.push(word(mixed(article)));
    }
    let title = words(1, 6 + story % 5).join(" ");
    let (day, month) = (1 + story % 28, 1 + story / 28 % 12);
    writeln!(
        out,
        "{{\"title\":\"{title}\",\"url\":\"https://news{}.example/2024/{month:02}/{}-{article}\",\"excerpt\":\"{}.\",\"author\":\"{} {}\",\"published_at\":\"2024-{month:02}-{day:02}T{:02}:{:02}:00Z\"}}",
        article % 7,
        title.replace(' ', "-"),
        excerpt.join(" "),
        word(story % 400),
        word(story % 700 + 400),
        story % 24,
        story % 60,
    )
}

/// A word, the more often the smaller its number: halving by chance gives about what languages do.
fn word(chance: u64) -> String {
    let rank = ((chance >> 8) % VOCABULARY) >> (chance % 8);
    let syllable = |place: u64| SYLLABLES[usize::try_from(place % 32).expect("below 32")];
    let mut word = format!("{}{}", syllable(rank), syllable(rank / 32));
    if rank >= 1_024 {
        word.push_str(syllable(rank / 1_024));
    }
    word
}

/// A number that looks like chance (the finalizer of `SplitMix64`).
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn upsert(rows: &str, database: &str) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let mut db = Connection::open(database)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "normal")?;
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS articles (
           id BLOB PRIMARY KEY, url TEXT, title TEXT, excerpt TEXT, author TEXT, published_at TEXT, sightings INTEGER
         ) STRICT",
    )?;
    let mut lines = BufReader::with_capacity(1 << 20, File::open(rows)?).lines();
    let mut count = 0;
    loop {
        let transaction = db.transaction()?;
        let mut put = transaction.prepare_cached(
            "INSERT INTO articles VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
             ON CONFLICT (id) DO UPDATE SET title = ?3, excerpt = ?4, author = ?5, published_at = ?6, sightings = sightings + 1",
        )?;
        let before = count;
        for line in lines.by_ref().take(ROWS_PER_TRANSACTION) {
            let row: serde_json::Value = serde_json::from_str(&line?)?;
            let text = |key: &str| row[key].as_str();
            let id: [u8; 32] = Sha256::digest(text("url").unwrap_or_default()).into();
            put.execute(params![
                id,
                text("url"),
                text("title"),
                text("excerpt"),
                text("author"),
                text("published_at")
            ])?;
            count += 1;
        }
        drop(put);
        transaction.commit()?;
        if count == before {
            break;
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{count} rows in {seconds:.2} s");
    Ok(())
}

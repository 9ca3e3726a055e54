//! How fast date texts are read: mixed strings in 20 languages, no language given, one core; and how long the table loads.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use tearsheet::dates::{DateContext, read};
use tearsheet::lexicon::dates::table;

fn main() {
    divan::main();
}

/// What listings print, written for this bench.
const TEXTS: [&str; 60] = [
    "October 9, 2025",
    "3 hours ago",
    "Oct 9, 2025 at 2:30 PM",
    "9 de octubre de 2025",
    "hace 2 días",
    "jueves, 9 de octubre de 2025, 14:30",
    "9 octobre 2025",
    "il y a 3 heures",
    "Publié le 9 octobre 2025 à 14h30",
    "9. Oktober 2025",
    "vor 5 Min.",
    "Donnerstag, 9. Oktober 2025, 14:30 Uhr",
    "9 de outubro de 2025",
    "há 3 dias",
    "ontem às 14:30",
    "9 ottobre 2025",
    "3 ore fa",
    "giovedì 9 ottobre 2025",
    "9 октября 2025",
    "5 минут назад",
    "вчера в 14:30",
    "2025年10月9日",
    "3小时前",
    "昨天 14:30",
    "2025年10月9日 14時30分",
    "5分前",
    "10月9日(木)",
    "9 أكتوبر 2025",
    "قبل 3 ساعات",
    "أمس",
    "9 Ekim 2025",
    "3 saat önce",
    "9 Ekim 2025 Perşembe",
    "9 oktober 2025",
    "2 dagen geleden",
    "gisteren, 14:30",
    "9 października 2025",
    "3 dni temu",
    "wczoraj, 14:30",
    "2025년 10월 9일",
    "3시간 전",
    "2025.10.09. 오후 2:30",
    "9 Oktober 2025",
    "3 jam yang lalu",
    "Kamis, 9 Oktober 2025",
    "9 tháng 10, 2025",
    "2 giờ trước",
    "hôm qua",
    "۹ اکتبر ۲۰۲۵",
    "۳ ساعت پیش",
    "دیروز",
    "9 अक्टूबर 2025",
    "3 घंटे पहले",
    "कल",
    "9 oktober 2025 kl. 14:30",
    "för 3 timmar sedan",
    "igår 14:30",
    "9. října 2025",
    "před 3 dny",
    "09.10.2025",
];

#[divan::bench]
fn mixed_texts_of_20_languages(bencher: Bencher<'_, '_>) {
    let context = DateContext::captured("2025-11-20T12:00:00Z".parse().expect("an instant"));
    let _ = table();
    bencher.counter(ItemsCount::new(TEXTS.len())).bench_local(|| {
        for text in TEXTS {
            let _ = black_box(read(black_box(text), &context));
        }
    });
}

#[divan::bench]
fn no_dates(bencher: Bencher<'_, '_>) {
    let context = DateContext::captured("2025-11-20T12:00:00Z".parse().expect("an instant"));
    let texts = [
        "20 Kommentare",
        "€ 12.50",
        "Read more",
        "Council approves the budget for the new bridge",
        "+49 30 85 40 44 50",
    ];
    bencher.counter(ItemsCount::new(texts.len())).bench_local(|| {
        for text in texts {
            let _ = black_box(read(black_box(text), &context));
        }
    });
}

#[divan::bench(sample_count = 30, sample_size = 1)]
fn table_load(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| black_box(tearsheet::lexicon::dates::Table::compiled_in()));
}

//! The pages that a command looks at without keeping them: dumps, and live pages by their URL.

use super::args::Global;
use super::exit::Usage;
use super::inputs::InputArgs;
use super::{output, places};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tearsheet::config::Config;
use tearsheet::fetch::SystemClock;
use tearsheet::model::Snapshot;
use tearsheet::pipeline::{self, DumpItem};
use url::Url;

/// Arguments of commands that look at pages.
#[derive(Debug, clap::Args)]
pub(crate) struct PageArgs {
    #[command(flatten)]
    pub(crate) inputs: InputArgs,
    /// A private network (CIDR) that a URL may lead to.
    #[arg(long, value_name = "CIDR", env = "TEARSHEET_ALLOW_NETWORK")]
    allow_network: Vec<ipnet::IpNet>,
}

/// Calls `each` for every page that the arguments name. Out: false when one of them could not be read at all; it was
/// named on stderr.
pub(crate) fn each_page(
    global: &Global,
    args: &PageArgs,
    mut each: impl FnMut(Snapshot) -> anyhow::Result<bool>,
) -> anyhow::Result<bool> {
    let mut all_read = true;
    let (urls, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        args.inputs.paths().into_iter().partition(|path| as_url(path).is_some());
    for url in urls.iter().filter_map(|path| as_url(path)) {
        match fetch(global, args, &url)? {
            Some(snapshot) => all_read &= each(snapshot)?,
            None => all_read = false,
        }
    }
    for item in pipeline::snapshots(paths, args.inputs.dump_options()?) {
        match item {
            DumpItem::Page(snapshot) => all_read &= each(*snapshot)?,
            DumpItem::Failed { input, reason } => {
                output::warn(&format!("cannot read `{input}`: {reason}"));
                all_read = false;
            }
            DumpItem::Damaged { input, reason } => output::warn(&format!("`{input}`: {reason}")),
            DumpItem::Companion | DumpItem::NoPage => {}
        }
    }
    Ok(all_read)
}

/// A live page; `None` when it is not to be had, which was said on stderr.
pub(crate) fn fetch(global: &Global, args: &PageArgs, url: &Url) -> anyhow::Result<Option<Snapshot>> {
    let config = match places::config(global)? {
        Some(found) => found.config,
        None => Config::parse(Path::new("defaults"), "")?,
    };
    let fetcher = pipeline::fetcher_of(&config, Arc::new(SystemClock));
    let source = args.inputs.source().map_or_else(|| pipeline::site_name(url), str::to_owned);
    let runtime = tokio::runtime::Runtime::new()?;
    match runtime.block_on(pipeline::fetch_page(&fetcher, &source, url, &args.allow_network)) {
        Ok(snapshot) => Ok(Some(snapshot)),
        Err(error) => {
            output::warn(&error.to_string());
            if let Some(hint) = error.hint() {
                output::say(&format!("hint: {hint}"));
            }
            Ok(None)
        }
    }
}

fn as_url(path: &Path) -> Option<Url> {
    let url = Url::parse(path.to_str()?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The one URL or file that a command needs.
pub(crate) fn only_one(args: &PageArgs) -> Result<(), Usage> {
    match args.inputs.paths().len() {
        1 => Ok(()),
        more => Err(Usage(format!("expected one page, found {more}"))),
    }
}

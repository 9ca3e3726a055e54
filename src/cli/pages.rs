//! The pages that a command looks at without keeping them: dumps, and live pages by their URL.

use super::args::Global;
use super::exit::Usage;
use super::inputs::InputArgs;
use super::{output, places};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tearsheet::config::Config;
use tearsheet::fetch::{Fetcher, Request, SystemClock};
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
    each: impl FnMut(Snapshot) -> anyhow::Result<bool>,
) -> anyhow::Result<bool> {
    each_page_of(&Browser::new(global)?, args, args.inputs.paths(), each)
}

/// [`each_page`] for some of the inputs.
pub(crate) fn each_page_of(
    browser: &Browser,
    args: &PageArgs,
    inputs: Vec<PathBuf>,
    mut each: impl FnMut(Snapshot) -> anyhow::Result<bool>,
) -> anyhow::Result<bool> {
    let mut all_read = true;
    let (urls, paths): (Vec<PathBuf>, Vec<PathBuf>) = inputs.into_iter().partition(|path| as_url(path).is_some());
    for url in urls.iter().filter_map(|path| as_url(path)) {
        match browser.fetch(&args.request(&url)) {
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
            _ => {}
        }
    }
    Ok(all_read)
}

impl PageArgs {
    /// The request for a page that the arguments name, or that such a page announces.
    pub(crate) fn request(&self, url: &Url) -> Request {
        let source = self.inputs.source().map_or_else(|| pipeline::site_name(url), str::to_owned);
        Request { allowed_networks: self.allow_network.clone(), ..Request::new(&source, url.clone()) }
    }

    /// Private networks that a URL may lead to.
    pub(crate) fn allowed_networks(&self) -> &[ipnet::IpNet] {
        &self.allow_network
    }
}

/// Looks at live pages, as politely as a visit: one for all pages of a command.
pub(crate) struct Browser {
    fetcher: Fetcher,
    runtime: tokio::runtime::Runtime,
}

impl Browser {
    /// A browser with the settings of the config.
    pub(crate) fn new(global: &Global) -> anyhow::Result<Self> {
        let config = match places::config(global)? {
            Some(found) => found.config,
            None => Config::parse(Path::new("defaults"), "")?,
        };
        let fetcher = pipeline::fetcher_of(&config, Arc::new(SystemClock));
        Ok(Self { fetcher, runtime: tokio::runtime::Runtime::new()? })
    }

    /// A live page; `None` when it is not to be had, which is said on stderr.
    pub(crate) fn fetch(&self, request: &Request) -> Option<Snapshot> {
        match self.runtime.block_on(pipeline::fetch_page(&self.fetcher, request)) {
            Ok(snapshot) => Some(snapshot),
            Err(error) => {
                output::warn(&error.to_string());
                if let Some(hint) = error.hint() {
                    output::say(&format!("hint: {hint}"));
                }
                None
            }
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

//! Where the config and the database are: flag, environment, config, default, in that order of strength.

use super::args::Global;
use super::exit::Usage;
use std::path::{Path, PathBuf};
use tearsheet::config::Config;

/// The config in the current folder.
const LOCAL_CONFIG: &str = "config/tearsheet.toml";
/// The database beside the config, or in the current folder when there is none.
const DATABASE: &str = "tearsheet.db";

/// A config and the file it was read from.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) config: Config,
}

/// The config that applies; `None` when there is none at all.
pub(crate) fn config(global: &Global) -> anyhow::Result<Option<Found>> {
    let path = match &global.config {
        Some(path) => path.clone(),
        None => match default_configs().into_iter().find(|path| path.is_file()) {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let config = Config::load_with(&path, &global.set)?;
    Ok(Some(Found { path, config }))
}

/// The config that applies, for commands that make no sense without one.
pub(crate) fn required_config(global: &Global) -> anyhow::Result<Found> {
    if let Some(found) = config(global)? {
        return Ok(found);
    }
    let looked: Vec<String> = default_configs().iter().map(|path| format!("`{}`", absolute(path).display())).collect();
    Err(Usage(format!(
        "no config found; looked for {}. Name one with --config FILE (cron starts in another folder: use an absolute path)",
        looked.join(" and ")
    ))
    .into())
}

/// The config that applies, for commands that visit sources: one without any is a mistake.
pub(crate) fn config_with_sources(global: &Global) -> anyhow::Result<Found> {
    let found = required_config(global)?;
    if found.config.sources.is_empty() {
        let path = found.path.display();
        return Err(Usage(format!("`{path}` has no sources; add one: [source.NAME] with a url")).into());
    }
    Ok(found)
}

/// The database that applies.
pub(crate) fn database(global: &Global, found: Option<&Found>) -> PathBuf {
    match (&global.db, found) {
        (Some(path), _) => path.clone(),
        (None, Some(found)) => {
            found.config.database.clone().unwrap_or_else(|| found.path.parent().unwrap_or(Path::new("")).join(DATABASE))
        }
        (None, None) => PathBuf::from(DATABASE),
    }
}

/// The database that applies, for commands that only read: a missing one is a mistake, not an empty one.
pub(crate) fn existing_database(global: &Global) -> anyhow::Result<PathBuf> {
    let path = database(global, config(global)?.as_ref());
    if path.is_file() {
        return Ok(path);
    }
    Err(Usage(format!("there is no database at `{}`; name one with --db FILE", absolute(&path).display())).into())
}

fn default_configs() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let user = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).or(home.map(|home| home.join(".config")));
    std::iter::once(PathBuf::from(LOCAL_CONFIG))
        .chain(user.map(|folder| folder.join("tearsheet/tearsheet.toml")))
        .collect()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

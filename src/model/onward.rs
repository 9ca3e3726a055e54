//! Where a page leads beyond itself: ways into the past of its listing.

use url::Url;

/// A way into the past of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The site's own paging: `rel=next`, numbers, "older posts", offsets.
    Pages,
    /// WordPress' REST API.
    Api,
    /// Lists of one year, month or day.
    Archive,
    /// Sitemaps.
    Sitemap,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::Pages, Self::Api, Self::Archive, Self::Sitemap];

    /// The word stored in the database and typed on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Api => "api",
            Self::Archive => "archive",
            Self::Sitemap => "sitemap",
        }
    }

    /// The way that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// The posts of a WordPress site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostsApi {
    /// Where they are listed, without paging.
    pub url: Url,
    /// True when only those of the page's own category, tag or author are.
    pub is_narrowed: bool,
}

impl PostsApi {
    /// The posts below the root of an API; without pretty addresses the path is a parameter.
    #[must_use]
    pub fn below(root: &Url) -> Url {
        const POSTS: &str = "/wp/v2/posts";
        let mut url = root.clone();
        let is_parameter = root.query_pairs().any(|(name, _)| name == "rest_route");
        url.set_query(None);
        if is_parameter {
            url.query_pairs_mut().append_pair("rest_route", POSTS);
        } else {
            url.set_path(&format!("{}{POSTS}", root.path().trim_end_matches('/')));
        }
        url
    }

    /// The latest `count` posts (at most 100, as WordPress has it), with all that is read of a post and not its whole text.
    #[must_use]
    pub fn latest(&self, count: u32) -> Url {
        /// What is asked for of each post.
        const FIELDS: &str = "id,date,date_gmt,link,title,excerpt,jetpack_featured_media_url,_links,_embedded";
        let mut url = self.url.clone();
        url.query_pairs_mut()
            .append_pair("per_page", &count.to_string())
            .append_pair("_embed", "author,wp:term,wp:featuredmedia")
            .append_pair("_fields", FIELDS);
        url
    }
}

/// What a page links beyond itself, its next pages apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Onward {
    /// Date archives, in the order of the page.
    pub archives: Vec<Url>,
    /// The REST API that the page announces.
    pub posts_api: Option<PostsApi>,
    /// Sitemaps that an index names, each with its `lastmod` text.
    pub sitemaps: Vec<(Url, Option<String>)>,
    /// Addresses that a sitemap names without a title: no teasers.
    pub untitled: Vec<Url>,
    /// The greatest number of the page's pager.
    pub last_page: Option<u32>,
}

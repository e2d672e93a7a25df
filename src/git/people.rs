//! Who wrote the history, as the mailmap calls them.

use super::{Git, Repository};
use crate::diag::Failure;
use crate::port::{Author, Identity};
use std::collections::HashMap;

/// How many commits are looked at, newest first.
const SEARCHED: usize = 20_000;

impl Repository {
    /// The authors of the commits that HEAD reaches, the busiest first; each address once, after the mailmap.
    ///
    /// # Errors
    /// The program `git` failed.
    pub fn authors(&self) -> Result<Vec<Author>, Failure> {
        if self.head()?.id().is_none() {
            return Ok(Vec::new());
        }
        let limit = format!("--max-count={SEARCHED}");
        let format = "--format=%aN%x00%aE%x00%at";
        let ask = Git::reading(self).args(["log", "--use-mailmap", "--no-show-signature", &limit, format, "HEAD"]);
        let answer = ask.run()?;
        let mut authors: Vec<Author> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for line in String::from_utf8_lossy(&answer).lines() {
            let mut fields = line.split('\0');
            let (Some(name), Some(email)) = (fields.next(), fields.next()) else { continue };
            let seconds = fields.next().and_then(|text| text.parse().ok()).unwrap_or_default();
            let index = *known.entry(email.to_lowercase()).or_insert_with(|| {
                let identity = Identity { name: name.to_owned(), email: email.to_owned() };
                authors.push(Author { identity, commits: 0, seconds });
                authors.len() - 1
            });
            authors[index].commits += 1;
            authors[index].seconds = authors[index].seconds.max(seconds);
        }
        authors.sort_by(|a, b| (b.commits, &a.identity.email).cmp(&(a.commits, &b.identity.email)));
        Ok(authors)
    }
}

//! Finds the pull requests a shell command opened: `gh pr create` and `glab mr create`.
//!
//! Both print the address of what they opened, so a call without one in the output failed, unless its output went
//! elsewhere. Addresses belong to the calls in order.

mod options;

#[cfg(test)]
mod tests;

use super::shell::{self, Chance, Reach};
use options::Request;

/// More than one command opens.
const MAX_REQUESTS: usize = 64;

/// A pull request on GitHub, or a merge request on GitLab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    /// As given; made of the address if the command does not hold it.
    pub title: String,
    /// As given; empty if the command does not hold it.
    pub body: String,
    /// `None` if the output went elsewhere.
    pub url: Option<String>,
}

/// Every pull request that `command`, which exited with 0, opened. `stdout` is that of the whole command.
pub fn pull_requests(command: &str, stdout: &str) -> Vec<PullRequest> {
    if !(command.contains("gh") && command.contains("pr") || command.contains("glab")) {
        return Vec::new();
    }
    let mut requests = Vec::new();
    shell::calls(command, &mut |call, files| {
        if requests.len() < MAX_REQUESTS {
            requests.extend(options::request(call, files));
        }
    });

    if requests.is_empty() {
        return Vec::new();
    }

    let mut urls = addresses(stdout).into_iter();
    let mut opened = Vec::new();
    for request in requests.iter().filter(|request| request.chance != Chance::Refuted) {
        let url = if request.reach == Reach::Nothing { None } else { urls.next() };
        let unseen =
            matches!(request.reach, Reach::Nothing | Reach::Parts) && request.chance != Chance::Doubtful;
        if url.is_some() || unseen {
            opened.extend(request.opened(url));
        }
    }
    // A loop opens one each time around.
    if let Some(request) = requests.iter().rfind(|request| request.repeats) {
        opened.extend(urls.filter_map(|url| request.opened(Some(url))));
    }
    opened
}

impl Request {
    /// `None` if nothing is known of it.
    fn opened(&self, url: Option<Address<'_>>) -> Option<PullRequest> {
        let given = self.title.as_ref().filter(|title| title.says_something());
        let title = match (given, &url) {
            (Some(title), _) => title.shown().trim().to_owned(),
            (None, Some(address)) => format!("Pull request {}", address.name),
            (None, None) => return None,
        };
        let body = self.body.as_ref().map(|body| body.shown().trim().to_owned()).unwrap_or_default();
        Some(PullRequest { title, body, url: url.map(|address| address.url.to_owned()) })
    }
}

/// The address of a pull request.
struct Address<'a> {
    url: &'a str,
    /// `acme/api#7` on GitHub, `acme/api!7` on GitLab.
    name: String,
}

/// The addresses in a text, each once, in order.
fn addresses(text: &str) -> Vec<Address<'_>> {
    let mut found: Vec<Address<'_>> = Vec::new();
    let ends = |c: char| c.is_whitespace() || "\"'<>()[]{}|".contains(c);
    for word in text.split(ends).filter(|word| word.contains("http")) {
        if let Some(address) = address(word)
            && found.iter().all(|known| known.url != address.url)
            && found.len() < MAX_REQUESTS
        {
            found.push(address);
        }
    }
    found
}

/// The address in a word, without what follows its number.
fn address(word: &str) -> Option<Address<'_>> {
    let (_, url) = word.split_at_checked(word.find("https://").or_else(|| word.find("http://"))?)?;
    let (_, path) = url.split_once("://")?.1.split_once('/')?;
    let (project, number, sign) = if let Some((project, number)) = path.split_once("/pull/") {
        (project, number, '#')
    } else {
        let (project, number) = path.split_once("/merge_requests/")?;
        (project.trim_end_matches("/-"), number, '!')
    };
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let (number, behind) = number.split_at_checked(digits)?;
    let whole = !number.is_empty() && !behind.starts_with(|c: char| c.is_alphanumeric());
    let url = url.get(..url.len() - behind.len())?;
    whole.then(|| Address { url, name: format!("{project}{sign}{number}") })
}

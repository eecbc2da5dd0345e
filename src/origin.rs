//! Where memories are sent: a base URL that has been looked at. The only room that uses `url`.

use std::fmt;

use url::{Host, Url};

/// The hosted service.
pub const DEFAULT: &str = "https://api.3ngram.ai";

/// A base URL without user, query, fragment or trailing slash; `https`, or `http` on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    base: String,
    reach: Reach,
}

/// Who can listen there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Reach {
    Hosted,
    Loopback,
    Elsewhere,
}

/// Why a text is no usable base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadOrigin {
    /// It does not parse as a URL with a host.
    #[error("it is not a URL like {DEFAULT}")]
    NotAUrl,
    /// Another scheme than https, and not loopback.
    #[error("it is not https, and plain http is for this machine only")]
    NotHttps,
    /// `user:password@` would travel with every request.
    #[error("it holds a user name or password")]
    HasUser,
    /// A query or fragment has no meaning in a base URL.
    #[error("it holds a query or a fragment")]
    HasQuery,
}

impl Default for Origin {
    fn default() -> Self {
        Self { base: DEFAULT.to_owned(), reach: Reach::Hosted }
    }
}

impl Origin {
    /// Reads a base URL as a user writes it.
    pub fn parse(text: &str) -> Result<Self, BadOrigin> {
        let text = text.trim();
        if text.trim_end_matches('/') == DEFAULT {
            return Ok(Self::default());
        }
        if is_plain_loopback(text) {
            return Ok(Self { base: text.to_owned(), reach: Reach::Loopback });
        }
        if !text.is_ascii() {
            return Err(BadOrigin::NotAUrl);
        }
        let url = Url::parse(text).map_err(|_| BadOrigin::NotAUrl)?;
        let host = url.host().ok_or(BadOrigin::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadOrigin::HasUser);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BadOrigin::HasQuery);
        }
        let loopback = match host {
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
            Host::Domain(name) => name == "localhost",
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(BadOrigin::NotHttps),
            _ => return Err(BadOrigin::NotAUrl),
        }
        let base = url.as_str().trim_end_matches('/').to_owned();
        let reach = match () {
            () if base == DEFAULT => Reach::Hosted,
            () if loopback => Reach::Loopback,
            () => Reach::Elsewhere,
        };
        Ok(Self { base, reach })
    }

    /// The base URL, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// Whether it is this machine: never reached through a proxy.
    pub fn is_loopback(&self) -> bool {
        self.reach == Reach::Loopback
    }

    /// Whether the key may go there without the user's having said so (DESIGN.md §7).
    pub fn is_trusted_by_default(&self) -> bool {
        self.reach != Reach::Elsewhere
    }
}

/// `http://127.0.0.1:8000` and the like, which need no parser: a capture for a service on this machine is spared one.
fn is_plain_loopback(text: &str) -> bool {
    let port = ["http://127.0.0.1:", "http://localhost:"].iter().find_map(|prefix| text.strip_prefix(prefix));
    // 80 is left to the parser, which leaves it out; so is a leading zero.
    port.is_some_and(|port| {
        port.parse::<u16>().is_ok_and(|number| number != 80 && number != 0) && !port.starts_with(['0', '+'])
    })
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_normalised() {
        for (given, base) in [
            ("https://api.3ngram.ai/", "https://api.3ngram.ai"),
            ("HTTPS://API.3ngram.AI:443", "https://api.3ngram.ai"),
            ("http://localhost:8000", "http://localhost:8000"),
            ("http://localhost:80", "http://localhost"),
            ("http://127.0.0.1:08000", "http://127.0.0.1:8000"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://127.9.9.9:1/", "http://127.9.9.9:1"),
            ("http://[::1]:8000/engram/", "http://[::1]:8000/engram"),
            ("https://memories.example.com/base", "https://memories.example.com/base"),
        ] {
            assert_eq!(Origin::parse(given).unwrap().as_str(), base);
        }
    }

    #[test]
    fn a_url_that_could_carry_the_key_astray_is_refused() {
        for (given, why) in [
            ("", BadOrigin::NotAUrl),
            ("http://127.0.0.1:9/\u{fffd}", BadOrigin::NotAUrl),
            ("api.3ngram.ai", BadOrigin::NotAUrl),
            ("ftp://localhost/", BadOrigin::NotAUrl),
            ("http://api.3ngram.ai", BadOrigin::NotHttps),
            ("http://localhost.example.com", BadOrigin::NotHttps),
            ("http://0.0.0.0:8000", BadOrigin::NotHttps),
            ("http://127.0.0.1.example.com", BadOrigin::NotHttps),
            ("http://127.1.example.com", BadOrigin::NotHttps),
            ("http://localhost.:8000", BadOrigin::NotHttps),
            ("http://me.localhost:8000", BadOrigin::NotHttps),
            ("http://[::ffff:127.0.0.1]", BadOrigin::NotHttps),
            ("http://[::ffff:1.2.3.4]", BadOrigin::NotHttps),
            ("http://[::1%25lo]", BadOrigin::NotAUrl),
            ("http://127.0.0.1:99999", BadOrigin::NotAUrl),
            ("http://127.0.0.256", BadOrigin::NotAUrl),
            ("http://127.0.0.1:80@example.com", BadOrigin::HasUser),
            ("https://api.3ngram.ai\u{ff0e}example.com", BadOrigin::NotAUrl),
            ("https://\u{ff41}pi.3ngram.ai", BadOrigin::NotAUrl),
            ("http://\u{2460}\u{2461}\u{2466}.0.0.1", BadOrigin::NotAUrl),
            ("https://user@api.3ngram.ai", BadOrigin::HasUser),
            ("https://:pw@api.3ngram.ai", BadOrigin::HasUser),
            ("https://api.3ngram.ai/?x=1", BadOrigin::HasQuery),
            ("https://api.3ngram.ai/#x", BadOrigin::HasQuery),
        ] {
            assert_eq!(Origin::parse(given).unwrap_err(), why, "{given}");
        }
    }

    #[test]
    fn only_the_hosted_service_and_this_machine_are_trusted_unasked() {
        assert!(Origin::default().is_trusted_by_default());
        assert!(Origin::parse("https://api.3ngram.ai:443/").unwrap().is_trusted_by_default());
        assert!(Origin::parse("http://[::1]:1").unwrap().is_trusted_by_default());
        assert!(!Origin::parse("https://api.3ngram.ai.example.com").unwrap().is_trusted_by_default());
        assert!(!Origin::parse("https://api.3ngram.ai:444").unwrap().is_trusted_by_default());
        assert!(!Origin::parse("https://api.3ngram.ai.").unwrap().is_trusted_by_default());
        assert!(!Origin::parse("https://xn--pi-7ka.3ngram.ai").unwrap().is_trusted_by_default());
        // However this machine is written, one address is asked.
        for text in
            ["http://127.1:8000", "http://0x7f.1:8000", "http://2130706433:8000", "http://0177.0.0.1:8000"]
        {
            let origin = Origin::parse(text).unwrap();
            assert_eq!((origin.as_str(), origin.is_loopback()), ("http://127.0.0.1:8000", true), "{text}");
        }
    }
}

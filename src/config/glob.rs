//! The globs of `ignore`. The only room that uses `fast-glob`.

/// Whether the pattern matches the path.
pub fn matches(pattern: &str, path: &str) -> bool {
    fast_glob::glob_match(pattern, path)
}

/// Why a pattern of `ignore` would never match a directory: then somebody believes a directory to be ignored, and it is not.
pub fn fault(pattern: &str) -> Option<String> {
    if let Err(error) = fast_glob::validate(pattern) {
        return Some(error.to_string());
    }
    // A directory is compared as an absolute path.
    let is_absolute = pattern.trim_start_matches('!').starts_with(['/', '*', '?', '[', '{', '\\']);
    let is_in_home = pattern == "~" || pattern.starts_with("~/");
    (!is_absolute && !is_in_home)
        .then(|| "it begins with none of /, ~/ and **/, so it matches nothing".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_can_match_nothing_is_told_apart() {
        for good in
            ["/srv/secret", "~", "~/clients/*", "**/private", "/a/{b,c}", "[/]x", "!/srv", "!!/srv", "?srv"]
        {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in ["private", "~dev/x", "", "./x", "/a/[b", "/a/{b", "/a\\", "!private", "$HOME/x"] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}

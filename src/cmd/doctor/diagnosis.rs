//! What the service's answer to a question says about what is wrong. Pure: the questions are asked by `service`.

use crate::net::{Generation, Probe, Tls, Trouble};

/// What is the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Diagnosis {
    /// The service takes the key.
    Works,
    /// It takes the key, and asks for a pause.
    Busy,
    /// It does not take the key.
    KeyRejected,
    /// It speaks this generation of the API, and the key is spoken for by the other.
    Speaks(Generation),
    /// Something else is there: another program, or a path that leads nowhere.
    WrongAddress,
    /// A page answers: a proxy's, a portal's, a sign-in's.
    Page(u16),
    /// The address has moved, or somebody sends us elsewhere.
    Redirect(Option<String>),
    /// The proxy wants a user name and a password.
    ProxyWantsLogin,
    /// It knows the key and will not have us.
    Forbidden(u16),
    /// It fails.
    Fails(u16),
    /// It cannot be reached, for this reason.
    Unreachable(Trouble),
}

/// Reads the answer to a question that was asked with the key in the words of `spoken`. `look` asks the same in the words
/// of another generation and without the key; it is called only when that can tell something.
pub(super) fn diagnose(
    spoken: Generation,
    answer: &Probe,
    look: impl FnOnce(Generation) -> Option<Probe>,
) -> Diagnosis {
    let other = match spoken {
        Generation::Bearer => Generation::V1,
        Generation::V1 => Generation::Bearer,
    };
    let Ok(status) = answer.status else {
        return Diagnosis::Unreachable(answer.trouble.unwrap_or(Trouble::NoHttp));
    };
    let speaks_other = || look(other).is_some_and(|probe| speaks(other, &probe));
    match status {
        200..=299 if answer.is_object => Diagnosis::Works,
        401 if answer.error_of == Some(other) => Diagnosis::Speaks(other),
        401 if !answer.is_page => Diagnosis::KeyRejected,
        407 => Diagnosis::ProxyWantsLogin,
        300..=399 => Diagnosis::Redirect(answer.location.clone()),
        429 if !answer.is_page => Diagnosis::Busy,
        500..=599 if !answer.is_page => Diagnosis::Fails(status),
        // Nothing of the service is at this path: it may be the other generation, which has another.
        _ if (answer.is_page || matches!(status, 200..=299 | 404 | 405)) && speaks_other() => {
            Diagnosis::Speaks(other)
        }
        404 | 405 => Diagnosis::WrongAddress,
        _ if answer.is_page => Diagnosis::Page(status),
        200..=299 => Diagnosis::WrongAddress,
        status => Diagnosis::Forbidden(status),
    }
}

/// Whether an answer to a question without a key is that of a service of this generation.
pub(super) fn speaks(generation: Generation, answer: &Probe) -> bool {
    match answer.status {
        Ok(401 | 403 | 429) => answer.error_of == Some(generation),
        _ => false,
    }
}

/// What there is to say about a service that cannot be reached, and what mends it.
pub(super) fn unreachable(trouble: Trouble, origin: &str, named: &str, through: &str) -> (String, String) {
    let reason = match trouble {
        Trouble::Refused => "nobody listens there, or the network is not reached",
        Trouble::NoSuchHost => "its host name is not known here, or there is no network",
        Trouble::TimedOut => "nothing came back in time",
        Trouble::Proxy => "the proxy did not let us through",
        Trouble::NoHttp => "what answers is no HTTP service, or broke off",
        Trouble::Tls(_) => return tls(trouble, origin, named),
    };
    let mend = match trouble {
        Trouble::Proxy => "correct HTTPS_PROXY, or unset it".to_owned(),
        Trouble::NoHttp => format!("correct {named}: perhaps https in place of http, or another port"),
        _ if !through.is_empty() => {
            "check the network and HTTPS_PROXY, then ask again; memories wait meanwhile".to_owned()
        }
        _ if origin.starts_with("http:") => {
            format!("start the service (`engram-local serve`), or correct {named}; memories wait meanwhile")
        }
        _ => format!("check the network and {named}, then ask again; memories wait meanwhile"),
    };
    (format!("offline: {origin} cannot be reached{through}: {reason}"), mend)
}

fn tls(trouble: Trouble, origin: &str, named: &str) -> (String, String) {
    let (reason, mend) = match trouble {
        Trouble::Tls(Tls::Expired) => (
            "the certificate has expired",
            "check this machine's clock with `date`; if it is right, the service must renew its certificate".to_owned(),
        ),
        Trouble::Tls(Tls::NotYetValid) => {
            ("the certificate is not valid yet", "check this machine's clock with `date`".to_owned())
        }
        Trouble::Tls(Tls::OtherHost) => {
            ("the certificate is for another host name", format!("correct the host name in {named}"))
        }
        Trouble::Tls(Tls::UnknownIssuer) => (
            "the certificate is signed by itself, or by an authority that is not among the built-in ones",
            "if you trust it (a company's proxy, your own server), name its PEM file as \"ca_file\" in config.json"
                .to_owned(),
        ),
        Trouble::Tls(Tls::NotTls) => ("it does not speak TLS", format!("correct {named}: another port, or http on this machine")),
        _ => ("the handshake failed", format!("correct {named}: another port, or http on this machine; or ask whoever runs it")),
    };
    (format!("TLS problem at {origin}: {reason}"), mend)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::net::Verdict;

    const OLD: Generation = Generation::Bearer;
    const NEW: Generation = Generation::V1;

    fn probe(status: u16, body: Body) -> Probe {
        Probe {
            status: Ok(status),
            trouble: None,
            verdict: Verdict::Blocked,
            is_page: body == Body::Page,
            is_object: matches!(body, Body::Object | Body::Error(_)),
            location: None,
            error_of: if let Body::Error(generation) = body { Some(generation) } else { None },
            took: Duration::ZERO,
        }
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Body {
        Object,
        Page,
        Other,
        Error(Generation),
    }

    /// Everything that either generation, a proxy or another program was seen to answer.
    #[test]
    fn each_answer_has_its_diagnosis() {
        let nowhere = Some(probe(404, Body::Page));
        let new_is_there = Some(probe(401, Body::Error(NEW)));
        let old_is_there = Some(probe(401, Body::Error(OLD)));
        for (spoken, answer, look, diagnosis) in [
            (OLD, probe(200, Body::Object), None, Diagnosis::Works),
            (NEW, probe(200, Body::Object), None, Diagnosis::Works),
            (OLD, probe(401, Body::Error(OLD)), None, Diagnosis::KeyRejected),
            (NEW, probe(401, Body::Error(NEW)), None, Diagnosis::KeyRejected),
            (OLD, probe(401, Body::Other), None, Diagnosis::KeyRejected),
            // The newer service's answer to a bearer, and the older one's to an X-API-Key.
            (OLD, probe(401, Body::Error(NEW)), None, Diagnosis::Speaks(NEW)),
            (NEW, probe(401, Body::Error(OLD)), None, Diagnosis::Speaks(OLD)),
            // The newer service has a page for the older path.
            (OLD, probe(404, Body::Page), new_is_there.clone(), Diagnosis::Speaks(NEW)),
            (OLD, probe(200, Body::Page), new_is_there.clone(), Diagnosis::Speaks(NEW)),
            (NEW, probe(404, Body::Error(OLD)), old_is_there.clone(), Diagnosis::Speaks(OLD)),
            (OLD, probe(404, Body::Page), nowhere.clone(), Diagnosis::WrongAddress),
            (OLD, probe(404, Body::Other), None, Diagnosis::WrongAddress),
            (NEW, probe(405, Body::Other), nowhere.clone(), Diagnosis::WrongAddress),
            (OLD, probe(200, Body::Other), nowhere.clone(), Diagnosis::WrongAddress),
            (OLD, probe(200, Body::Page), nowhere.clone(), Diagnosis::Page(200)),
            (OLD, probe(401, Body::Page), nowhere.clone(), Diagnosis::Page(401)),
            (OLD, probe(403, Body::Page), nowhere.clone(), Diagnosis::Page(403)),
            (OLD, probe(503, Body::Page), nowhere.clone(), Diagnosis::Page(503)),
            (OLD, probe(511, Body::Page), None, Diagnosis::Page(511)),
            (OLD, probe(407, Body::Page), None, Diagnosis::ProxyWantsLogin),
            (OLD, probe(302, Body::Page), None, Diagnosis::Redirect(None)),
            (OLD, probe(403, Body::Error(OLD)), None, Diagnosis::Forbidden(403)),
            (OLD, probe(402, Body::Other), None, Diagnosis::Forbidden(402)),
            (NEW, probe(429, Body::Error(NEW)), None, Diagnosis::Busy),
            (NEW, probe(500, Body::Error(NEW)), None, Diagnosis::Fails(500)),
            (OLD, probe(503, Body::Other), None, Diagnosis::Fails(503)),
        ] {
            let found = diagnose(spoken, &answer, |_| look);
            assert_eq!(found, diagnosis, "{spoken:?} {answer:?}");
        }
    }

    #[test]
    fn whoever_cannot_be_reached_is_said_so_with_its_reason() {
        for (trouble, words, mend) in [
            (Trouble::Refused, "offline: http://127.0.0.1:9", "engram-local serve"),
            (Trouble::TimedOut, "in time", "engram-local serve"),
            (Trouble::NoHttp, "no HTTP", "https in place of http"),
            (
                Trouble::Tls(Tls::Expired),
                "TLS problem at http://127.0.0.1:9: the certificate has expired",
                "`date`",
            ),
            (Trouble::Tls(Tls::OtherHost), "another host name", "ENGRAM_API_URL"),
            (Trouble::Tls(Tls::UnknownIssuer), "signed by itself", "ca_file"),
        ] {
            let (says, mends) = unreachable(trouble, "http://127.0.0.1:9", "ENGRAM_API_URL", "");
            assert!(says.contains(words) && mends.contains(mend), "{says}: {mends}");
        }
    }
}

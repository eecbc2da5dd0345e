//! The service: asks it one thing that only reads, and says what came of it. Nothing is written down, whatever it answers.

use std::time::Duration;

use super::diagnosis::{Diagnosis, diagnose, speaks, unreachable};
use super::{Finding, Network};
use crate::cmd::Session;
use crate::cmd::flush::transport;
use crate::config::{Api, From, KeyFound, OriginFound, variable};
use crate::key::Key;
use crate::net::{Courier, Generation, Probe, Transport};
use crate::origin::Origin;
use crate::spool::{Destination, Spool, Tombstone};

/// Somebody sits before the screen.
const PATIENCE: Duration = Duration::from_secs(5);
/// Has the shape of a key, and is shown to nobody.
const NO_KEY: &str = "no-key-at-all";

pub(super) fn finding(session: &Session, network: Network) -> Finding {
    let origin = match &session.config.origin {
        _ if network == Network::LeftAlone => return Finding::skipped("service", "not asked (--offline)"),
        OriginFound::Allowed(origin) => origin,
        OriginFound::NotAllowed(_) => {
            return Finding::skipped(
                "service",
                "not asked: the key is sent to no URL that you have not allowed",
            );
        }
        OriginFound::Bad(_) => return Finding::skipped("service", "not asked: there is no URL to ask at"),
    };
    let asked = Asked { session, origin };
    let found = match &session.config.key {
        KeyFound::Usable(key, from) => asked.with(key, from),
        _ => asked.without_key(),
    };
    found.unwrap_or_else(|error| {
        Finding::bad("service", format!("cannot ask {origin}: {error:#}"), "mend that, then ask again")
    })
}

/// Who is asked.
struct Asked<'a> {
    session: &'a Session,
    origin: &'a Origin,
}

impl Asked<'_> {
    fn courier(&self, key: Key) -> anyhow::Result<Courier> {
        let destination = Destination { origin: self.origin.clone(), key };
        let transport = Transport { patience: Some(PATIENCE), ..transport(&self.session.config) };
        Courier::new(&destination, &transport)
    }

    fn with(&self, key: &Key, from: &From) -> anyhow::Result<Finding> {
        let courier = self.courier(key.clone())?;
        let spoken = courier.generation();
        let answer = courier.probe()?;
        let diagnosis = diagnose(spoken, &answer, |other| courier.probe_without_key(other).ok());
        Ok(self.told(&diagnosis, &answer, spoken, key, from))
    }

    /// Whoever has no key yet wants to know whether anybody is there, and which kind of key to get.
    fn without_key(&self) -> anyhow::Result<Finding> {
        let courier = self.courier(Key::parse(NO_KEY)?)?;
        for generation in [Generation::Bearer, Generation::V1] {
            let answer = courier.probe_without_key(generation)?;
            if let Some(trouble) = answer.trouble {
                let (says, mend) = unreachable(trouble, self.origin.as_str(), &self.named(), &self.through());
                return Ok(Finding::bad("service", says, mend));
            }
            if speaks(generation, &answer) {
                let says = format!(
                    "{} is there and speaks {}; without a key no more can be said",
                    self.origin,
                    generation.as_str()
                );
                return Ok(Finding::note("service", says));
            }
        }
        Ok(self.wrong_address())
    }

    fn told(
        &self,
        diagnosis: &Diagnosis,
        answer: &Probe,
        spoken: Generation,
        key: &Key,
        from: &From,
    ) -> Finding {
        let origin = self.origin;
        let bad = |says: String, mend: &str| Finding::bad("service", says, mend);
        let key_from = from.to_string();
        match diagnosis {
            Diagnosis::Works => self.works(answer, spoken, key),
            Diagnosis::Busy => Finding::note(
                "service",
                format!("{origin} asks for a pause (429); what waits is sent after it"),
            ),
            Diagnosis::KeyRejected => Finding::bad(
                "service",
                format!(
                    "key rejected: {origin} does not take the key from {key_from} (401); the next flush erases what waits for it"
                ),
                format!("put a live key from the service's API keys page into {key_from}"),
            ),
            Diagnosis::Speaks(theirs) => self.other_generation(*theirs, key, &key_from),
            Diagnosis::WrongAddress => self.wrong_address(),
            // 511 is the one of these that is said by a network that wants a sign-in.
            Diagnosis::Page(status @ 500..=510) => Finding::bad(
                "service",
                format!(
                    "{origin} fails, or a proxy before it does: {status} with a web page{}; memories wait",
                    self.through()
                ),
                format!("ask again later; if it stays, correct {}", self.named()),
            ),
            Diagnosis::Page(status) => Finding::bad(
                "service",
                format!(
                    "blocked by a proxy page: {origin} answers {status} with a web page{}",
                    self.through()
                ),
                format!("open {origin} in a browser and sign in to the network; or correct {}", self.named()),
            ),
            Diagnosis::Redirect(to) => {
                let to = to.as_deref().unwrap_or("another address");
                let says = format!(
                    "wrong address: {origin} sends us on to {to}, which is not followed: the key goes to no other host"
                );
                Finding::bad(
                    "service",
                    says,
                    format!("set {} to where the service is, if you trust it", self.named()),
                )
            }
            Diagnosis::ProxyWantsLogin => bad(
                "the proxy wants a user name and a password (407)".to_owned(),
                "put them into HTTPS_PROXY: http://user:password@host:port",
            ),
            Diagnosis::Forbidden(status) => bad(
                format!("{origin} refuses us, though not for the key ({status}); memories wait"),
                "look at your account and plan at the service",
            ),
            Diagnosis::Fails(status) => bad(
                format!("{origin} fails ({status}); memories wait and are sent when it is well again"),
                "nothing to mend here; `engram-hook flush -v` tries at once",
            ),
            Diagnosis::Unreachable(trouble) => {
                let (says, mend) = unreachable(*trouble, origin.as_str(), &self.named(), &self.through());
                Finding::bad("service", says, mend)
            }
        }
    }

    fn works(&self, answer: &Probe, spoken: Generation, key: &Key) -> Finding {
        let took = answer.took.as_millis();
        let says = format!("{} takes the key, in {took} ms ({})", self.origin, spoken.as_str());
        let destination = Destination { origin: self.origin.clone(), key: key.clone() };
        let spool = Spool::open(&self.session.paths.state, &destination.name());
        if spool.is_ok_and(|spool| Tombstone::stands(spool.dir())) {
            let says = format!("{says}, which it once rejected: nothing is captured until that is lifted");
            return Finding::bad("service", says, "engram-hook flush --retry-key");
        }
        Finding::good("service", says)
    }

    /// The one setting that is to be changed depends on what named the generation that was spoken.
    fn other_generation(&self, theirs: Generation, key: &Key, key_from: &str) -> Finding {
        let file = self.session.paths.config_file();
        let (says, mend) = match (Generation::of_key(key.reveal()), theirs, self.session.config.settings.api)
        {
            (None, Generation::V1, _) => (
                "the form of the key does not say so".to_owned(),
                format!("write \"api\": \"v1\" into {}", file.display()),
            ),
            (None, Generation::Bearer, Some(Api::V1)) => {
                ("\"api\" says v1".to_owned(), format!("take \"api\" out of {}", file.display()))
            }
            _ => {
                let form = if theirs == Generation::V1 { "3ng_" } else { "eng_" };
                (
                    format!("the key from {key_from} is for the other one"),
                    format!("set {key_from} to a key of that service, which begins with {form}"),
                )
            }
        };
        let says = format!(
            "wrong API generation: {} speaks {}, and {says}; memories wait",
            self.origin,
            theirs.as_str()
        );
        Finding::bad("service", says, mend)
    }

    fn wrong_address(&self) -> Finding {
        let says = format!("wrong address: something answers at {}, and it is not the service", self.origin);
        let mend = match self.session.config.origin_from {
            From::Default => "ask again later; if it stays, tell whoever runs the service".to_owned(),
            _ => format!(
                "correct {}: host, port, and no path behind it unless the service has one",
                self.named()
            ),
        };
        Finding::bad("service", says, mend)
    }

    fn named(&self) -> String {
        match &self.session.config.origin_from {
            From::Default => "ENGRAM_API_URL".to_owned(),
            from => from.to_string(),
        }
    }

    /// Says so when a proxy stands between.
    fn through(&self) -> String {
        let proxy = variable("HTTPS_PROXY").or_else(|| variable("https_proxy"));
        match proxy {
            Some(_) if !self.origin.is_loopback() => " through the proxy of HTTPS_PROXY".to_owned(),
            _ => String::new(),
        }
    }
}

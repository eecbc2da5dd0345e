//! `doctor`: looks at everything between Claude Code and the service, and says of each thing whether it works and, when
//! it does not, what mends it.
//!
//! It only looks: it writes no memory, erases no spool, leaves no tombstone, whatever the service answers. The one thing it
//! makes is a throw-away home below the state directory, for a capture that is timed.

mod claude;
mod diagnosis;

mod finding;
mod permissions;
mod service;
mod settings;
mod spool;
mod trial;

pub use finding::{Finding, Level};

use serde::Serialize;

use super::Session;
use crate::exit::Exit;

/// Whether the network is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// The service is asked.
    Asked,
    /// Nobody is asked.
    LeftAlone,
}

/// All findings, in the order in which they matter to one another.
#[derive(Debug, Serialize)]
pub struct Report {
    /// One for each thing that was looked at.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many things want mending.
    pub fn bad(&self) -> usize {
        self.findings.iter().filter(|finding| finding.level == Level::Bad).count()
    }

    /// The exit code that says so.
    pub fn exit(&self) -> Exit {
        if self.bad() == 0 { Exit::Done } else { Exit::Failed }
    }
}

/// Looks at everything.
pub fn run(session: &Session, network: Network) -> anyhow::Result<Report> {
    let mut findings = settings::findings(session);
    findings.extend(permissions::findings(session));
    findings.extend(claude::findings(session)?);
    findings.push(service::finding(session, network));
    findings.extend(spool::findings(session));
    findings.push(trial::finding(session));
    Ok(Report { findings })
}

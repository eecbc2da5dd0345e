//! The courier: a runtime, a client with its connections, and the key in a header that is never shown.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Client, Method, NoProxy, Proxy, Request, Url, redirect};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::{Builder, Runtime};

use super::answer::{Answer, Limits, ask};
use super::api::{Generation, Named};
use super::trouble::Trouble;
use super::verdict::Verdict;
use crate::config::variable;
use crate::key::Key;
use crate::origin::Origin;
use crate::spool::{Destination, Record};
use crate::sys::{self, Refused, Trust};

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const REQUEST_LIMIT: Duration = Duration::from_secs(15);
/// Servers were seen to close a connection after 5 s without a request; ours goes first.
const IDLE_LIMIT: Duration = Duration::from_secs(4);
pub(super) const MOST_IN_FLIGHT: usize = 8;
/// Several times what all the authorities of a system take.
const MAX_CA_BYTES: usize = 4 * 1024 * 1024;
/// Names this machine and is asked of nobody: whoever answers for names could send the key elsewhere, over plain http.
const LOCALHOST: &str = "localhost";

/// How the network is reached, besides what the destination says.
#[derive(Debug, Clone, Default)]
pub struct Transport {
    /// PEM file of a certificate authority to trust besides the compiled-in ones.
    pub ca_file: Option<PathBuf>,
    /// Speak this generation when the key's form does not say which.
    pub generation: Option<Generation>,
    /// Wait no longer than this for an answer; absent: as long as a flush does.
    pub patience: Option<Duration>,
}

/// Delivers memories to one destination.
pub struct Courier {
    pub(super) runtime: Runtime,
    pub(super) client: Client,
    pub(super) memories: Url,
    pub(super) generation: Generation,
    pub(super) key: Key,
    pub(super) limits: Limits,
    /// Put on each request that needs it: an answer can be looked at without showing the key.
    key_header: (HeaderName, HeaderValue),
    origin: Origin,
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Courier({:?})", self.generation)
    }
}

impl Courier {
    /// Makes ready to deliver; nothing is sent yet.
    pub fn new(destination: &Destination, transport: &Transport) -> anyhow::Result<Self> {
        let key = destination.key.reveal();
        let key_generation = Generation::of_key(key);
        let generation = key_generation.or(transport.generation).unwrap_or(Generation::Bearer);
        let (name, value) = generation.key_header(key);
        let mut value = HeaderValue::from_str(&value).context("cannot use the API key as a header")?;
        value.set_sensitive(true);
        let name = HeaderName::from_static(name);
        let request = transport.patience.unwrap_or(REQUEST_LIMIT);
        let limits = Limits { connect: CONNECT_LIMIT.min(request), request };
        let mut client = Client::builder()
            .user_agent(concat!("engram-hook/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            .pool_idle_timeout(IDLE_LIMIT)
            .pool_max_idle_per_host(MOST_IN_FLIGHT)
            .tls_backend_preconfigured(tls(transport)?)
            .resolve_to_addrs(LOCALHOST, &[(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()])
            // None but the one we put here: loopback must never be proxied, and http never is.
            .no_proxy();
        if !destination.origin.is_loopback()
            && let Some(proxy) = variable("HTTPS_PROXY").or_else(|| variable("https_proxy"))
        {
            let proxy = Proxy::https(&proxy).map_err(|_| {
                anyhow!("cannot use HTTPS_PROXY: it is not a proxy's URL; correct it, or unset it")
            })?;
            client = client.proxy(proxy.no_proxy(NoProxy::from_env()));
        }
        Ok(Self {
            runtime: Builder::new_current_thread()
                .enable_all()
                .build()
                .context("cannot start the async runtime")?,
            client: client.build().context("cannot set up the HTTP client")?,
            memories: url(&destination.origin, generation.memories_path())?,
            generation,
            key: destination.key.clone(),
            limits,
            key_header: (name, value),
            origin: destination.origin.clone(),
        })
    }

    /// The request that captures a memory.
    pub(super) fn request(&self, record: &Record) -> anyhow::Result<Request> {
        let mut request = Request::new(Method::POST, self.memories.clone());
        let id = HeaderValue::from_str(&record.id).context("cannot use the memory's id as a header")?;
        self.show_key(&mut request);
        request.headers_mut().insert("idempotency-key", id);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(self.generation.body(&record.memory)?.into());
        Ok(request)
    }

    /// Lets time pass while idle connections are looked after.
    pub fn pause(&self, span: Duration) {
        // Inside, because a timer is made by the runtime it belongs to.
        self.runtime.block_on(async { tokio::time::sleep(span).await });
    }

    fn show_key(&self, request: &mut Request) {
        let (name, value) = self.key_header.clone();
        request.headers_mut().insert(name, value);
    }

    /// The generation that is spoken.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Asks the API something that changes nothing, to see whether it is there and knows the key.
    pub fn probe(&self) -> anyhow::Result<Probe> {
        let mut request = Request::new(Method::GET, url(&self.origin, self.generation.probe_path())?);
        self.show_key(&mut request);
        Ok(self.look_at(request))
    }

    /// Asks the same in the words of a generation, without the key: whoever refuses says which one it is.
    pub fn probe_without_key(&self, generation: Generation) -> anyhow::Result<Probe> {
        Ok(self.look_at(Request::new(Method::GET, url(&self.origin, generation.probe_path())?)))
    }

    fn look_at(&self, request: Request) -> Probe {
        Probe::of(self.runtime.block_on(ask(&self.client, request, self.generation, self.limits)))
    }
}

fn url(origin: &Origin, path: &str) -> anyhow::Result<Url> {
    Url::parse(&format!("{origin}{path}")).context("cannot use the API's URL")
}

/// What a probe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The HTTP status, or why there is none.
    pub status: Result<u16, String>,
    /// Why there is no status.
    pub trouble: Option<Trouble>,
    /// What the same answer would mean for a memory.
    pub verdict: Verdict,
    /// The answer is a page: a proxy's, a portal's, or another program's.
    pub is_page: bool,
    /// The answer begins like a JSON object.
    pub is_object: bool,
    /// Where a redirect leads, without its query.
    pub location: Option<String>,
    /// The generation whose form an error has.
    pub error_of: Option<Generation>,
    /// How long it took.
    pub took: Duration,
}

impl Probe {
    fn of(answer: Answer) -> Self {
        Self {
            trouble: answer.status.as_ref().err().map(|none| none.trouble),
            status: answer.status.map_err(|none| none.sentence),
            is_object: answer.body.trim_ascii_start().starts_with(b"{"),
            location: answer.location,
            verdict: answer.verdict,
            is_page: answer.named == Named::Page || answer.body.trim_ascii_start().starts_with(b"<"),
            error_of: match answer.named {
                Named::Error(generation) => Some(generation),
                _ => None,
            },
            took: answer.took,
        }
    }
}

/// Whether a `ca_file` can be used.
pub fn check_ca_file(file: &Path) -> anyhow::Result<()> {
    roots(Some(file)).map(drop)
}

/// Compiled-in roots, and the user's own authority: what `SSL_CERT_FILE` of a hostile project names is not asked.
fn roots(ca_file: Option<&Path>) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(file) = ca_file {
        let name = file.display();
        let pem = match sys::read_file(file, MAX_CA_BYTES, Trust::OwnerOrSystem) {
            Ok(pem) => pem,
            Err(Refused::Os(error)) => {
                bail!("cannot read ca_file {name}: {error}; name a PEM file that is there")
            }
            Err(refused) => bail!("cannot use ca_file {name}: {refused}, or name another in config.json"),
        };
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.with_context(|| {
                format!("cannot read ca_file {name}: it is not PEM; name a PEM file in config.json")
            })?;
            roots.add(certificate).with_context(|| {
                format!(
                    "cannot use ca_file {name}: a certificate in it is broken; name another in config.json"
                )
            })?;
        }
        if roots.len() == before {
            bail!("cannot use ca_file {name}: there is no certificate in it; name another in config.json");
        }
    }
    Ok(roots)
}

fn tls(transport: &Transport) -> anyhow::Result<ClientConfig> {
    let roots = roots(transport.ca_file.as_deref())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("cannot set up TLS")?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

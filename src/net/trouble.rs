//! Why a service could not be reached, as far as it decides what there is to mend: read off the causes of an error.

use std::error::Error;
use std::io;

use rustls::CertificateError;

/// Why there was no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody listens there.
    Refused,
    /// There is no host of that name, or nobody to ask for names.
    NoSuchHost,
    /// Nothing came in time.
    TimedOut,
    /// The proxy did not let us through.
    Proxy,
    /// The TLS handshake failed.
    Tls(Tls),
    /// Something answered that is no HTTP, or broke off.
    NoHttp,
}

/// Why a TLS handshake failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// The certificate is out of date, by this machine's clock.
    Expired,
    /// The certificate is not valid yet, by this machine's clock.
    NotYetValid,
    /// The certificate is for another host.
    OtherHost,
    /// The certificate is signed by nobody we know: a company's authority, or itself.
    UnknownIssuer,
    /// It does not speak TLS at all.
    NotTls,
    /// Something else.
    Other,
}

impl Trouble {
    /// Looks through an error's causes, from the outermost in.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(trouble) = Self::of_one(error) {
                return trouble;
            }
            cause = error.source();
        }
        Self::NoHttp
    }

    fn of_one(error: &(dyn Error + 'static)) -> Option<Self> {
        let text = error.to_string();
        if text.contains("tunnel error") {
            return Some(Self::Proxy);
        }
        if ["dns error", "invalid dns name", "lookup address"].iter().any(|words| text.contains(words)) {
            return Some(Self::NoSuchHost);
        }
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(Self::Tls(Tls::of(tls)));
        }
        let io = error.downcast_ref::<io::Error>()?;
        // The error that an I/O error was made of is none of its causes.
        if let Some(inside) = io.get_ref().and_then(|inside| Self::of_one(inside)) {
            return Some(inside);
        }
        match io.kind() {
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable => Some(Self::Refused),
            io::ErrorKind::TimedOut => Some(Self::TimedOut),
            _ => None,
        }
    }
}

impl Tls {
    fn of(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(certificate) => match certificate {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    Self::NotYetValid
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    Self::OtherHost
                }
                // A bad signature is that of somebody who bears the name of an authority we know; the other errors are,
                // above all, an authority's own certificate that a server shows.
                CertificateError::UnknownIssuer
                | CertificateError::BadSignature
                | CertificateError::Other(_) => Self::UnknownIssuer,
                _ => Self::Other,
            },
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Other,
        }
    }
}

//! The three SHA-256 values of the project, kept apart by type so that none is taken for another.

use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! sha256_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// SHA-256 over `parts`, each followed by a zero byte so that no two lists of parts
            /// without zero bytes share an input.
            #[must_use]
            pub fn of(parts: &[&[u8]]) -> Self {
                use sha2::{Digest as _, Sha256};
                let mut hasher = Sha256::new();
                for part in parts {
                    hasher.update(part);
                    hasher.update([0]);
                }
                Self(hasher.finalize().into())
            }

            /// Lower-case hexadecimal, 64 characters.
            #[must_use]
            pub fn to_hex(self) -> String {
                self.0.iter().map(|byte| format!("{byte:02x}")).collect()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.to_hex())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_hex())
            }
        }
    };
}

sha256_newtype! {
    /// Digest of the raw bytes of one body.
    Digest
}
sha256_newtype! {
    /// Fingerprint of a folded title and excerpt: equal fingerprints, equal wording.
    Fingerprint
}
sha256_newtype! {
    /// Public, stable id of a record.
    RecordId
}

impl Digest {
    /// Digest of `body` as it is, without a separator: the value `sha256sum` prints.
    #[must_use]
    pub fn of_body(body: &[u8]) -> Self {
        use sha2::{Digest as _, Sha256};
        Self(Sha256::digest(body).into())
    }
}

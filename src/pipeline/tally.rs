//! How many messages a month were nobody's business: one number for the whole
//! server, tied to no event. It stands beside the record, may be lost, and
//! reaches the record once, when the month is over.

/// The present month's number.
#[derive(Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Tally {
    month: String,
    count: u32,
}

pub(super) struct Tallied {
    /// It is another number than before.
    pub any: bool,
    /// The month that is over, and its number.
    pub ended: Option<(String, u32)>,
}

impl Tally {
    pub fn read(bytes: Option<&[u8]>) -> Tally {
        bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
    }

    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub fn add(&mut self, count: u32, month: &str) -> Tallied {
        let ended = (!self.month.is_empty() && self.month != month)
            .then(|| (std::mem::take(&mut self.month), std::mem::take(&mut self.count)));
        let any = ended.is_some() || count > 0;
        if any {
            self.month = month.to_owned();
            self.count += count;
        }
        Tallied { any, ended }
    }
}

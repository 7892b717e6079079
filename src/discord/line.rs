//! The line to Discord as the pipeline sees it: what came in over it can be
//! read again, and it learns what is on record.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::watch;

use super::gateway::{Known, SessionKeeper};
use super::{convert, gather};
use crate::domain::event::Happening;
use crate::domain::message::Message;
use crate::platform::Gateway;

/// The gateway's memory, and who we are on it.
pub struct Line {
    pub keeper: SessionKeeper,
    pub known: watch::Receiver<Known>,
}

impl Gateway for Line {
    fn read(&self, raw: &str) -> Result<Message, String> {
        #[derive(Deserialize)]
        struct Dispatch<'a> {
            #[serde(borrow)]
            d: Option<&'a RawValue>,
        }
        let inner = serde_json::from_str::<Dispatch<'_>>(raw).ok().and_then(|dispatch| dispatch.d);
        let us = self.known.borrow().us;
        convert::message_from_object(inner.map_or(raw, RawValue::get), us).map_err(|error| error.to_string())
    }

    fn merge(&self, prior: &str, update: &str) -> Result<(Arc<str>, Message), String> {
        let merged = gather::merge(prior, update).map_err(|error| error.to_string())?;
        let message = self.read(&merged)?;
        Ok((merged.into(), message))
    }

    fn stored(&self, happening: &Happening) {
        self.keeper.stored(happening);
    }

    fn session(&self) -> Option<Vec<u8>> {
        self.keeper.bytes()
    }
}

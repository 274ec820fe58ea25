//! The store with every value sealed under this device's local key.

use crate::error::EngineError;
use crate::stored::{self, LOCAL_KEY};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tendero_store::{Batch, Row, Store, StoreError, Table};
use tendero_vault::{LocalKey, Random};

/// A store and the key to it.
pub(crate) struct Shelf<S> {
    store: S,
    key: LocalKey,
}

impl<S: Store> Shelf<S> {
    /// Opens the store, making its key the first time.
    pub(crate) async fn open(store: S, rng: &mut dyn Random) -> Result<Self, EngineError> {
        let found = store.get(Table::Keys, LOCAL_KEY).await?;
        let key = match found {
            Some(bytes) => {
                let key: [u8; 32] = stored::decode(&bytes)?;
                LocalKey::from_bytes(key)
            }
            None => {
                let key = LocalKey::make(rng);
                let mut batch = Batch::new();
                batch.expect(Table::Keys, LOCAL_KEY, None).put(
                    Table::Keys,
                    LOCAL_KEY,
                    stored::encode(&*key.to_bytes()),
                );
                match store.apply(batch).await {
                    Ok(()) => key,
                    // Another tab was faster: its key is the one.
                    Err(StoreError::Conflict) => {
                        let bytes = store.get(Table::Keys, LOCAL_KEY).await?;
                        let bytes = bytes.ok_or(EngineError::Damaged)?;
                        LocalKey::from_bytes(stored::decode(&bytes)?)
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        };
        Ok(Self { store, key })
    }

    /// A value's bytes.
    pub(crate) async fn bytes(
        &self,
        table: Table,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, EngineError> {
        match self.store.get(table, key).await? {
            Some(sealed) => Ok(Some(self.key.open(&place(table, key), &sealed)?)),
            None => Ok(None),
        }
    }

    /// A value.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        table: Table,
        key: &[u8],
    ) -> Result<Option<T>, EngineError> {
        match self.bytes(table, key).await? {
            Some(bytes) => stored::decode(&bytes).map(Some),
            None => Ok(None),
        }
    }

    /// Something of these bytes, in clear.
    pub(crate) async fn clear(
        &self,
        table: Table,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.store.get(table, key).await?)
    }

    /// Rows of a range, opened.
    pub(crate) async fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, EngineError> {
        let rows = self.sealed(table, from, to, limit).await?;
        rows.into_iter()
            .map(|(key, sealed)| {
                let bytes = self.unseal(table, &key, &sealed)?;
                Ok((key, bytes))
            })
            .collect()
    }

    /// Rows of a range as they lie there, for conditions.
    pub(crate) async fn sealed(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, EngineError> {
        Ok(self.store.scan(table, from, to, limit).await?)
    }

    /// Opens one of them.
    pub(crate) fn unseal(
        &self,
        table: Table,
        key: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, EngineError> {
        Ok(self.key.open(&place(table, key), sealed)?)
    }

    /// Adds a value to a batch, sealed.
    pub(crate) fn put<T: Serialize>(
        &self,
        rng: &mut dyn Random,
        batch: &mut Batch,
        table: Table,
        key: &[u8],
        value: &T,
    ) {
        self.put_bytes(rng, batch, table, key, &stored::encode(value));
    }

    /// Adds bytes to a batch, sealed.
    pub(crate) fn put_bytes(
        &self,
        rng: &mut dyn Random,
        batch: &mut Batch,
        table: Table,
        key: &[u8],
        bytes: &[u8],
    ) {
        let sealed = self.key.seal(rng, &place(table, key), bytes);
        batch.put(table, key, sealed);
    }

    /// Carries out a batch.
    pub(crate) async fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        self.store.apply(batch).await
    }
}

/// Where a value lies; it opens nowhere else.
fn place(table: Table, key: &[u8]) -> Vec<u8> {
    [table.name().as_bytes(), &[0], key].concat()
}

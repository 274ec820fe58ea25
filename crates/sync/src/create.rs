use tendero_protocol::entry::Newcomer;
use tendero_protocol::{Chain, DeviceId, MemberId, Signer, WorkspaceId};
use tendero_vault::{DeviceKey, Keyring, Random};

/// Begins a workspace: the chain with the Create entry of its owner, signed by this device. `name` is the person's name,
/// `now_ms` milliseconds since 1970, for display.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact of its own, used once in the life of a workspace"
)]
pub fn create(
    workspace: WorkspaceId,
    member: MemberId,
    device: DeviceId,
    name: &str,
    key: &DeviceKey,
    keyring: &Keyring,
    now_ms: u64,
    rng: &mut dyn Random,
) -> Chain {
    let owner = Newcomer {
        member,
        device,
        key: key.public_key(),
        sealing_key: None,
        sealed_name: keyring.seal_name(rng, member, name),
    };
    Chain::create(workspace, owner, now_ms, key)
}

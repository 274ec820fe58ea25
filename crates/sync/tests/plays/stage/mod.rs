//! The stage: sellers' devices, the relay, and how a newcomer gets in.

pub mod dice;
pub mod join;
pub mod relay;
pub mod seller;
pub mod world;

pub use dice::Dice;
pub use join::{Newcomer, invitation, invite};
pub use relay::Relay;
pub use seller::Seller;
pub use world::World;

pub const ALICE: usize = 0;
pub const BOB: usize = 1;

/// Alice has begun a workspace; nobody is connected.
pub fn alice_alone() -> World {
    World::new(Relay::new(7), vec![Seller::founder("alice", 1)])
}

/// Alice and Bob are connected and have the same.
pub fn alice_and_bob() -> World {
    let mut world = alice_alone();
    world.start(ALICE);
    bring(&mut world, "bob", 2);
    world
}

/// A newcomer whom Alice invites, connected.
pub fn bring(world: &mut World, name: &'static str, seed: u64) -> usize {
    let link = invite(world, ALICE, 5);
    let seller = Newcomer::new(name, link, seed).join(world).unwrap();
    let who = world.join(seller);
    world.start(who);
    who
}

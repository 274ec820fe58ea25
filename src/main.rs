//! Starts the app on the page that loaded it.

fn main() {
    tendero_app::mount();
}

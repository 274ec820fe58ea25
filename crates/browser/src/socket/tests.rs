//! The socket against one that the test plays, and against an address where nobody answers.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

/// Replaces the browser's sockets for addresses of the scheme `played`.
const PLAYED: &str = "
    if (self.played) return;
    const real = self.WebSocket;
    self.played = new Map();
    self.WebSocket = function (address) {
        if (!address.startsWith('played:')) return new real(address);
        this.sent = [];
        this.bufferedAmount = 0;
        this.send = bytes => { this.sent.push(bytes.length); this.bufferedAmount += bytes.length; };
        this.close = () => { this.closed = true; };
        self.played.set(address, this);
    };
";

type Heard = Rc<RefCell<Vec<SocketEvent>>>;

fn connect(address: &str) -> (Option<Socket>, Heard) {
    let heard = Heard::default();
    let hearing = Rc::clone(&heard);
    let tell = move |event| hearing.borrow_mut().push(event);
    (Socket::connect(address, tell), heard)
}

/// The socket under test, what it told, and the browser's side of it as a function that runs a script on it.
fn play(name: &str) -> (Socket, Heard, impl Fn(&str) -> JsValue) {
    Function::new_no_args(PLAYED).call0(&JsValue::NULL).unwrap();
    let address = format!("played:{name}");
    let (socket, heard) = connect(&address);
    let played = Reflect::get(&js_sys::global(), &"played".into()).unwrap();
    let played: js_sys::Map = played.unchecked_into();
    let other_side = played.get(&address.into());
    let run = move |script: &str| Function::new_no_args(script).call0(&other_side).unwrap();
    (socket.unwrap(), heard, run)
}

fn sent(run: &impl Fn(&str) -> JsValue) -> Vec<f64> {
    let sent: Array = run("return this.sent").unchecked_into();
    sent.iter().map(|length| length.as_f64().unwrap()).collect()
}

#[wasm_bindgen_test]
async fn address_where_nobody_answers_closes() {
    let (socket, heard) = connect("ws://127.0.0.1:1/sync");
    assert!(socket.is_some());
    for _ in 0..100 {
        sleep(Duration::from_millis(50)).await;
        if !heard.borrow().is_empty() {
            break;
        }
    }
    assert_eq!(*heard.borrow(), [SocketEvent::Closed]);
}

#[wasm_bindgen_test]
fn what_is_no_address_is_no_socket() {
    assert!(connect("ftp://example.org").0.is_none());
    assert!(connect("ws://").0.is_none());
}

#[wasm_bindgen_test]
fn events_come_in_order_with_their_bytes() {
    let (_socket, heard, run) = play("order");
    assert_eq!(
        run("return this.binaryType").as_string().as_deref(),
        Some("arraybuffer")
    );
    run("this.onopen({})");
    run("this.onmessage({data: new Uint8Array([1, 2, 3]).buffer})");
    run("this.onmessage({data: 'hola'})");
    run("this.onclose({})");
    let expected = [
        SocketEvent::Opened,
        SocketEvent::Received(vec![1, 2, 3]),
        SocketEvent::Received(b"hola".to_vec()),
        SocketEvent::Closed,
    ];
    assert_eq!(*heard.borrow(), expected);
}

#[wasm_bindgen_test]
fn dropped_socket_is_closed_and_silent() {
    let (socket, heard, run) = play("dropped");
    drop(socket);
    assert_eq!(run("return this.closed").as_bool(), Some(true));
    assert!(run("return this.onopen || this.onmessage || this.onclose").is_falsy());
    assert!(heard.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn full_socket_is_given_the_rest_when_it_has_drained_in_order() {
    let (socket, _heard, run) = play("full");
    for length in [AHEAD as usize, 1, 2] {
        socket.send(vec![0; length]);
    }
    assert_eq!(sent(&run), [f64::from(AHEAD)]);
    sleep(DRAINING * 5).await;
    assert_eq!(sent(&run), [f64::from(AHEAD)]);
    run("this.bufferedAmount = 0");
    sleep(DRAINING * 5).await;
    assert_eq!(sent(&run), [f64::from(AHEAD), 1.0, 2.0]);
    socket.send(vec![0; 3]);
    assert_eq!(sent(&run), [f64::from(AHEAD), 1.0, 2.0, 3.0]);
}

#[wasm_bindgen_test]
async fn dropped_socket_sends_nothing_that_still_waited() {
    let (socket, _heard, run) = play("dropped-full");
    socket.send(vec![0; AHEAD as usize]);
    socket.send(vec![0; 1]);
    drop(socket);
    run("this.bufferedAmount = 0");
    sleep(DRAINING * 5).await;
    assert_eq!(sent(&run), [f64::from(AHEAD)]);
}

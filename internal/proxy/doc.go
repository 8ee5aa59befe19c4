// Package proxy relays any number of connections, in both directions, and
// measures what backpressure does to who sends. Each direction of a connection
// is a copy of its own.
//
// # Words
//
//   - client: who connects to the proxy.
//   - upstream: what the proxy connects to, for each client.
//   - connection: a client with its upstream, and the two sockets of the proxy
//     between them. It has a number, from 1.
//   - direction: up is what the client sends, down is what it receives. The
//     sender of a direction is the client or the upstream, and the receiver is
//     the other one.
//   - completed: a connection in which both senders have ended their sides, and
//     everything was delivered.
//   - failed: a connection whose upstream could not be reached.
//   - cut: any other connection that has ended: a reset, a script that closes,
//     a timeout, the end of the proxy.
//   - row: a connection of which it is kept how it went over time, so that pages can
//     draw it. There are few.
//   - stall: a time in which the script of a direction lets nothing through. It
//     counts if bytes had to wait for its end.
//   - accepted: the bytes that a sender got rid of: those that the proxy has
//     read, those in the proxy's socket, and those that the sender's own kernel
//     holds, as far as they are on this machine.
//   - draw: what the seed gives a connection: whether it follows the scripts,
//     and its jitter.
//
// # Goroutines
//
// On Linux a goroutine for each processor serves its share of the connections
// (package loop). Elsewhere, each direction has goroutines of its own.
package proxy

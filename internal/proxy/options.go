package proxy

import (
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
	"bpcopy/internal/transfer"
)

// Direction is one of the two ways through a connection.
type Direction int

// The directions.
const (
	Down Direction = iota // what the client receives
	Up                    // what the client sends
)

// String returns "down" or "up".
func (d Direction) String() string {
	if d == Up {
		return "up"
	}
	return "down"
}

// Options say what a proxy does. Those that may be zero say so.
type Options struct {
	Listen, Upstream endpoint.Operand

	// Transfer says how the bytes of each direction move. The proxy sets its
	// clock, its scripts, its seed and its observer.
	Transfer transfer.Options
	// Scripts are those of the receivers, by direction; they may be zero.
	Scripts [2]throttle.Script
	// Share is how many of 100 connections follow the scripts.
	Share float64
	// Seed chooses them, and makes their jitter repeatable.
	Seed uint64

	// Buffers are the sizes of all sockets' buffers, except for those that the
	// operands tell.
	Buffers endpoint.Buffers

	MaxConnections int           // more wait in the listener's queue; 0 is no limit
	Connections    int64         // end after so many; 0 is never
	For            time.Duration // end after so long; 0 is never
	ConnectTimeout time.Duration // of an attempt to connect to upstream; 0 is none
	ConnectRetry   time.Duration // for how long further attempts begin while there is no service yet; 0 is one attempt
	IdleTimeout    time.Duration // of a connection; 0 is none

	// Rows is of how many connections it is kept how they went over time, see
	// [Proxy.Rows]. Each takes some 120 KiB of memory. If there are any, it is kept for
	// the directions as a whole, too, see [Proxy.Series].
	Rows int

	Clock *clock.Clock
	// Observe hears every event, with the number and the direction of its
	// connection and the time since the proxy was made. It must not wait. It
	// may be nil.
	Observe func(conn int64, d Direction, at time.Duration, e *stream.Event)
	// Stalled is called when a direction has come into a stall while no other
	// was in one, and when the last one has come out of it, see
	// [Proxy.InStall]. It must not wait. It may be nil.
	Stalled func()

	// Goroutines serves each direction by goroutines of its own, as it is done
	// where there is no epoll.
	Goroutines bool
}

// Package evidence asks the kernel why a copy waits: which process is at the other
// end and what it does, what a TCP connection waits for, how much waits in between,
// and whether a disk is behind. Only Linux tells.
//
// # Words
//
//   - side, end: a side of the copy is its source or its destinations; an end is
//     the source or one destination.
//   - look: what a [Watch] does at most ten times a second, and rarely in a long copy.
//   - sample: a look at an end that held the copy up for at least half of the time
//     since the look before.
//   - finding: what one sample has found.
//   - entry: what all samples of an end have found of one kind, with its share.
//   - holder: a process that has a pipe or a socket open.
//   - culprit: the holder at the other end of a pipe or a socket, or, while that one
//     waits in a pipe itself, the one behind it, and so on.
//   - scan: to look through the descriptors of all processes for holders. Where there
//     are many, several looks make it.
//
// # What it must not do
//
// Whoever is watched must not notice, and the copy must not wait. So nothing is
// opened that would make this process an end of a pipe: links in /proc are read, and
// what they lead to is not opened. Files that may be on a server that does not answer
// are not asked. What cannot be told is left out. Nothing is an error, and nothing is
// guessed.
//
// # Goroutines
//
// Each look has a goroutine of its own, and only one is made at a time. [Watch.Stop] waits
// for it.
package evidence

import (
	"time"

	"bpcopy/internal/side"
)

// The kinds of entries.
const (
	Process = "process" // a process at the other end, or behind it
	TCP     = "tcp"     // the connection of a destination
	Queue   = "queue"   // bytes that wait in the kernel
	Disk    = "disk"    // the file of an end
	Limit   = "limit"   // a rate or a script
)

// The states of a process, a disk and a limit.
const (
	Running  = "running"
	Reading  = "reading" // it waits for bytes, or for a peer's
	Writing  = "writing" // it waits for room
	InDisk   = "disk"    // it waits for a disk, without being interruptible
	Stopped  = "stopped" // by a signal or a debugger
	Sleeping = "sleeping"
	ByRate   = "rate"
	ByScript = "script"
)

// Entry is what the samples of an end have found. Fields of other kinds than its own
// are zero.
type Entry struct {
	Side        side.Side
	Destination int // its index, if Side is [side.Destination]
	Kind        string
	Share       float64 // of the samples of this end in which it held; of a [TCP], the share of the time in which bytes were on their way

	PID      int      // the latest, if several with the same command took turns
	Command  string   // as the process wants to be called: not inert
	State    string   // the one seen most often
	CPUShare *float64 // of one processor; nil if it was sampled only once

	ReceiverWindow time.Duration // the receiver had no room
	SendBuffer     time.Duration // our own system had no room
	Network        time.Duration // the network took the rest
	Retransmits    int64         // segments that were sent again
	RTT            time.Duration // smoothed round trip, at last

	Bytes    int64 // that waited, on average
	Capacity int64 // how many can wait

	WaitChannel  string   // where in the kernel this process waited for the disk; "" if that is not told
	StalledShare *float64 // of the time in which any process of the system waited for a disk; nil if that is not told
}

// End is a source or a destination to watch.
type End struct {
	// File reports whether the bytes are on a disk.
	File bool
	// Socket reports whether the end is a socket.
	Socket bool
	// Examine calls look with the descriptor, which stays open meanwhile. It may
	// fail. It may be called until Stop returns.
	Examine func(look func(fd int)) error
}

// finding is what one sample has found. A nil pointer is what could not be told.
type finding struct {
	process *processFinding
	tcp     *tcpFinding
	queue   *queueFinding
	disk    *diskFinding
}

type processFinding struct {
	id      processID
	command string
	state   string
	cpu     time.Duration // since the process was started
}

// processID names one process for good: numbers are given again.
type processID struct {
	pid     int
	started uint64 // in ticks since the system was started
}

// tcpFinding has what a connection has done since it was made.
type tcpFinding struct {
	busy, receiverWindow, sendBuffer time.Duration
	retransmits                      int64
	rtt                              time.Duration
}

type queueFinding struct {
	bytes, capacity int64
	holds           bool // at a destination bytes wait, at a source none does
}

type diskFinding struct {
	waits   bool          // a thread of this process does
	channel string        // where in the kernel, "" if that is not told
	stalled time.Duration // for how long some process has waited since the system was started
	told    bool          // stalled is known
}

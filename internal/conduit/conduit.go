// Package conduit holds the bytes that wait between a source and its
// destinations. A conduit carries bytes and counts nothing: the machine in
// package stream counts.
//
// # Words
//
//   - conduit: a FIFO of bytes with one source and one or more destinations.
//     [Memory] keeps them in a ring, [Kernel] in a pipe, [Fan] in a pipe for
//     each destination, [Range] in the source file, [Relay] where it suits the
//     size of the reads.
//   - fill: to move one chunk from the source into the conduit.
//   - flush: to move the oldest bytes from the conduit to a destination.
//   - hold: the number of bytes up to which a conduit can take one more chunk.
//   - drop: to go on without a destination that takes nothing any more.
//
// A drain is not among them: it is an event of package stream.
package conduit

import (
	"syscall"
	"time"
)

// Source fills a conduit.
type Source interface {
	// Read reads up to len(p) bytes. It waits for the first byte only.
	Read(p []byte) (int, error)
}

// Destination takes what a conduit flushes.
type Destination interface {
	// Write writes all of p, or returns how many bytes were taken and an error.
	Write(p []byte) (int, error)
}

// Conduit is a queue of bytes with a source and one or more destinations. It is
// a [Blocking], a [Tried] or a [Polled] one.
type Conduit interface {
	// Drop says that destination dst takes nothing any more. It must not be in
	// use.
	Drop(dst int)
	// Name returns the name of this kind of conduit, for the summary.
	Name() string
	// Close frees the conduit. No call may be in progress.
	Close() error
}

// Blocking is a conduit whose calls may wait for the source or a destination.
// Fill and Flush may run at the same time. One goroutine calls Fill, and one
// calls Flush for each destination.
type Blocking interface {
	Conduit
	// Fill reads once from the source, at most size bytes, into the conduit. At
	// the end of the source it returns io.EOF.
	Fill(size int64) (int64, error)
	// Flush writes size bytes to destination dst: the oldest that it has not
	// taken. It returns how many dst took. The others stay in the conduit.
	Flush(dst int, size int64) (int64, error)
}

// Tried is a conduit with one destination whose calls never wait. Whoever calls
// them finds out in another way when to try again. Only one goroutine may call
// its methods.
type Tried interface {
	Conduit
	// TryFill is Fill, but returns 0 and no error if the source has nothing
	// yet.
	TryFill(size int64) (int64, error)
	// TryFlush writes as many of the oldest size bytes as the destination takes
	// now. It returns 0 and no error if the destination takes none.
	TryFlush(size int64) (int64, error)
}

// Polled is a conduit that can also wait for the source and the destination at
// once. So one goroutine can serve both. Only that goroutine may call its
// methods, except Wake.
type Polled interface {
	Tried
	// Wait returns when one of these holds, or earlier: in is true and the
	// source has something; out is true and the destination takes something; d
	// has passed and is not [Forever]; Wake was called.
	//
	// It fails if it cannot wait, or if out is false and the destination goes
	// away. Both are errors of the destination.
	Wait(in, out bool, d time.Duration) error
	// Wake ends the Wait in progress, or the next one. Any goroutine may call
	// it.
	Wake()
	// Share says, before the first Wait, that other goroutines want the processors:
	// none is to be kept while there is nothing to do.
	Share()
}

// Deferring is a conduit whose Flush may leave something to be done later.
type Deferring interface {
	Conduit
	// Complete does what is left for destination dst. It is called after the last
	// Flush, if none has failed, and before Close.
	Complete(dst int) error
}

// Forever is a wait without an end.
const Forever time.Duration = -1

// Spliced is a source or a destination on which splice(2) may work.
type Spliced interface {
	// Spliceable returns nil, or why splice(2) cannot be used.
	Spliceable() error
	// SyscallConn returns the descriptor, or false if it must not be used.
	SyscallConn() (syscall.RawConn, bool)
	// Regular reports whether it is a regular file. A read of a regular file
	// returns all that was asked for, up to its end.
	Regular() bool
	// Socket reports whether it is a socket.
	Socket() bool
}

// SplicedSource is a source on which splice(2) may work.
type SplicedSource interface {
	Source
	Spliced
	// ReadError turns an error of a call on the descriptor into one of the
	// source.
	ReadError(error) error
	// Took says that n bytes were read from the descriptor.
	Took(n int64)
}

// SplicedDestination is a destination on which splice(2) may work.
type SplicedDestination interface {
	Destination
	Spliced
	// WriteError turns an error of a call on the descriptor into one of the
	// destination.
	WriteError(error) error
	// Wrote says that n bytes were written to the descriptor. The call may wait
	// for a disk.
	Wrote(n int64)
	// Away returns the error of a write if the reader or peer has gone away,
	// and nil if not.
	Away() error
}

// RangedSource is a source file, any part of which may be copied at any time.
type RangedSource interface {
	SplicedSource
	// Ranged returns nil, or why that cannot be.
	Ranged() error
}

// RangedDestination is a destination file, any part of which may be written at any
// time.
type RangedDestination interface {
	SplicedDestination
	// Ranged returns nil, or why that cannot be.
	Ranged() error
}

// Answering is a destination whose peer may send answers. Nobody wants them,
// but they must be read and dropped: a peer that cannot send may stop
// receiving.
type Answering interface {
	// Answers reports whether whoever polls the descriptor has to drop the
	// answers.
	Answers() bool
	// DropAnswers drops the answers that have arrived. It returns false if no
	// more will come, and an error if the destination is lost.
	DropAnswers() (more bool, err error)
}

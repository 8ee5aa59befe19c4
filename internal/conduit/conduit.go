// Package conduit holds the bytes that wait between a source and a destination:
// a queue that is filled at one end and flushed at the other. It carries bytes
// and counts nothing; the machine in package stream counts.
package conduit

import (
	"syscall"
	"time"
)

// Source is what a conduit is filled from.
type Source interface {
	// Read reads what is there, up to len(p) bytes, waiting for the first.
	Read(p []byte) (int, error)
}

// Destination is what a conduit is flushed to.
type Destination interface {
	// Write writes all of p, or says how much of it was taken and why no more.
	Write(p []byte) (int, error)
}

// Conduit is a queue of bytes with a source and one or more destinations. It is
// a [Blocking] or a [Polled] one.
type Conduit interface {
	// Drop says that destination dst takes nothing any more. It must not be in use.
	Drop(dst int)
	// Name is what the summary calls this kind of conduit.
	Name() string
	// Close frees what it holds. Neither end may be in use.
	Close() error
}

// Blocking is a conduit whose ends may make their callers wait. Fill and Flush may
// run at the same time, each by one goroutine for each end.
type Blocking interface {
	Conduit
	// Fill moves one chunk of at most size bytes in from the source: what one read
	// delivers, or io.EOF.
	Fill(size int64) (int64, error)
	// Flush moves the oldest size bytes that destination dst has not taken out to
	// it, and says how many it took. Bytes that were not stay in the conduit.
	Flush(dst int, size int64) (int64, error)
}

// Polled is a conduit with one destination whose ends make nobody wait in the
// midst of a call, so that one goroutine can see to both and wait for both. It is
// for that goroutine alone, but for Wake.
type Polled interface {
	Conduit
	// TryFill is Fill, but returns 0 and no error where the source has nothing yet.
	TryFill(size int64) (int64, error)
	// TryFlush moves as many of the oldest size bytes out as are taken just now: 0
	// and no error where none are.
	TryFlush(size int64) (int64, error)
	// Wait waits until the source has something, if in is set, until the
	// destination takes something, if out is, for d, unless that is [Forever], or
	// until Wake is called. It may return sooner. It fails when it cannot wait, and
	// when the destination goes away that is not to take anything now; both are
	// errors of the destination.
	Wait(in, out bool, d time.Duration) error
	// Wake ends the Wait in progress, or the next one. Any goroutine may call it.
	Wake()
	// Share says, before the first Wait, that other goroutines want the processors:
	// none is to be kept while there is nothing to do.
	Share()
}

// Forever is a wait without an end.
const Forever time.Duration = -1

// Spliced is an end that the kernel may be able to read or write by itself.
type Spliced interface {
	// Spliceable returns nil, or why splice(2) cannot be used.
	Spliceable() error
	// SyscallConn gives the descriptor, or false where it must not be used.
	SyscallConn() (syscall.RawConn, bool)
	// Regular reports whether it is a file. One gives all that is asked for, up to
	// its end.
	Regular() bool
	// Socket reports whether it is a socket.
	Socket() bool
}

// SplicedSource is a source that the kernel may be able to read by itself.
type SplicedSource interface {
	Source
	Spliced
	// ReadError says what an error means that was met on the descriptor.
	ReadError(error) error
	// Took tells it that n bytes were taken from the descriptor.
	Took(n int64)
}

// SplicedDestination is a destination that the kernel may be able to write by
// itself.
type SplicedDestination interface {
	Destination
	Spliced
	// WriteError says what an error means that was met on the descriptor.
	WriteError(error) error
	// Wrote tells it that n bytes were written to the descriptor. It may take its
	// time.
	Wrote(n int64)
	// Away returns what a write would meet if whoever takes the bytes has gone away,
	// and nil if not.
	Away() error
}

// Answering is a destination with a peer that may say something itself, which is
// of no interest. It must be dropped all the same: a peer that cannot get rid of
// its answers may stop listening.
type Answering interface {
	// Answers reports whether whoever polls the descriptor has to drop them.
	Answers() bool
	// DropAnswers drops what is there. It returns false when there will be no more
	// of it, and an error when the destination is lost.
	DropAnswers() (more bool, err error)
}

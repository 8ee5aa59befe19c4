// Package conduit holds the bytes that wait between a source and a destination:
// a queue with two ends, which one goroutine fills and another flushes. It
// carries bytes and counts nothing; the machine in package stream counts.
package conduit

import "syscall"

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

// Conduit is a queue of bytes with a source and one or more destinations. Fill
// and Flush may run at the same time, each by one goroutine for each end.
type Conduit interface {
	// Fill moves one chunk of at most size bytes in from the source: what one read
	// delivers, or io.EOF.
	Fill(size int64) (int64, error)
	// Flush moves the oldest size bytes that destination dst has not taken out to
	// it, and says how many it took. Bytes that were not stay in the conduit.
	Flush(dst int, size int64) (int64, error)
	// Drop says that destination dst takes nothing any more. It must not be in use.
	Drop(dst int)
	// Name is what the summary calls this kind of conduit.
	Name() string
	// Close frees what it holds. Neither end may be in use.
	Close() error
}

// Spliced is an end that the kernel may be able to read or write by itself.
type Spliced interface {
	// Spliceable returns nil, or why splice(2) cannot be used.
	Spliceable() error
	// SyscallConn gives the descriptor, or false where it must not be used.
	SyscallConn() (syscall.RawConn, bool)
	// Regular reports whether it is a file. One gives all that is asked for, up to
	// its end.
	Regular() bool
}

// SplicedSource is a source that the kernel may be able to read by itself.
type SplicedSource interface {
	Source
	Spliced
	// ReadError says what an error means that was met on the descriptor.
	ReadError(error) error
	// Took tells it that n bytes were taken from the descriptor. It may find that
	// there should not have been so many.
	Took(n int64) error
}

// SplicedDestination is a destination that the kernel may be able to write by
// itself.
type SplicedDestination interface {
	Destination
	Spliced
	// WriteError says what an error means that was met on the descriptor.
	WriteError(error) error
}

package transfer

import "bpcopy/internal/conduit"

// Source is where the bytes come from.
type Source interface {
	conduit.Source
	// Cancel makes the Read in progress, and every later one, return soon.
	Cancel()
}

// Destination is where the bytes go.
type Destination interface {
	conduit.Destination
	// Cancel makes the Write in progress, and every later one, return soon.
	Cancel()
}

// FileSource is a source that may be a file.
type FileSource interface {
	Source
	// Regular reports whether it is one. A Read makes nobody wait then.
	Regular() bool
}

// ScriptedSource is a source that tells in its own words what a script makes of
// it. Without them it ends, or fails with the error as it is.
type ScriptedSource interface {
	Source
	// Ended returns what a Read returns after the last byte: io.EOF, or an
	// error.
	Ended() error
	// ReadError returns the error of a Read that fails because of err.
	ReadError(err error) error
}

// ScriptedDestination is a destination that tells in its own words what a
// script makes of it. Without them it fails with the error as it is.
type ScriptedDestination interface {
	Destination
	// Gone returns the error of a Write when whoever takes the bytes has gone
	// away.
	Gone() error
	// WriteError returns the error of a Write that fails because of err.
	WriteError(err error) error
}

// WatchedDestination is a destination that can tell, with nothing to write,
// that nobody is left to take it.
type WatchedDestination interface {
	Destination
	// Away returns what a Write would meet then, and nil otherwise. It does not
	// wait.
	Away() error
}

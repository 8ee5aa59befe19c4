package faults

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Fault is what happens to a program, and when. It is written as
//
//	CALL:N:WHAT        at the N-th call of CALL
//	CALL@FILE:N:WHAT   at the N-th call of CALL for a file of that name
//	CALL:N+:WHAT       at that call and at all later ones
//
// CALL is the name of a system call, or any. The zero value is no fault.
type Fault struct {
	Call    string
	File    string // the last element of a path, or empty
	N       int    // from 1
	Onwards bool
	What    What
}

// What happens at a call: an error (EIO), a signal that arrives there (SIGTERM),
// a transfer of at most one byte (short) or of half the bytes asked for (half),
// or a read that finds the end of the file (end).
type What string

// The effects that are no error and no signal.
const (
	Short What = "short"
	Half  What = "half"
	End   What = "end"
)

// AnyCall as the Call of a Fault counts all calls together.
const AnyCall = "any"

// ParseFault parses the text form of a Fault.
func ParseFault(text string) (Fault, error) {
	wrong := fmt.Errorf("fault %q: want CALL[@FILE]:N[+]:WHAT, such as write:3:EIO", text)
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return Fault{}, wrong
	}
	var f Fault
	f.Call, f.File, _ = strings.Cut(parts[0], "@")
	count, onwards := strings.CutSuffix(parts[1], "+")
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || f.Call == "" {
		return Fault{}, wrong
	}
	f.N, f.Onwards, f.What = n, onwards, What(parts[2])
	if !f.What.known() {
		return Fault{}, fmt.Errorf("fault %q: no such error or signal: %s", text, f.What)
	}
	return f, nil
}

// String returns what [ParseFault] takes, or "none".
func (f Fault) String() string {
	if f.N == 0 {
		return "none"
	}
	call, count := f.Call, strconv.Itoa(f.N)
	if f.File != "" {
		call += "@" + f.File
	}
	if f.Onwards {
		count += "+"
	}
	return call + ":" + count + ":" + string(f.What)
}

// counts reports whether the fault is about calls such as this one.
func (f Fault) counts(c Call) bool {
	return f.isAbout(c.Name) && (f.File == "" || f.File == c.file())
}

func (f Fault) isAbout(call string) bool { return f.Call == AnyCall || f.Call == call }

// due reports whether the fault happens at the n-th of the calls that it counts.
func (f Fault) due(n int) bool {
	return f.N > 0 && (n == f.N || f.Onwards && n > f.N)
}

// Shortens reports whether the call is made, for fewer bytes.
func (w What) Shortens() bool { return w == Short || w == Half }

func (w What) known() bool {
	return w.Errno() != 0 || w.Signal() != 0 || w.Shortens() || w == End
}

// fits reports whether it can happen to a call. Only what moves more than one
// byte can move fewer. And what is there to be woken up by is a counter in memory,
// which is always read and always written.
func (w What) fits(c Call) bool {
	switch {
	case c.Target == eventfd && (c.Name == "read" || c.Name == "write"):
		return w.Signal() != 0
	case w.Shortens():
		return c.Length > 1
	}
	return true
}

const eventfd = "anon_inode:[eventfd]"

// Errno returns the error that a call is answered with, or 0.
func (w What) Errno() syscall.Errno {
	if w == "EOPNOTSUPP" { // which is ENOTSUP as well
		return unix.EOPNOTSUPP
	}
	if !strings.HasPrefix(string(w), "E") {
		return 0
	}
	const largest = 133
	for errno := syscall.Errno(1); errno <= largest; errno++ {
		if unix.ErrnoName(errno) == string(w) {
			return errno
		}
	}
	return 0
}

// Signal returns the signal that arrives, or 0.
func (w What) Signal() syscall.Signal { return unix.SignalNum(string(w)) }

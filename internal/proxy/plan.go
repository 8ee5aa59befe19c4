package proxy

import (
	"context"
	"io"
	"os"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/document"
	"bpcopy/internal/expect"
)

// Plan says what a [Service] is to do.
type Plan struct {
	Options
	Name       string // in the summary; "" is where it listens
	Conditions []expect.Condition
	JSON       File // gets the summary
	Events     File // gets every event
	Recording  bool // has the summary as the last line there
	// Documents are written at the end, also if the proxy fails. Those that draw, and
	// [Service.SoFar], show the connections that Options.Rows keeps.
	Documents []Document
	// Grace is how long these may take to be written after a signal.
	Grace time.Duration

	Watch   string  // a process, by its number, or "upstream"; "" is none
	Command Command // may be zero

	// Listening is called when clients can connect, with the operand for that.
	Listening func(url string)
	// Show is called then, with the name and with what a display polls. The function that it
	// returns is called when the proxy has ended.
	Show func(name string, poll func() Snapshot) (stop func())
	// Process is told how far the service is.
	Process Process
}

// File is where a report goes. The zero value is none.
type File struct {
	Name string // as the user wrote it, for errors
	Open func(context.Context) (io.WriteCloser, error)
}

// Document is a report that is written at the end, in one of the forms of package
// document.
type Document struct {
	File
	Form document.Form
}

func (f File) wanted() bool { return f.Open != nil }

// Command is a program that uses the proxy, which lasts as long as it does.
type Command struct {
	Args                  []string // none is no command
	Stdin, Stdout, Stderr *os.File
	// Signal returns the signal that has ended a context, by its cause.
	Signal func(cause error) (s os.Signal, ok bool)
}

// Process is the process that the service runs in. It may have to end while the
// service runs, because of a signal. The methods are those of a job's.
type Process interface {
	// Begin is called before anything is touched. The process calls undo if it
	// ends before the service can undo its work itself.
	Begin(undo func())
	// GoBy is called before bytes move, with the clock of the service.
	GoBy(*clock.Clock)
	// End is called when nothing is to be undone any more.
	End()
	// Succeed is called when only the reports are left.
	Succeed()
}

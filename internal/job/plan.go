// Package job makes one copy, from its plan to its result. Nobody else knows
// how a copy is put together.
//
// # Words
//
//   - plan: everything that a copy is to do.
//   - to meet: to wait for the peers of the source and of the destinations.
//   - to carry: to meet, move the bytes and commit.
//   - transfer: the part of a copy that moves bytes, a [transfer.Copy].
//   - stage: a command between the source and the destinations.
//   - leg: a transfer from an end or a stage to the next. A copy without stages
//     has one.
//   - chain: the stages of a copy and its legs.
//   - to drop out: to fail while the copy goes on with the other destinations.
//     A destination that has dropped out is lost.
//   - complete: a destination that was committed, or a copy in which nothing
//     failed.
//   - to linger: to wait after the copy for the peers to end their sides.
//   - report: a file about the copy: the summary, the events or a document.
//   - document: a report in a form for people or other programs, see package
//     document.
package job

import (
	"context"
	"io"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/document"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/transfer"
)

// Plan says what one copy is to do.
type Plan struct {
	Name         string // what the copy is called in the summary
	Source       endpoint.Operand
	Destinations []endpoint.Operand // one or more
	From         endpoint.SourceOptions
	To           endpoint.DestOptions

	// Transfer says how the bytes move. It has one consumer for each
	// destination of the plan, or none. The job sets its clock and its
	// observer.
	Transfer transfer.Options
	// Move runs the transfer. It is its method Run if Move is nil.
	Move func(context.Context, *transfer.Copy) error

	// Stages are the commands that the bytes go through, in this order. What of
	// Transfer is about the source is for the first leg then, what is about the
	// destinations for the last one; Move is not used.
	Stages []string
	// Said is told each message of a stage, with its index. It may wait, until
	// its context ends. Several goroutines may call it.
	Said func(ctx context.Context, stage int, message string)

	// Dropped is told at once when a destination drops out, with the index of
	// its operand and why. It may be called by several goroutines, and be nil.
	Dropped func(operand int, err error)

	// Conditions are checked against the summary.
	Conditions []expect.Condition

	JSON   File // gets the summary
	Events File // gets every event
	// Recording has the summary as the last line there, with who held the copy up over
	// time, which needs Transfer.Series.
	Recording bool
	// Documents are written at the end, also if the copy fails. Those that draw
	// the copy need Transfer.Series.
	Documents []Document
	// Grace is how long these may take to be written after the copy was
	// interrupted.
	Grace time.Duration

	// Process is told how far the copy is. It may be nil.
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

// Process is the process that the job runs in. It may have to end while the job
// runs, because of a signal. So it is told how far the job is.
type Process interface {
	// Begin is called before anything is touched. The process calls undo if it
	// ends before the job can undo the copy itself.
	Begin(undo func())
	// GoBy is called before bytes move, with the clock of the copy.
	GoBy(*clock.Clock)
	// Decide is called just before the destinations get their names. If it
	// returns an error, they do not get them.
	Decide() error
	// End is called before the job closes its ends. No undo may be called any
	// more.
	End()
	// Succeed is called when everything has succeeded and only the reports are
	// left.
	Succeed()
}

// nobody is a Process that never has to end.
type nobody struct{}

// Begin does nothing.
func (nobody) Begin(func()) {}

// GoBy does nothing.
func (nobody) GoBy(*clock.Clock) {}

// Decide lets the destinations be completed.
func (nobody) Decide() error { return nil }

// End does nothing.
func (nobody) End() {}

// Succeed does nothing.
func (nobody) Succeed() {}

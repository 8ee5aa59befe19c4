// Package job makes one copy from its plan to its result: it opens the ends, meets
// their peers, moves the bytes, completes the destinations, lingers, closes, and
// tells what came of it. Nobody else knows how a copy is put together.
package job

import (
	"context"
	"io"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/transfer"
)

// Plan is what one copy is to be.
type Plan struct {
	Source       endpoint.Operand
	Destinations []endpoint.Operand
	From         endpoint.SourceOptions
	To           endpoint.DestOptions

	// Transfer says how the bytes move. Its consumers are by destination of the plan;
	// its clock and its observer are the job's.
	Transfer transfer.Options
	// Move runs the transfer; nil is its own Run.
	Move func(context.Context, *transfer.Copy) error

	// Expectations are held against the summary.
	Expectations []expect.Condition

	JSON   File // takes the summary object
	Events File // takes every event
	// Grace is how long the two may take to be written after the copy was interrupted.
	Grace time.Duration

	// Process is told how far the copy is. It may be nil.
	Process Process
}

// File is what a report is written to; the zero value is none.
type File struct {
	Name string // as the user has it
	Open func(context.Context) (io.WriteCloser, error)
}

func (f File) wanted() bool { return f.Open != nil }

// Process is who may have to end the whole program while a job runs in it.
type Process interface {
	// Begin is called before anything is touched, with what undoes the copy should the
	// job not come to it.
	Begin(undo func())
	// Run is called before bytes move, with the clock that they move by.
	Run(*clock.Clock)
	// Decide is called just before the destinations get their names. After an error
	// they do not.
	Decide() error
	// End is called before the job closes the ends itself.
	End()
	// Succeed is called when all is done but for the reports.
	Succeed()
}

// nobody is a process that goes on whatever happens.
type nobody struct{}

// Begin does nothing.
func (nobody) Begin(func()) {}

// Run does nothing.
func (nobody) Run(*clock.Clock) {}

// Decide lets the destinations be completed.
func (nobody) Decide() error { return nil }

// End does nothing.
func (nobody) End() {}

// Succeed does nothing.
func (nobody) Succeed() {}

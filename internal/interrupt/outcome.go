package interrupt

import (
	"fmt"
	"time"

	"bpcopy/internal/report"
)

// Outcome calls run in a goroutine of its own and returns its error. If the run
// is abandoned, Outcome undoes what must be undone and returns the error of the
// signal. The goroutine is then left behind, and the program must end.
func (r *Run) Outcome(run func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- run() }()
	select {
	case err := <-ended:
		return err
	case <-r.abandoned:
	}
	if err, ok := within(GraceAtOnce, ended); ok { // it was just ending
		return err
	}
	undone := make(chan error, 1)
	go func() {
		r.UndoNow()
		undone <- nil
	}()
	within(GraceAtOnce, undone)
	return r.abandonedError()
}

// Abandoned returns a channel that is closed when the run is abandoned. Whoever
// waits then must give up, since the program ends.
func (r *Run) Abandoned() <-chan struct{} { return r.abandoned }

// abandonedError returns the error of a run that was abandoned.
func (r *Run) abandonedError() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.succeeded {
		return fmt.Errorf("report: %w; %s", r.first, report.DestinationsComplete)
	}
	return r.first
}

// UndoNow calls the undo of [Run.Begin], if it is still to be called.
func (r *Run) UndoNow() {
	r.mu.Lock()
	undo := r.undo
	r.undo = nil
	r.mu.Unlock()
	if undo != nil {
		undo()
	}
}

// within waits for a result, but no longer than grace. If none has come, ok is
// false.
func within(grace time.Duration, result <-chan error) (err error, ok bool) {
	select {
	case err := <-result:
		return err, true
	case <-time.After(grace):
		return nil, false
	}
}

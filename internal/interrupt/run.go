// Package interrupt is the one rule for how a run ends by a signal.
//
// The first signal asks the run to end: its context ends. If the run has not
// ended soon, because it computes or because the kernel does not answer, it is
// abandoned: what has to be undone is undone without it, and the program ends. The
// second signal abandons it at once.
//
// From the moment at which the result is decided, just before the destinations
// get their names, a signal no longer changes it. It only makes the program give
// up a report that nobody reads.
//
// A signal that was ignored when the program was started stays ignored.
//
// What signals do belongs to the whole process. So this package is for the command
// line alone.
package interrupt

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/report"
)

// How long an interrupted program may take, from the signal on. All of it is less
// than a second.
const (
	GraceForReader = 300 * time.Millisecond // of standard output and standard error
	GraceForReport = 300 * time.Millisecond // to be written
	graceForFinish = 300 * time.Millisecond // of a run whose result is decided
	graceForRun    = 700 * time.Millisecond // to clean up what it has begun
	graceForPlan   = 100 * time.Millisecond // of a run that has nothing to clean up
	GraceAtOnce    = 50 * time.Millisecond  // of what is done at once
)

// Run is one run of the program, as far as signals end it.
type Run struct {
	cancel    context.CancelCauseFunc
	caught    chan struct{} // closed when signals are caught
	abandoned chan struct{} // closed by listen
	signals   chan os.Signal
	statuses  chan os.Signal // that ask for a line of status: many of them must not hide another
	asked     chan struct{}  // tells OnAsked of one
	start     inherited
	rare      *rareSignals

	mu      sync.Mutex // guards what follows
	first   *Error
	begun   bool
	decided bool
	over    bool         // with all that was wanted
	undo    func()       // nil where there is nothing to undo
	clock   *clock.Clock // that is told when the program goes on after it was stopped, or nil
}

// Catch returns a context that ends with an [Error] when somebody wants the program
// to stop. Signals stay caught until the process ends.
//
// To catch them takes a tenth of an empty copy, most of it waiting for a thread. So
// they are caught meanwhile, and [Run.Ready] waits for it.
func Catch() (context.Context, *Run) {
	// A write to a pipe that nobody reads is an error like any other, also on
	// standard output, where it would kill the program.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(context.Background())
	r := &Run{
		cancel:    cancel,
		caught:    make(chan struct{}),
		abandoned: make(chan struct{}),
		signals:   make(chan os.Signal, 8),
		statuses:  make(chan os.Signal, 1),
		asked:     make(chan struct{}, 1),
	}
	go func() {
		r.catch()
		close(r.caught)
		r.listen()
	}()
	return ctx, r
}

func (r *Run) catch() {
	if asking := statusSignals(); len(asking) > 0 { // or it would be all
		signal.Notify(r.statuses, asking...)
	}
	signals := continueSignals()
	for _, s := range stopSignals() {
		if !signal.Ignored(s) {
			signals = append(signals, s)
		}
	}
	if len(signals) > 0 {
		signal.Notify(r.signals, signals...)
	}
	r.rare = newRareSignals(r.signals)
}

// Ready returns when signals are caught. Before, they kill: nothing that must be undone
// may have begun, nor anything that somebody waits for.
func (r *Run) Ready() { <-r.caught }

// Wait says that the run begins to wait for somebody: from now on all signals are
// caught, also those that hardly ever come.
func (r *Run) Wait() { r.rare.catch() }

// Abandoned is closed when the program must end at once.
func (r *Run) Abandoned() <-chan struct{} { return r.abandoned }

// listen abandons the run when it is time to. It ends after that with the next
// signal, and otherwise with the process: until then none must change the status.
//
// It has no timer before the first signal: for timers the runtime opens
// descriptors, and where none are left it gives up with a dump and not an error.
func (r *Run) listen() {
	defer signal.Stop(r.signals)
	var finish, abandon <-chan time.Time // nil before the first signal
	for gone := false; ; {
		select {
		case sent := <-r.statuses:
			if s, ok := sent.(syscall.Signal); ok && !r.start.ignored(s, r.signals) {
				r.ask()
			}
		case sent := <-r.signals:
			s, ok := sent.(syscall.Signal)
			switch {
			case slices.Contains(continueSignals(), sent):
				r.goOn()
			case !ok || r.start.ignored(s, r.signals):
			case gone:
				return
			case abandon == nil:
				grace, most := r.note(s)
				finish, abandon = time.After(grace), time.After(most)
			default:
				gone = true
				close(r.abandoned)
			}
		case <-finish:
			r.cancel(r.first) // nobody else writes it
		case <-abandon:
			if !gone {
				gone = true
				close(r.abandoned)
			}
		}
	}
}

func (r *Run) ask() {
	select {
	case r.asked <- struct{}{}:
	default: // one line will do for both
	}
}

// OnAsked calls tell whenever a signal asks for a line of status, until the function
// it returns is called.
func (r *Run) OnAsked(tell func()) (stop func()) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for {
			select {
			case <-r.asked:
				tell()
			case <-quit:
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-gone
	}
}

// note notes the first signal. It returns after how long the context is to end,
// and the run to be abandoned.
func (r *Run) note(s syscall.Signal) (finish, abandon time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.first = &Error{Signal: s, kills: !slices.Contains(stopSignals(), os.Signal(s))}
	if r.decided {
		return graceForFinish, graceForRun
	}
	r.cancel(r.first)
	if r.begun {
		return 0, graceForRun
	}
	return 0, graceForPlan
}

// Decide is called just before the destinations become what they will be: before
// the first rename. It returns the error of a signal that came, and then nothing
// may be renamed. Otherwise no signal changes the result any more.
func (r *Run) Decide() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first != nil && !r.decided {
		return r.first
	}
	r.decided = true
	return nil
}

// Succeed says that the run has done what was wanted, but for what it may report.
func (r *Run) Succeed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
}

// Begin says that the run has begun with what it may have to clean up, and how
// that is undone should the run be abandoned.
func (r *Run) Begin(undo func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun, r.undo = true, undo
}

// Run says that the run goes by the clock from now on, which is told when the program
// was stopped and goes on.
func (r *Run) Run(c *clock.Clock) {
	r.rare.catchSoon()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(continueSignals()) > 0 {
		c.Watch()
		r.clock = c
	}
}

// goOn tells the clock that the program was stopped and goes on.
func (r *Run) goOn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clock != nil {
		r.clock.Continued()
	}
}

// End says that the run undoes what is to be undone.
func (r *Run) End() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.undo = nil
}

// Outcome runs the program in a goroutine of its own and returns the error with
// which it has ended, or that of the signal for which it was abandoned. Then the
// goroutine is left behind, and the program must end.
func (r *Run) Outcome(run func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- run() }()
	select {
	case err := <-ended:
		return err
	case <-r.abandoned:
	}
	if err, ok := within(GraceAtOnce, ended); ok { // it was about to end
		return err
	}
	undone := make(chan error, 1)
	go func() {
		r.UndoNow()
		undone <- nil
	}()
	within(GraceAtOnce, undone)
	return r.verdict()
}

// verdict is the error of a run that was abandoned.
func (r *Run) verdict() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return fmt.Errorf("report: %w; %s", r.first, report.DestinationsComplete)
	}
	return r.first
}

// UndoNow undoes what is to be undone.
func (r *Run) UndoNow() {
	r.mu.Lock()
	undo := r.undo
	r.undo = nil
	r.mu.Unlock()
	if undo != nil {
		undo()
	}
}

// within waits for an error for so long.
func within(grace time.Duration, result <-chan error) (err error, ok bool) {
	select {
	case err := <-result:
		return err, true
	case <-time.After(grace):
		return nil, false
	}
}

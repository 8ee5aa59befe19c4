package cmd

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
	"bpcopy/internal/job"
)

// How long an interrupted program may take, from the signal on. All of it is less
// than a second.
const (
	graceForReader = 300 * time.Millisecond // of standard output and standard error
	graceForReport = 300 * time.Millisecond // to be written
	graceForFinish = 300 * time.Millisecond // of a run whose result is decided
	graceForRun    = 700 * time.Millisecond // to clean up what it has begun
	graceForPlan   = 100 * time.Millisecond // of a run that has nothing to clean up
	graceAtOnce    = 50 * time.Millisecond  // of what is done at once
)

// interruption is the one rule for how a run ends by a signal.
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
type interruption struct {
	cancel    context.CancelCauseFunc
	abandoned chan struct{} // closed by listen
	signals   chan os.Signal
	start     inherited
	rare      *rareSignals

	mu      sync.Mutex // guards what follows
	first   *signalError
	begun   bool
	decided bool
	over    bool         // with all that was wanted
	undo    func()       // nil where there is nothing to undo
	clock   *clock.Clock // that is told when the program goes on after it was stopped, or nil
}

// catchSignals returns a context that ends with a signalError when somebody
// wants the program to stop.
func catchSignals() (context.Context, *interruption) {
	// A write to a pipe that nobody reads is an error like any other, also on
	// standard output, where it would kill the program.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(context.Background())
	i := &interruption{
		cancel:    cancel,
		abandoned: make(chan struct{}),
		signals:   make(chan os.Signal, 8),
	}
	signals := continueSignals()
	for _, s := range stopSignals() {
		if !signal.Ignored(s) {
			signals = append(signals, s)
		}
	}
	if len(signals) > 0 { // or it would be all
		signal.Notify(i.signals, signals...)
	}
	i.rare = newRareSignals(i.signals)
	go i.listen()
	return ctx, i
}

// listen abandons the run when it is time to. It ends after that with the next
// signal, and otherwise with the process: until then none must change the status.
//
// It has no timer before the first signal: for timers the runtime opens
// descriptors, and where none are left it gives up with a dump and not an error.
func (i *interruption) listen() {
	defer signal.Stop(i.signals)
	var finish, abandon <-chan time.Time // nil before the first signal
	for gone := false; ; {
		select {
		case sent := <-i.signals:
			s, ok := sent.(syscall.Signal)
			switch {
			case slices.Contains(continueSignals(), sent):
				i.goOn()
			case !ok || i.start.ignored(s, i.signals):
			case gone:
				return
			case abandon == nil:
				grace, most := i.note(s)
				finish, abandon = time.After(grace), time.After(most)
			default:
				gone = true
				close(i.abandoned)
			}
		case <-finish:
			i.cancel(i.first) // nobody else writes it
		case <-abandon:
			if !gone {
				gone = true
				close(i.abandoned)
			}
		}
	}
}

// note notes the first signal. It returns after how long the context is to end,
// and the run to be abandoned.
func (i *interruption) note(s syscall.Signal) (finish, abandon time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.first = &signalError{signal: s, kills: !slices.Contains(stopSignals(), os.Signal(s))}
	if i.decided {
		return graceForFinish, graceForRun
	}
	i.cancel(i.first)
	if i.begun {
		return 0, graceForRun
	}
	return 0, graceForPlan
}

// Decide is called just before the destinations become what they will be: before
// the first rename. It returns the error of a signal that came, and then nothing
// may be renamed. Otherwise no signal changes the result any more.
func (i *interruption) Decide() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.first != nil && !i.decided {
		return i.first
	}
	i.decided = true
	return nil
}

// Succeed says that the run has done what was wanted, but for what it may report.
func (i *interruption) Succeed() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.over = true
}

// Begin says that the run has begun with what it may have to clean up, and how
// that is undone should the run be abandoned.
func (i *interruption) Begin(undo func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.begun, i.undo = true, undo
}

// Run says that the run goes by the clock from now on, which is told when the program
// was stopped and goes on.
func (i *interruption) Run(c *clock.Clock) {
	i.rare.catchSoon()
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(continueSignals()) > 0 {
		c.Watch()
		i.clock = c
	}
}

func (i *interruption) goOn() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.clock != nil {
		i.clock.Continued()
	}
}

// End says that the run undoes what is to be undone.
func (i *interruption) End() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.undo = nil
}

// outcome runs the program in a goroutine of its own and returns the error with
// which it has ended, or that of the signal for which it was abandoned. Then the
// goroutine is left behind, and the program must end.
func (i *interruption) outcome(run func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- run() }()
	select {
	case err := <-ended:
		return err
	case <-i.abandoned:
	}
	if err, ok := within(graceAtOnce, ended); ok { // it was about to end
		return err
	}
	undone := make(chan error, 1)
	go func() {
		i.undoNow()
		undone <- nil
	}()
	within(graceAtOnce, undone)
	return i.verdict()
}

// verdict is the error of a run that was abandoned.
func (i *interruption) verdict() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.over {
		return fmt.Errorf("report: %w; %s", i.first, job.DestinationsComplete)
	}
	return i.first
}

func (i *interruption) undoNow() {
	i.mu.Lock()
	undo := i.undo
	i.undo = nil
	i.mu.Unlock()
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

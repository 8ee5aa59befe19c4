// Package interrupt is the one rule for how a run ends by a signal.
//
// The first signal asks the run to end: its context ends. If the run does not
// end soon, because it computes or because the kernel does not answer, it is
// abandoned: the program undoes what must be undone, and ends. The second
// signal abandons the run at once.
//
// The result is decided just before the destinations get their names. A later
// signal does not change it. It only makes the program give up a report that
// nobody reads.
//
// A signal that was ignored when the program was started stays ignored.
//
// The whole process shares its signals. So this package is for the command line
// alone.
//
// # Words
//
//   - run: one run of the program.
//   - stop signal: asks the run to end: SIGINT, SIGTERM, SIGQUIT, SIGHUP.
//   - rare signal: ends a program by default, but hardly ever comes to one that
//     copies: SIGALRM, SIGXCPU.
//   - status signal: asks for a line of status: SIGUSR1, SIGINFO.
//   - continue signal: says that the process was stopped and goes on: SIGCONT.
//   - begun: a run that may have something to undo.
//   - decided: a run whose result no signal changes any more.
//   - abandoned: a run that the program no longer waits for.
//   - grace: how long something may take after a signal.
package interrupt

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"bpcopy/internal/clock"
)

// How long something may take after a stop signal. The whole program ends in
// less than a second.
const (
	GraceForReader = 300 * time.Millisecond // for somebody to read standard output, standard error or a report
	GraceForReport = 300 * time.Millisecond // to write the reports
	graceForFinish = 300 * time.Millisecond // to end a run that is decided
	graceForRun    = 700 * time.Millisecond // to end a run that has begun
	graceForPlan   = 100 * time.Millisecond // to end a run that has not begun
	GraceAtOnce    = 50 * time.Millisecond  // for what takes no time, unless something is stuck
)

// Run is one run of the program. Make it with [Catch].
type Run struct {
	cancel    context.CancelCauseFunc // ends the context of the run
	caught    chan struct{}           // closed when signals are caught
	abandoned chan struct{}           // closed by listen
	signals   chan os.Signal          // stop, rare and continue signals
	statuses  chan os.Signal          // status signals: many of them must not displace others
	asked     chan struct{}           // listen sends: a line of status is wanted
	start     inherited
	rare      *rareSignals

	mu        sync.Mutex // guards the fields below
	first     *Error     // of the first stop or rare signal, or nil
	begun     bool
	decided   bool
	succeeded bool         // everything has succeeded, and only reports are left
	undo      func()       // nil if there is nothing to undo
	clock     *clock.Clock // of the copy, or nil
}

// Catch starts to catch signals. It returns a context that ends with an [Error]
// at the first stop or rare signal. Signals stay caught until the process ends.
//
// To catch them takes a tenth of the time of an empty copy. Most of that is
// waiting for a thread. So a goroutine does it, and [Run.Ready] waits until it
// is done. The same goroutine then listens for signals. It ends with the
// process.
func Catch() (context.Context, *Run) {
	// A write to a pipe that nobody reads fails with EPIPE then. Otherwise it
	// would kill the program if the pipe is standard output.
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

// Ready returns when signals are caught. Before that they kill the program. So
// nothing that must be undone may have begun, and the program must not have
// waited for anybody.
func (r *Run) Ready() { <-r.caught }

// StartsCommands says that the run starts other programs. They have the default action
// of SIGPIPE then, as a shell's have: an ignored signal would stay ignored.
func (r *Run) StartsCommands() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// Begin says that the run may have something to undo from now on. If the run is
// abandoned, undo is called, which may be nil.
func (r *Run) Begin(undo func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun, r.undo = true, undo
}

// Wait says that the run is about to wait for somebody. The rare signals are
// caught from now on.
func (r *Run) Wait() { r.rare.catch() }

// GoBy says that bytes move from now on, by the clock c. When the process has
// been stopped and goes on, the clock is told.
func (r *Run) GoBy(c *clock.Clock) {
	r.rare.catchSoon()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(continueSignals()) > 0 {
		c.Watch()
		r.clock = c
	}
}

// Decide is called just before the first destination gets its name. It returns
// the error of a stop or rare signal that came before; then no destination may
// get its name. Otherwise it returns nil, and no signal changes the result any
// more.
func (r *Run) Decide() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first != nil && !r.decided {
		return r.first
	}
	r.decided = true
	return nil
}

// End says that the run itself undoes what must be undone. The undo of
// [Run.Begin] is not called any more.
func (r *Run) End() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.undo = nil
}

// Succeed says that everything has succeeded and only the reports are left.
func (r *Run) Succeed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.succeeded = true
}

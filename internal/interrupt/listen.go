package interrupt

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// catch starts to catch signals, except those that were ignored at the start.
func (r *Run) catch() {
	if asking := statusSignals(); len(asking) > 0 { // or Notify would take all signals
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

// listen handles signals, in the goroutine that [Catch] starts. It closes
// abandoned when the run must be abandoned. The first signal after that changes
// nothing, but ends listen: further ones do what they do by default. Otherwise
// listen goes on until the process ends, so that no signal changes the exit
// status.
//
// It makes no timer before the first signal. The runtime opens descriptors for
// its first timer, and crashes if none is left.
func (r *Run) listen() {
	defer signal.Stop(r.signals)
	var finish, abandon <-chan time.Time // nil before the first signal
	for abandoned := false; ; {
		select {
		case sent := <-r.statuses:
			if s, ok := sent.(syscall.Signal); ok && !r.start.ignored(s, r.signals) {
				r.askStatus()
			}
		case sent := <-r.signals:
			s, ok := sent.(syscall.Signal)
			switch {
			case slices.Contains(continueSignals(), sent):
				r.continueClock()
			case !ok || r.start.ignored(s, r.signals):
			case abandoned:
				return
			case abandon == nil:
				finishIn, abandonIn := r.note(s)
				finish, abandon = time.After(finishIn), time.After(abandonIn)
			default:
				abandoned = true
				close(r.abandoned)
			}
		case <-finish:
			r.cancel(r.first) // only this goroutine writes it
		case <-abandon:
			if !abandoned {
				abandoned = true
				close(r.abandoned)
			}
		}
	}
}

// note notes the first stop or rare signal. It returns after which time the
// context must end, and after which the run is abandoned.
func (r *Run) note(s syscall.Signal) (finishIn, abandonIn time.Duration) {
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

// continueClock tells the clock that the process was stopped and goes on.
func (r *Run) continueClock() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clock != nil {
		r.clock.Continued()
	}
}

// askStatus asks for a line of status.
func (r *Run) askStatus() {
	select {
	case r.asked <- struct{}{}:
	default: // one line will do for both
	}
}

// OnAsked calls tell for each line of status that is asked for. It does so in a
// goroutine of its own, until stop is called, which waits for it.
func (r *Run) OnAsked(tell func()) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
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
		<-done
	}
}

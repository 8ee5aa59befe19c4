package transfer

import "time"

// A sleeper waits for a time, or until it is woken for good.
type sleeper interface {
	// sleep reports whether the time is over: it is false once wake was called.
	sleep(d time.Duration) bool
	wake()
	// close frees what it holds, when nobody sleeps any more.
	close()
}

// timed is a sleeper by the runtime's own timers.
type timed chan struct{}

func newTimed() sleeper { return make(timed) }

func (t timed) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-t:
		return false
	case <-timer.C:
		return true
	}
}

func (t timed) wake() { close(t) }
func (timed) close()  {}

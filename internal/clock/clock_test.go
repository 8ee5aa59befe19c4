package clock

import (
	"testing"
	"testing/synctest"
	"time"
)

// frozen lets d pass in which nobody looks at the clock: its beats are late, as
// those of a process that was stopped.
func frozen(c *Clock, d time.Duration) {
	c.watched.Store(false)
	seen := c.seen.Load()
	time.Sleep(d - time.Nanosecond) // and not just when a beat is
	c.seen.Store(seen)
	c.watched.Store(true)
}

func want(t *testing.T, c *Clock, start time.Time, passed, stopped time.Duration) {
	t.Helper()
	// The gap begins where the clock was looked at last.
	if got := c.Now().Sub(start); got < passed-Beat || got > passed+4*grain {
		t.Errorf("%v have passed; want %v, or up to a beat less", got, passed)
	}
	if got := c.Stopped(); got < stopped-4*grain || got > stopped+Beat {
		t.Errorf("stopped for %v; want %v, or up to a beat more", got, stopped)
	}
}

func TestStoppedTimeIsNobodys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New()
		c.Watch()
		defer c.Tick()()
		start := c.Now()
		time.Sleep(time.Second - patience/2)
		frozen(c, 5*time.Second)
		looked := make(chan time.Time)
		go func() { looked <- c.Now() }() // somebody looks before the signal is heard of
		time.Sleep(patience / 2)
		c.Continued()
		before := <-looked
		want(t, c, start, time.Second, 5*time.Second)
		frozen(c, time.Minute)
		c.Continued()
		want(t, c, start, time.Second, 65*time.Second)
		if now := c.Now(); now.Before(before) {
			t.Errorf("it went back, from %v to %v", before, now)
		}
		time.Sleep(10 * time.Second)
		want(t, c, start, 11*time.Second, 65*time.Second)
	})
}

// A gap that nobody explains is one of a busy machine: its time counts.
func TestBusyMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New()
		c.Watch()
		stop := c.Tick()
		start := c.Now()
		for passed := 5 * time.Second; passed < time.Minute; passed += 5*time.Second + patience {
			frozen(c, 5*time.Second)
			want(t, c, start, passed+patience, 0) // at once, after a moment of doubt
		}
		stop()
	})
}

// A signal to go on that comes to a process which was not stopped is nothing.
func TestContinuedForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New()
		c.Watch()
		defer c.Tick()()
		start := c.Now()
		time.Sleep(150 * time.Millisecond)
		c.Continued()
		time.Sleep(time.Hour)
		c.Continued()
		if got := c.Now().Sub(start); got != time.Hour+150*time.Millisecond || c.Stopped() != 0 {
			t.Errorf("%v have passed, stopped for %v; want 1h0m0.15s, 0", got, c.Stopped())
		}
	})
}

// Nobody watches: every gap is just that.
func TestUnwatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New()
		start := c.Now()
		time.Sleep(time.Hour)
		c.Continued()
		if got := c.Now().Sub(start); got != time.Hour || c.Stopped() != 0 {
			t.Errorf("%v have passed, stopped for %v; want 1h, 0", got, c.Stopped())
		}
	})
}

// A computer that sleeps stops the clock by itself; how long, another one tells.
func TestSleepingComputer(t *testing.T) {
	c := New()
	was := c.slept
	c.slept = func() time.Duration { return was() + time.Hour }
	if got := c.Stopped(); got < time.Hour-time.Second || got > time.Hour+time.Second {
		t.Errorf("stopped for %v; want 1h", got)
	}
	if got := New().Stopped(); got != 0 {
		t.Errorf("a new clock was stopped for %v", got)
	}
}

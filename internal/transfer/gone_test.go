package transfer

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
)

// leaving is a destination that takes everything and goes away at a time.
type leaving struct {
	discarding
	at  time.Time
	err error
}

func (l leaving) Away() error {
	if time.Now().Before(l.at) {
		return nil
	}
	return l.err
}

// TestGoneWithNothingToWrite: a destination that goes away while the source is
// silent, or while its script stalls it, fails with an error and a close, as
// one of Node's does.
func TestGoneWithNothingToWrite(t *testing.T) {
	gone := errors.New("gone")
	for name, src := range map[string]func() Source{
		"silent source": func() Source { return newStuck() },
		"stalled":       func() Source { return sourceOf(mib) },
	} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(kib, kib, kib)
			opts.Consumers = []throttle.Script{script(t, "stall")}
			var kinds []stream.Kind
			opts.Observe = func(_ time.Duration, e *stream.Event) {
				if e.Kind == stream.Errored || e.Kind == stream.Close {
					kinds = append(kinds, e.Kind)
				}
			}
			dst := leaving{discarding{io.Discard}, time.Now().Add(5 * time.Second), gone}
			got, err := run(t, src(), dst, opts)
			if err != gone || got.Elapsed < 5*time.Second || got.Elapsed > 5*time.Second+clock.Beat {
				t.Errorf("%s: %v after %v; want %v after 5s", name, err, got.Elapsed, gone)
			}
			if len(kinds) == 0 || kinds[0] != stream.Errored {
				t.Errorf("%s: events %v; want an error first", name, kinds)
			}
		})
	}
}

// TestDropsOutWhileSilent: with --keep-going the others stay, and with none
// left nobody is read for.
func TestDropsOutWhileSilent(t *testing.T) {
	gone := errors.New("gone")
	for _, stays := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(kib, kib, kib)
			opts.KeepGoing = true
			dsts := []Destination{leaving{discarding{io.Discard}, time.Now().Add(time.Second), gone}}
			if stays {
				dsts = append(dsts, discarding{io.Discard})
			}
			c, err := New(newStuck(), dsts, opts)
			if err != nil {
				t.Fatal(err)
			}
			virtual(c)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err = c.Run(ctx)
			if !errors.Is(err, gone) || c.Lost(0) != gone {
				t.Errorf("Run() = %v, lost %v; want %v", err, c.Lost(0), gone)
			}
			if ended := c.Stats().Elapsed < time.Minute; ended == stays {
				t.Errorf("another stays: %v; the copy took %v", stays, c.Stats().Elapsed)
			}
		})
	}
}

func script(t *testing.T, text string) throttle.Script {
	t.Helper()
	size := func(string) (int64, error) { return 1, nil }
	s, err := throttle.Parse(text, size, size)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestScriptsEndInTheirTime: whatever the goroutine at that end waits for.
func TestScriptsEndInTheirTime(t *testing.T) {
	for _, tt := range []struct {
		name               string
		consumer, producer string
		ends               func() (Source, Destination)
		err                string
	}{
		{"silent source", "unlimited for 2s; close", "", stuckSource, "closed by the script"},
		{"silent source fails", "", "unlimited for 2s; fail EIO", stuckSource, "input/output error"},
		{"silent source closes", "", "unlimited for 2s; close", stuckSource, ""},
		{"stuck destination", "unlimited for 2s; fail EIO", "", stuckDestination, "input/output error"},
		{"stuck destination of a source that fails", "", "unlimited for 2s; fail EIO", stuckDestination, "input/output error"},
		{"after an amount", "unlimited for 1B; stall for 2s; close", "", func() (Source, Destination) {
			return stuckAfter{sourceOf(1), newStuck()}, discarding{io.Discard}
		}, "closed by the script"},
	} {
		synctest.Test(t, func(t *testing.T) {
			src, dst := tt.ends()
			opts := marks(kib, kib, kib)
			if tt.consumer != "" {
				opts.Consumers = []throttle.Script{script(t, tt.consumer)}
			}
			if tt.producer != "" {
				opts.Producer = script(t, tt.producer)
			}
			got, err := run(t, src, dst, opts)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if text != tt.err || got.Elapsed != 2*time.Second {
				t.Errorf("%s: %q after %v; want %q after 2s", tt.name, text, got.Elapsed, tt.err)
			}
		})
	}
}

// stuckAfter is a source that is stuck once another has ended.
type stuckAfter struct {
	memorySource
	stuck
}

func (s stuckAfter) Cancel() { s.stuck.Cancel() }

func (s stuckAfter) Read(p []byte) (int, error) {
	n, err := s.memorySource.Read(p)
	if err == io.EOF {
		return s.stuck.Read(p)
	}
	return n, err
}

package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/stream"
)

func data(n int64) *stream.Event {
	return &stream.Event{Kind: stream.Data, Dst: stream.FromSource, Bytes: n}
}

func TestRecorderWritesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		r := NewRecorder(&out)
		var want strings.Builder
		for i := range 10000 {
			r.Event(time.Duration(i)*time.Microsecond, data(int64(i)))
			want.Write(AppendEvent(nil, Micros(i), int64(i), data(int64(i))))
			if i%1000 == 0 {
				time.Sleep(writeEvery)
			}
		}
		if err := r.Close(t.Context()); err != nil || out.String() != want.String() {
			t.Errorf("Close() = %v after %d bytes; want %d", err, out.Len(), want.Len())
		}
	})
}

func TestRecorderWritesWhileTheCopyRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		r := NewRecorder(&out)
		r.Event(1500*time.Microsecond, data(7))
		time.Sleep(2 * writeEvery)
		synctest.Wait()
		if got, want := out.String(), `{"t":1.5,"n":0,"event":"data","bytes":7,"rlength":0}`+"\n"; got != want {
			t.Errorf("wrote %q; want %q", got, want)
		}
		r.Close(t.Context())
	})
}

// stuck is a file that takes nothing before it is released.
type stuck struct{ release chan struct{} }

func (s stuck) Write(p []byte) (int, error) {
	<-s.release
	return len(p), nil
}

func TestRecorderNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := stuck{make(chan struct{})}
		r := NewRecorder(out)
		r.Event(0, data(1))
		time.Sleep(2 * writeEvery) // the first is being written now
		for range maxWaiting + 5 {
			r.Event(0, data(1)) // would not return if it waited
		}
		close(out.release)
		want := fmt.Sprintf("5 of %d events lost: they came faster than they could be written", maxWaiting+6)
		if err := r.Close(t.Context()); err == nil || err.Error() != want {
			t.Errorf("Close() = %v; want %v", err, want)
		}
	})
}

func TestRecorderGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := stuck{make(chan struct{})}
		r := NewRecorder(out)
		r.Event(0, data(1))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := r.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close() = %v; want the context's end", err)
		}
		close(out.release)
	})
}

// full is a device without room.
type full struct{ err error }

func (f full) Write([]byte) (int, error) { return 0, f.err }

func TestRecorderTellsOfAFailedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("no space")
		r := NewRecorder(full{broken})
		for range 3 {
			r.Event(0, data(1))
			time.Sleep(2 * writeEvery)
		}
		if err := r.Close(t.Context()); err != broken {
			t.Errorf("Close() = %v; want %v", err, broken)
		}
	})
}

// The summary is the last line, after all events.
func TestRecorderSummary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		r := NewRecorder(&out)
		r.Event(0, data(1))
		r.Summary([]byte("{\"summary\":true}\n"))
		if err := r.Close(t.Context()); err != nil {
			t.Errorf("Close() = %v", err)
		}
		if want := string(AppendEvent(nil, 0, 0, data(1))) + "{\"summary\":true}\n"; out.String() != want {
			t.Errorf("written was %q; want %q", out.String(), want)
		}
	})
}

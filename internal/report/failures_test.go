package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// One message is one line, whatever is in it; only joined errors are several.
func TestMessages(t *testing.T) {
	one, two := errors.New("one\nmore"), errors.New("two")
	long := strings.Repeat("x", 300)
	tests := []struct {
		err  error
		want []string
	}{
		{nil, nil},
		{one, []string{"one\nmore"}},
		{errors.Join(one, two), []string{"one\nmore", "two"}},
		{errors.Join(errors.Join(nil, two), one), []string{"two", "one\nmore"}},
		{errors.Join(Of(errors.Join(one, two)), two), []string{"one\nmore", "two", "two"}},
		{fmt.Errorf("wrapped: %w", two), []string{"wrapped: two"}},
		{&Failure{Usage, errors.New(`"` + long + `"`)}, []string{`"` + long[:200] + `…"`}},
		{errors.New(long), []string{long}},
	}
	for _, tt := range tests {
		if got := Of(tt.err).Messages(); !slices.Equal(got, tt.want) {
			t.Errorf("Of(%q).Messages() = %q; want %q", tt.err, got, tt.want)
		}
	}
}

// What says most about how the run ended decides, whatever came before or
// after.
func TestFailuresExitStatus(t *testing.T) {
	failure := func(s Status) error { return &Failure{s, errors.New("x")} }
	order := []Status{BySignal(syscall.SIGTERM), Usage, Timeout, ConsumerGone, Failed, Unexpected, OK}
	for i, more := range order {
		for _, less := range order[i:] {
			for _, pair := range [][]Status{{more, less}, {less, more}} {
				var f Failures
				for _, s := range pair {
					switch s {
					case OK:
					case Unexpected:
						f.AddUnmet([]string{"x"})
					default:
						f.Add(failure(s))
					}
				}
				if got := f.ExitStatus(); got != more {
					t.Errorf("of %v: ExitStatus() = %v; want %v", pair, got, more)
				}
			}
		}
	}
	var none Failures
	if err := none.Err(); err != nil {
		t.Errorf("Err() of none = %v; want nil", err)
	}
}

// A status is what an error itself says, not what it wraps.
func TestStatusOf(t *testing.T) {
	said := &Failure{Timeout, errors.New("x")}
	for err, want := range map[error]Status{nil: OK, errors.New("x"): Failed, said: Timeout, fmt.Errorf("y: %w", said): Failed} {
		if got := StatusOf(err); got != want {
			t.Errorf("StatusOf(%v) = %v; want %v", err, got, want)
		}
	}
}

type hinted struct{ error }

func (hinted) Hint() string { return "try y" }

func TestHints(t *testing.T) {
	err := errors.Join(errors.New("x"), &Failure{Failed, hinted{errors.New("y")}}, hinted{errors.New("z")})
	if got := Of(err).Hints(); !slices.Equal(got, []string{"try y", "try y"}) {
		t.Errorf("Hints() = %q; want two", got)
	}
}

func TestFileError(t *testing.T) {
	pathError := func(err error) error { return &os.PathError{Op: "open", Path: "file", Err: err} }
	said := &Failure{BySignal(syscall.SIGINT), errors.New("interrupted")}
	for _, tt := range []struct {
		err    error
		want   string
		status Status
	}{
		{pathError(fs.ErrNotExist), `open "file": file does not exist`, Failed},
		{pathError(syscall.EPIPE), `open "file": the consumer went away`, ConsumerGone},
		{said, "interrupted", BySignal(syscall.SIGINT)},
	} {
		got := FileError("open", "file", tt.err)
		if got == nil || got.Error() != tt.want || StatusOf(got) != tt.status {
			t.Errorf("FileError(%v) = %v, %v; want %s, %v", tt.err, got, StatusOf(got), tt.want, tt.status)
		}
	}
	if err := FileError("open", "file", nil); err != nil {
		t.Errorf("FileError(nil) = %v; want nil", err)
	}
}

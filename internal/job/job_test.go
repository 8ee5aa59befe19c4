package job

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"bpcopy/internal/clock"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
	"bpcopy/internal/side"
	"bpcopy/internal/transfer"
)

// planOf is the plan of a copy of so many bytes to files with these names, all
// in the folder that it returns.
func planOf(t *testing.T, size int, names ...string) (plan Plan, folder string) {
	t.Helper()
	folder = t.TempDir()
	operand := func(name string) endpoint.Operand {
		o, err := endpoint.ParseOperand(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	if err := os.WriteFile(filepath.Join(folder, "src"), make([]byte, size), 0o666); err != nil {
		t.Fatal(err)
	}
	plan.Source = operand("src")
	for _, name := range names {
		plan.Destinations = append(plan.Destinations, operand(name))
	}
	plan.Transfer = transfer.Options{HighWaterMark: 1 << 10, ReadAhead: 1 << 10, ChunkSize: 256}
	return plan, folder
}

// conditions are over a copy to one destination.
func conditions(t *testing.T, texts ...string) (all []expect.Condition) {
	t.Helper()
	for _, text := range texts {
		c, err := expect.Parse(text, report.Fields(1, 0))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// memory is a report in memory.
type memory struct {
	strings.Builder
	err error // of Close
}

func (m *memory) Close() error { return m.err }

func (m *memory) file(name string) File {
	return File{name, func(context.Context) (io.WriteCloser, error) { return m, nil }}
}

func (m *memory) summary(t *testing.T) (s report.Summary) {
	t.Helper()
	if err := json.Unmarshal([]byte(m.String()), &s); err != nil {
		t.Fatalf("report %q: %v", m.String(), err)
	}
	return s
}

func inFolder(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestRun(t *testing.T) {
	plan, folder := planOf(t, 10_000, "a", "b")
	var object, events memory
	plan.JSON, plan.Events = object.file("object"), events.file("events")
	result := New(plan).Run(t.Context())
	if err := result.Err(); err != nil || result.ExitStatus() != report.OK || !result.Began || result.Summary.Bytes != 10_000 {
		t.Errorf("Run() = %+v, %v; want 10,000 bytes", result, err)
	}
	if s := object.summary(t); s.Result != "ok" || s.Destinations[1].Bytes != 10_000 || *s.Source.Size != 10_000 {
		t.Errorf("the summary is %s; want 10,000 bytes at both destinations", object.String())
	}
	if got := strings.Count(events.String(), `"event":"finish"`); got != 2 {
		t.Errorf("%d destinations finished; want 2", got)
	}
	if got := inFolder(t, folder); !slices.Equal(got, []string{"a", "b", "src"}) {
		t.Errorf("the folder has %q; want a, b and src", got)
	}
}

// Each thing that goes wrong says itself with which status the copy ends.
func TestExitStatus(t *testing.T) {
	broken := errors.New("broken")
	interrupted := &report.Failure{Status: report.BySignal(syscall.SIGTERM), Err: errors.New("interrupted by SIGTERM")}
	for _, tt := range []struct {
		name   string
		change func(*Plan, *memory)
		status report.Status
		errs   []string
		left   []string
	}{{
		name: "unmet", status: report.Unexpected, left: []string{"dst", "src"},
		change: func(p *Plan, _ *memory) { p.Conditions = conditions(t, "bytes > 1000", "pauses = 0") },
		errs: []string{
			`expectation "bytes > 1000" does not hold: bytes is 1000`,
		},
	}, {
		name: "no source", status: report.Failed, left: []string{"src"},
		change: func(p *Plan, _ *memory) { p.Source = p.Destinations[0] },
		errs:   []string{`open source "DIR/dst": ` + syscall.ENOENT.Error()},
	}, {
		name: "no source, foreseen", status: report.Failed, left: []string{"src"},
		change: func(p *Plan, _ *memory) {
			p.Source = p.Destinations[0]
			p.Conditions = conditions(t, "result = error", "bytes = 0", "bytes = 1")
		},
		errs: []string{`open source "DIR/dst": ` + syscall.ENOENT.Error(), `expectation "bytes = 1" does not hold: bytes is 0`},
	}, {
		name: "interrupted at last", status: interrupted.Status, left: []string{"src"},
		change: func(p *Plan, _ *memory) { p.Process = deciding{err: interrupted} },
		errs:   []string{"interrupted by SIGTERM"},
	}, {
		name: "report fails", status: report.Failed, left: []string{"dst", "src"},
		change: func(p *Plan, m *memory) { m.err = broken },
		errs:   []string{`close report "object": broken; the destinations are complete`},
	}, {
		name: "reader of the report gone", status: report.Failed, left: []string{"dst", "src"},
		change: func(p *Plan, m *memory) { m.err = syscall.EPIPE },
		errs:   []string{`close report "object": the consumer went away; the destinations are complete`},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			plan, folder := planOf(t, 1000, "dst")
			var object memory
			plan.JSON = object.file("object")
			tt.change(&plan, &object)
			result := New(plan).Run(t.Context())
			failures := report.Of(result.Err()).Messages()
			for i := range failures {
				failures[i] = strings.ReplaceAll(failures[i], quoted(folder+string(filepath.Separator)), "DIR/")
			}
			if result.ExitStatus() != tt.status || !slices.Equal(failures, tt.errs) {
				t.Errorf("Run() = %v, %q; want %v, %q", result.ExitStatus(), failures, tt.status, tt.errs)
			}
			if got := inFolder(t, folder); !slices.Equal(got, tt.left) {
				t.Errorf("the folder has %q; want %q", got, tt.left)
			}
		})
	}
}

// quoted is a part of a text in quotes.
func quoted(s string) string { return strings.Trim(strconv.Quote(s), `"`) }

// deciding is a process that may not want the destinations to be completed.
type deciding struct {
	nobody
	err error
}

func (d deciding) Decide() error { return d.err }

// counting is a process that counts how often it was asked, and wants the destinations
// completed only at first: then a signal has come.
type counting struct {
	nobody
	asked int
}

func (c *counting) Decide() error {
	if c.asked++; c.asked > 1 {
		return errors.New("a signal has come")
	}
	return nil
}

// With KeepGoing, too, all destinations are decided about at once: a signal leaves either
// all old files or none.
func TestKeepGoingDecidesOnce(t *testing.T) {
	plan, folder := planOf(t, 1000, "a", "b", "c")
	plan.Transfer.KeepGoing = true
	process := new(counting)
	plan.Process = process
	result := New(plan).Run(t.Context())
	if got := inFolder(t, folder); process.asked != 1 || result.Err() != nil || !slices.Equal(got, []string{"a", "b", "c", "src"}) {
		t.Errorf("Run() = %v, decided %d times, the folder has %q; want nil, once, all", result.Err(), process.asked, got)
	}
}

// A copy that others complete has failed, whatever it was that one dropped out
// for.
func TestLost(t *testing.T) {
	plan, folder := planOf(t, 1000, "missing/a", "b")
	plan.Transfer.KeepGoing = true
	var told []int
	plan.Dropped = func(operand int, err error) {
		if err != nil {
			told = append(told, operand)
		}
	}
	result := New(plan).Run(t.Context())
	if !slices.Equal(told, []int{0}) {
		t.Errorf("Run() told that %v dropped out; want 0", told)
	}
	if result.ExitStatus() != report.Failed || result.Lost[0] == nil || result.Lost[1] != nil {
		t.Errorf("Run() = %v, lost %q; want %v and the first", result.ExitStatus(), result.Lost, report.Failed)
	}
	if got := inFolder(t, folder); !slices.Equal(got, []string{"b", "src"}) {
		t.Errorf("the folder has %q; want b and src", got)
	}
}

// The last frame of the display and the summary have the same time and who was
// waited for, with the commit in them.
func TestLastSample(t *testing.T) {
	plan, _ := planOf(t, 10_000, "a", "b")
	j := New(plan)
	result := j.Run(t.Context())
	last := j.sample()
	if got := last.Elapsed.Seconds(); got != result.Summary.ElapsedSeconds || got == 0 {
		t.Errorf("the last sample is after %v s; want %v s, as in the summary", got, result.Summary.ElapsedSeconds)
	}
	if got, want := last.Waits.Of(ledger.ByDestination).Seconds(), result.Summary.Waited.DestinationSeconds; got != want {
		t.Errorf("in the last sample the destinations were waited for %v s; want %v s, as in the summary", got, want)
	}
}

// What is awaited has the number of the operand: the first of three has dropped
// out, so the transfer's first destination is the second operand.
func TestOperandAwaited(t *testing.T) {
	three, _ := planOf(t, 0, "a", "b", "c")
	one, _ := planOf(t, 0, "a")
	for _, tt := range []struct {
		name    string
		plan    Plan
		awaited side.Side // by the job
		in, out ledger.Awaited
	}{
		{"the only operand", one, side.Neither,
			ledger.Awaited{Side: side.Destination, Destination: 1}, ledger.Awaited{Side: side.Destination}},
		{"one of three", three, side.Neither,
			ledger.Awaited{Side: side.Destination, Destination: 1, Scripted: true},
			ledger.Awaited{Side: side.Destination, Destination: 2, Scripted: true}},
		{"several of three", three, side.Neither,
			ledger.Awaited{Side: side.Destination}, ledger.Awaited{Side: side.Destination}},
		{"a peer", three, side.Source, ledger.Awaited{}, ledger.Awaited{Side: side.Source}},
		{"nobody", three, side.Neither, ledger.Awaited{}, ledger.Awaited{}},
	} {
		j := New(tt.plan)
		j.operandOf = []int{1, 2}
		j.awaited.Store(int32(tt.awaited))
		if got := j.operandAwaited(tt.in); got != tt.out {
			t.Errorf("%s: operandAwaited(%+v) = %+v; want %+v", tt.name, tt.in, got, tt.out)
		}
	}
}

// When the context ends, its cause is all that is told.
func TestCanceled(t *testing.T) {
	plan, folder := planOf(t, 1000, "dst")
	ctx, cancel := context.WithCancelCause(t.Context())
	plan.Process = canceling{cancel: cancel}
	result := New(plan).Run(ctx)
	if err := result.Err(); err == nil || err.Error() != "enough" || result.ExitStatus() != 130 || result.Summary.Result != "interrupted" {
		t.Errorf("Run() = %v, %v, %s; want enough, 130, interrupted", err, result.ExitStatus(), result.Summary.Result)
	}
	if got := inFolder(t, folder); !slices.Equal(got, []string{"src"}) {
		t.Errorf("the folder has %q; want src alone", got)
	}
}

// canceling is a process that has had enough as soon as bytes are to move.
type canceling struct {
	nobody
	cancel context.CancelCauseFunc
}

func (c canceling) GoBy(*clock.Clock) {
	c.cancel(&report.Failure{Status: report.BySignal(syscall.SIGINT), Err: errors.New("enough")})
}

// A copy that is refused is reported, too.
func TestRefuse(t *testing.T) {
	plan, folder := planOf(t, 1000, "dst")
	var object memory
	plan.JSON = object.file("object")
	result := New(plan).Refuse(t.Context(), &report.Failure{Status: report.Usage, Err: errors.New("want another")})
	if s := object.summary(t); result.ExitStatus() != report.Usage || result.Began || s.Result != "usage" || *s.Error != "want another" {
		t.Errorf("Refuse() = %+v, summary %s; want usage", result, object.String())
	}
	if got := inFolder(t, folder); !slices.Equal(got, []string{"src"}) {
		t.Errorf("the folder has %q; want src alone", got)
	}
}

// The errors of ends and transfers that say more than that the copy has failed.
func TestNamed(t *testing.T) {
	plan, _ := planOf(t, 0, "dst")
	j := New(plan)
	for err, want := range map[error]report.Status{
		errors.New("x"):                                report.Failed,
		new(endpoint.UsageError):                       report.Usage,
		&endpoint.TimeoutError{Op: "connect to"}:       report.Timeout,
		&endpoint.Error{Err: endpoint.ErrConsumerGone}: report.ConsumerGone,
		&endpoint.Error{Err: syscall.EIO}:              report.Failed,
		new(transfer.IdleError):                        report.Timeout,
		new(transfer.SlowError):                        report.Timeout,
	} {
		if got := report.StatusOf(j.withStatus(err)); got != want {
			t.Errorf("withStatus(%v) has the status %v; want %v", err, got, want)
		}
	}
}

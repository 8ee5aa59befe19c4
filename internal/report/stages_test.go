package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bpcopy/internal/ledger"
)

// TestTextOfStages: the first line tells what was read and what was written, and the
// stage that was waited for by its command.
func TestTextOfStages(t *testing.T) {
	var waits ledger.Waits
	waits.Until(time.Second, ledger.BySource)
	waits.Until(10*time.Second, ledger.ByStage)
	s := Summary{
		Name: "tree.tar", Source: Source{Size: new(int64(100 << 20))}, Destinations: make([]Destination, 1),
		Stages: []Stage{{Command: "cat"}, {Command: "gzip -9 --rsyncable --keep --verbose --best"}},
	}
	s.Stages[0].Read = NewLeg(ledger.Snapshot{Written: 50 << 20}, "kernel")
	s.Count(ledger.Snapshot{Written: 20 << 20, Elapsed: 10 * time.Second, Waits: waits, Destinations: make([]ledger.Destination, 1)},
		func(dst int) int { return dst })
	s.CountStages([]time.Duration{time.Second, 8 * time.Second})
	s.Evidence = []Evidence{
		{Side: "stage", Stage: new(0), Kind: "process", Command: "cat", State: "writing", Share: 1},
		{Side: "stage", Stage: new(1), Kind: "process", Command: "gzip", CPUShare: new(0.99), Share: 1},
	}
	const want = `tree.tar: 50 MiB of 100 MiB read, 20 MiB written in 10s, 5 MiB/s read, 2 MiB/s written; ` +
		`waited for the stage "gzip -9 --rsyncable --keep --verbose --…" 90 % (gzip, 99 % of a CPU)`
	if got := s.Text()[0]; got != want {
		t.Errorf("Text()[0] = %q; want %q", got, want)
	}
	if s.Bottleneck != "stage" || s.Waited.StageSeconds != 9 || s.Waited.SourceSeconds != 1 {
		t.Errorf("bottleneck %s, waited %+v; want the stage's 9 s", s.Bottleneck, s.Waited)
	}
	line, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if want := `"stages":[{"command":"cat","exit_status":null,"waited_seconds":1,"read":{"bytes":52428800,`; !strings.Contains(string(line), want) {
		t.Errorf("JSON() = %s; want %s in it", line, want)
	}
}

// TestRowsOfStages: there is a line for each stage, also for one without a command.
func TestRowsOfStages(t *testing.T) {
	s := Summary{Name: "a", Bottleneck: "stage", BottleneckShare: 0.75, Stages: []Stage{
		{Command: "sort", Read: Leg{Bytes: 2 << 20, Pauses: 3, Drains: 2}, Written: Leg{Bytes: 1 << 20, Pauses: 1, Drains: 1}, WaitedSeconds: 0.5},
		{WaitedSeconds: 3},
	}}
	got := s.Text()
	want := []string{
		`a: 2 MiB read, 0 B written in 0s, 0 B/s read, 0 B/s written; waited for stage 2 75 %`,
		`a: pause 0 drain 0 resume 0; peak buffered 0 B`,
		`a: stage "sort": 2 MiB in, pause 3 drain 2; 1 MiB out, pause 1 drain 1; waited for 500ms`,
		`a: stage 2: 0 B in, pause 0 drain 0; 0 B out, pause 0 drain 0; waited for 3s`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("Text() = %q; want %q", got, want)
	}
}

// TestNoStages: a copy without stages has no word of them.
func TestNoStages(t *testing.T) {
	line, err := new(Summary).JSON()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(line), "stage") {
		t.Errorf("JSON() = %s; want no stages", line)
	}
}
